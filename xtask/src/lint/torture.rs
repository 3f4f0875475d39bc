//! No document makes the reader or the lint panic.

use crate::document::{Document, Spec};

const SEED: &str = include_str!("fixtures/whole.yaml");

/// A small generator of random numbers: the same cases on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

fn lint(text: String) {
    let (document, _) = Document::parse("whole.yaml", text);
    let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
    let findings = super::check(&spec);
    crate::report::text(&findings, &spec, false);
}

#[test]
fn the_seed_is_right() {
    assert_eq!(super::testing::all(SEED), [""; 0]);
}

#[test]
fn edits_of_the_text_do_no_harm() {
    let mut random = Random(1);
    let pieces = [
        "",
        ":",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        "'",
        "$ref",
        "null",
        "- ",
        "ä",
        "\u{1F980}",
        "\t",
        "#",
        "&a",
        "*a",
        "|",
        "9e999",
    ];
    for _ in 0..1500 {
        let mut chars: Vec<char> = SEED.chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(chars.len());
            let end = (at + random.below(12)).min(chars.len());
            chars.splice(at..end, random.pick(&pieces).chars());
        }
        lint(chars.into_iter().collect());
    }
}

#[test]
fn changed_values_do_no_harm() {
    use serde_json::{Value, json};

    /// Every node but the root, by its pointer.
    fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (key, child) in children {
            let pointer = format!("{at}/{key}");
            pointers(child, &pointer, all);
            all.push(pointer);
        }
    }

    let (document, _) = Document::parse("whole.yaml", SEED.to_owned());
    let seed = document.unwrap().root.to_json();
    let mut all = Vec::new();
    pointers(&seed, "", &mut all);
    let mut random = Random(2);
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("text"),
        json!([]),
        json!({}),
        json!(["a", 1]),
        json!({"$ref": "#/components/schemas/Call"}),
        json!({"$ref": 1}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/components/schemas/Event"}),
        json!({"allOf": [{"$ref": "#/components/schemas/Page"}]}),
    ];
    for _ in 0..2500 {
        let mut value = seed.clone();
        for _ in 0..=random.below(3) {
            let (from, to) = (random.pick(&all).clone(), random.pick(&all).clone());
            let other = match random.below(3) {
                0 => value.pointer(&from).cloned().unwrap_or_default(), // another node, perhaps one that holds this
                1 => random.pick(&values).clone(),
                _ => {
                    let (parent, key) = to.rsplit_once('/').unwrap();
                    if let Some(Value::Object(map)) = value.pointer_mut(parent) {
                        map.remove(key);
                    }
                    continue;
                }
            };
            if let Some(node) = value.pointer_mut(&to) {
                *node = other;
            }
        }
        lint(value.to_string());
    }
}

#[test]
fn depth_does_no_harm() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("{allOf: [", "]}")] {
        lint(format!("{}1{}", open.repeat(20_000), close.repeat(20_000)));
        lint(open.repeat(20_000));
    }
    lint((0..500).map(|depth| format!("{:depth$}a:\n", "")).collect());
    lint("- ".repeat(20_000));
    let around: String = (0..60)
        .map(|i| format!("S{i}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}]}}\n", i + 1))
        .collect();
    let last = "S60: {type: array, items: {$ref: '#/components/schemas/S0'}}";
    let example = format!("{}{}", "[".repeat(150), "]".repeat(150));
    lint(super::testing::schemas(&format!(
        "{around}{last}\nT: {{allOf: [{{$ref: '#/components/schemas/S0'}}], example: {example}}}\n"
    )));
    // A chain of schemas, each inside the next.
    let chain: String = (0..1000)
        .map(|index| {
            format!(
                "S{index}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}], example: {{a: 1}}}}\n",
                index + 1
            )
        })
        .collect();
    let text = super::testing::schemas(&format!("{chain}S1000: {{type: object}}\n"));
    let (document, _) = Document::parse("chain.yaml", text);
    super::check(&Spec { documents: document.into_iter().collect(), ..Spec::default() });
}
