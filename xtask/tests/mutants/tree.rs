//! Mutations, each chosen by four numbers.

use serde_json::{Value, json};

use super::seeds::Seed;
use super::words::{KEYS, PIECES, TEXTS, flag, schema, value};

fn pick<T>(items: &[T], number: u32) -> &T {
    &items[number as usize % items.len()]
}

/// A seed with these mutations.
pub fn mutant(seed: &Seed, seeds: &[Seed], style: u32, mutations: &[[u32; 4]]) -> String {
    match &seed.tree {
        Some(tree) if !style.is_multiple_of(4) => {
            let mut tree = tree.clone();
            if style % 5 < 3 {
                strip(&mut tree);
            }
            for mutation in mutations {
                change_tree(&mut tree, seeds, *mutation);
            }
            // What is nested too deep cannot be written as YAML.
            match serde_yaml::to_string(&tree) {
                Ok(text) if style.is_multiple_of(3) => text,
                _ => tree.to_string(),
            }
        }
        _ => {
            let mut text = seed.text.clone();
            for mutation in mutations {
                text = change_text(text, *mutation);
            }
            text
        }
    }
}

/// Takes away what most mutations contradict, so that many of them are sound all the same: examples, and our x- keys.
fn strip(tree: &mut Value) {
    match tree {
        Value::Object(map) => {
            map.retain(|key, _| {
                !matches!(key.as_str(), "example" | "examples")
                    && (!key.starts_with("x-") || key == "x-webhooks")
            });
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// The pointers of all nodes but the root.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    let mut child = |key: &str, child: &Value| {
        let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(child, &pointer, all);
        all.push(pointer);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| child(key, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| child(&index.to_string(), item))
        }
        _ => {}
    }
}

/// The names of components, for references.
fn component(tree: &Value, number: u32) -> String {
    let kinds = tree.get("components").and_then(Value::as_object);
    let names: Vec<_> = kinds
        .into_iter()
        .flatten()
        .flat_map(|(kind, map)| map.as_object().into_iter().flatten().map(move |(name, _)| (kind, name)))
        .map(|(kind, name)| format!("#/components/{kind}/{name}"))
        .collect();
    if names.is_empty() { "#/components/schemas/None".to_owned() } else { pick(&names, number).clone() }
}

/// A change of what schemas say, which most documents survive, so that the generator has something to do.
fn change_schema(tree: &mut Value, all: &[String], at: u32, other: u32) {
    let schemas: Vec<_> = all.iter().filter(|pointer| is_schema(pointer)).collect();
    let Some(at) = (!schemas.is_empty()).then(|| *pick(&schemas, at)) else { return };
    let (parent, last) = at.rsplit_once('/').unwrap();
    match other % 4 {
        0 => {
            if let Some(node) = tree.pointer_mut(at) {
                *node = schema(other / 4);
            }
        }
        1 => {
            if let Some(Value::Object(schema)) =
                tree.pointer_mut(at).filter(|node| node.get("$ref").is_none())
            {
                let (key, value) = flag(other / 4);
                schema.insert(key.to_owned(), value);
            }
        }
        2 => {
            if let Some(Value::Object(map)) =
                tree.pointer_mut(parent).filter(|_| parent.ends_with("/properties"))
            {
                let value = map.remove(&last.replace("~1", "/").replace("~0", "~")).unwrap_or_default();
                map.insert((*pick(KEYS, other / 4)).to_owned(), value);
            }
        }
        _ => {
            let inner = tree.pointer(at).cloned().unwrap_or_default();
            let outer = match other / 4 % 5 {
                0 => json!({"type": "array", "items": inner}),
                1 => json!({"type": "object", "additionalProperties": inner}),
                2 => json!({"allOf": [inner]}),
                3 => json!({"oneOf": [inner, {"type": "integer", "title": "Number"}]}),
                _ => {
                    json!({"type": "object", "required": ["self"], "properties": {"self": inner, "Self": schema(other)}})
                }
            };
            if let Some(node) = tree.pointer_mut(at) {
                *node = outer;
            }
        }
    }
}

/// Whether a schema stands at a pointer, most likely.
fn is_schema(pointer: &str) -> bool {
    let mut segments = pointer.rsplit('/');
    let (last, before) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    matches!(last, "schema" | "items")
        || matches!(before, "properties" | "schemas" | "allOf" | "oneOf" | "anyOf")
}

fn change_tree(tree: &mut Value, seeds: &[Seed], [what, at, from, other]: [u32; 4]) {
    let mut all = Vec::new();
    pointers(tree, "", &mut all);
    if all.is_empty() {
        return;
    }
    if what % 2 == 0 {
        return change_schema(tree, &all, at, other);
    }
    let what = what / 2;
    let at = pick(&all, at).clone();
    let from = pick(&all, from).clone();
    let (parent, last) = at.rsplit_once('/').unwrap();
    let new = match what % 14 {
        // Gone.
        0 => {
            match tree.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(&last.replace("~1", "/").replace("~0", "~"))),
                Some(Value::Array(items)) => drop(items.remove(last.parse().unwrap())),
                _ => {}
            }
            return;
        }
        // Twice, or under another name.
        1 | 2 => {
            let key = *pick(KEYS, other);
            match tree.pointer_mut(parent) {
                Some(Value::Object(map)) => {
                    let old = last.replace("~1", "/").replace("~0", "~");
                    let value = if what % 14 == 1 { map.get(&old).cloned() } else { map.remove(&old) };
                    map.insert(key.to_owned(), value.unwrap_or_default());
                }
                Some(Value::Array(items)) => {
                    let copy = items[last.parse::<usize>().unwrap()].clone();
                    items.push(copy);
                }
                _ => {}
            }
            return;
        }
        // A slip of the finger in a key.
        3 => {
            if let Some(Value::Object(map)) = tree.pointer_mut(parent) {
                let old = last.replace("~1", "/").replace("~0", "~");
                let value = map.remove(&old).unwrap_or_default();
                map.insert(slip(&old, other), value);
            }
            return;
        }
        // One more key.
        4 => {
            if let Some(Value::Object(map)) = tree.pointer_mut(&at) {
                map.insert((*pick(KEYS, other)).to_owned(), value(other / 7));
            }
            return;
        }
        5 => value(other),
        6 => json!(*pick(TEXTS, other)),
        7 => json!({"$ref": component(tree, other)}),
        // Another node, perhaps one that holds this.
        8 => tree.pointer(&from).cloned().unwrap_or_default(),
        9 => {
            let one = tree.pointer(&at).cloned().unwrap_or_default();
            let two = tree.pointer_mut(&from).map(|node| std::mem::replace(node, one));
            two.unwrap_or_default()
        }
        10 => json!([tree.pointer(&at)]),
        11 => json!({(*pick(KEYS, other)): tree.pointer(&at)}),
        // Deeper than anything may be.
        12 => {
            let key = *pick(&["items", "allOf", "not", "properties", "additionalProperties", "a"], other);
            let depth = *pick(&[3, 20, 60, 150, 250], other / 6);
            let inner = tree.pointer(&at).cloned().unwrap_or_default();
            (0..depth).fold(inner, |inner, _| match key {
                "allOf" => json!({"allOf": [inner]}),
                "properties" => json!({"type": "object", "properties": {"a": inner}}),
                key => json!({key: inner}),
            })
        }
        // A piece of another document.
        _ => {
            let donor = pick(seeds, other).tree.as_ref();
            donor.and_then(|donor| donor.pointer(&from)).cloned().unwrap_or_else(|| value(other))
        }
    };
    if let Some(node) = tree.pointer_mut(&at) {
        *node = new;
    }
}

fn slip(word: &str, number: u32) -> String {
    let mut letters: Vec<_> = word.chars().collect();
    if letters.is_empty() {
        return "x".to_owned();
    }
    let at = number as usize / 4 % letters.len();
    match number % 4 {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, 'x'),
        2 => letters[at] = letters[at].to_ascii_uppercase(),
        _ => letters.swap(at, number as usize / 64 % word.chars().count()),
    }
    letters.into_iter().collect()
}

fn change_text(text: String, [what, at, from, other]: [u32; 4]) -> String {
    let mut lines: Vec<_> = text.split('\n').map(str::to_owned).collect();
    let line = at as usize % lines.len();
    let other_line = from as usize % lines.len();
    match what % 10 {
        0 => drop(lines.remove(line)),
        1 => lines.insert(other_line, lines[line].clone()),
        2 => lines.swap(line, other_line),
        3 => lines[line].insert_str(0, &" ".repeat(other as usize % 7)),
        4 => lines[line] = lines[line].trim_start().to_owned(),
        5 => return text.chars().take(at as usize % (text.chars().count() + 1)).collect(),
        6 => {
            let piece = *pick(PIECES, other);
            return pieces(&text, at, from, piece);
        }
        7 => {
            // Bytes as they come.
            let mut bytes = text.into_bytes();
            for index in 0..=(other as usize % 8) {
                let at = (at as usize).wrapping_mul(index + 1) % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = (from >> (index % 4 * 8)) as u8;
                }
            }
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        8 => lines[line] = bomb(&lines[line], other),
        _ => {
            let end = *pick(&["\r\n", "\n\n", "\r", "\n ", "\n# x\n"], other);
            return text.replace('\n', end);
        }
    }
    lines.join("\n")
}

/// A piece in place of a few letters.
fn pieces(text: &str, at: u32, length: u32, piece: &str) -> String {
    let mut letters: Vec<_> = text.chars().collect();
    let at = at as usize % (letters.len() + 1);
    let end = (at + length as usize % 12).min(letters.len());
    letters.splice(at..end, piece.chars());
    letters.into_iter().collect()
}

/// Small texts that stand for large things.
fn bomb(line: &str, other: u32) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    match other % 4 {
        0 => {
            let names: Vec<_> = ('a'..='z').collect();
            let levels = names.windows(2).map(|pair| {
                format!("{indent}{}: &{} [{}]", pair[1], pair[1], vec![format!("*{}", pair[0]); 9].join(", "))
            });
            format!("{indent}a: &a [x]\n{}", levels.collect::<Vec<_>>().join("\n"))
        }
        1 => format!("{line} {}", "[".repeat(other as usize % 3000)),
        2 => format!("{line} {}1{}", "{a: ".repeat(other as usize % 300), "}".repeat(other as usize % 300)),
        _ => format!("{indent}a: {}", "9".repeat(other as usize % 2000)),
    }
}
