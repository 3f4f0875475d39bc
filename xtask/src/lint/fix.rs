//! `--fix`: makes the edits that findings carry, as long as each comes out as it was meant.

use serde_json::Value as Json;

use crate::document::{Document, Pointer, Spec};
use crate::edit::{Editor, Yaml, split};
use crate::finding::{Edit, Finding};

/// One edit can bring another fault to light, which can be mended too; this often, and no more.
const ROUNDS: usize = 10;

/// Mends the documents that were asked for, in memory, and gives what was mended. What reading found is brought up to
/// date.
pub fn mend(spec: &mut Spec, reading: &mut Vec<Finding>) -> Vec<Finding> {
    let mut mended = Vec::new();
    for _ in 0..ROUNDS {
        let found = super::check(spec);
        let before = mended.len();
        for document in spec.documents.iter_mut().filter(|document| !document.is_beside) {
            mended.extend(mend_document(document, &found, reading));
        }
        if mended.len() == before {
            break;
        }
    }
    mended
}

fn mend_document(document: &mut Document, found: &[Finding], reading: &mut Vec<Finding>) -> Vec<Finding> {
    let faults = reading.iter().filter(|finding| finding.file == document.path).count();
    let mut editor = Editor::with_faults(document.clone(), faults);
    // From the end to the beginning: an edit moves what stands behind it, and renames what it holds.
    let own = found.iter().rev().filter(|finding| finding.file == document.path && !finding.fix.is_empty());
    let mended: Vec<_> = own.filter(|finding| make(&mut editor, &finding.fix)).cloned().collect();
    if !mended.is_empty()
        && let (Some(new), faults) = Document::parse(&document.path, editor.finish().text)
    {
        reading.retain(|finding| finding.file != new.path);
        reading.extend(faults);
        *document = new;
    }
    mended
}

/// Makes all edits of a fix or none; one that would change anything else is not made.
fn make(editor: &mut Editor, fix: &[Edit]) -> bool {
    let tree = |editor: &Editor| editor.node(&Pointer::root()).map(|root| root.to_json());
    let before = editor.clone();
    let Some(mut wanted) = tree(editor) else { return false };
    let is_made = fix.iter().all(|edit| change(&mut wanted, edit).is_some() && apply(editor, edit))
        && tree(editor).as_ref() == Some(&wanted);
    if !is_made {
        *editor = before;
    }
    is_made
}

fn apply(editor: &mut Editor, edit: &Edit) -> bool {
    match edit {
        Edit::Rename(at, key) => editor.rename(at, key),
        Edit::Remove(at) => editor.remove(at),
        Edit::Set(at, value) if editor.node(at).is_some() => editor.set(at, &yaml(value)),
        Edit::Set(at, value) => {
            split(at).is_some_and(|(object, key)| editor.insert(&object, &key, &yaml(value), None))
        }
    }
}

/// In one line.
fn yaml(value: &Json) -> Yaml {
    let yaml = Yaml::from(value);
    if matches!(yaml, Yaml::Scalar(_)) { yaml } else { yaml.flow() }
}

/// Makes an edit in a tree without places: this is what the text must mean afterwards.
fn change(tree: &mut Json, edit: &Edit) -> Option<()> {
    let (Edit::Rename(at, _) | Edit::Set(at, _) | Edit::Remove(at)) = edit;
    let (parent, last) = split(at)?;
    match (tree.pointer_mut(parent.as_str())?, edit) {
        (Json::Object(object), Edit::Rename(_, key)) => {
            let value = object.remove(&last)?;
            object.insert(key.clone(), value).is_none().then_some(())
        }
        (Json::Object(object), Edit::Set(_, value)) => {
            object.insert(last, value.clone());
            Some(())
        }
        (Json::Object(object), Edit::Remove(_)) => object.remove(&last).map(drop),
        (Json::Array(items), Edit::Set(_, value)) => {
            *items.get_mut(last.parse::<usize>().ok()?)? = value.clone();
            Some(())
        }
        (Json::Array(items), Edit::Remove(_)) => {
            let index = last.parse().ok().filter(|index| *index < items.len())?;
            items.remove(index);
            Some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{paths, schemas};

    /// The text after mending, and how many findings were mended.
    fn mended(text: &str) -> (String, usize) {
        let (document, mut reading) = Document::parse("test.yaml", text.to_owned());
        let mut spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
        let mended = mend(&mut spec, &mut reading).len();
        (spec.documents.remove(0).text, mended)
    }

    /// That mending turns one text into the other, and then rests.
    fn becomes(before: &str, after: &str) {
        assert_eq!(mended(before).0, after);
        assert_eq!(mended(after), (after.to_owned(), 0));
    }

    #[test]
    fn what_could_be_meant_otherwise_is_left() {
        for text in [
            paths("/a:\n  parameters: [{name: a, in: query, schema: {type: string}, exampls: {}}]\n"),
            schemas("A: {type: string, requierd: true}\n"),
            schemas("A: {type: object, required: [nmae], properties: {name: {type: string}}}\n"),
            schemas("A: {type: [string, integer]}\n"),
            schemas("A: {type: [string, 'null'], enum: [a]}\n"),
            schemas("A: {type: string, enum: [1, 2]}\n"),
            schemas("A: {exclusiveMinimum: 1, minimum: 0}\n"),
            schemas("A: {$ref: '#/components/schemas/B'}\nBB: {type: string}\n"),
            paths("a/{x}: {}\n/a/{y}: {}\n"),
            paths("https://example.com/a: {}\n"),
            paths(
                "/a/{id}:\n  parameters: [{name: id, in: path, required: false, schema: {type: string}}]\n",
            ),
        ] {
            assert_eq!(mended(&text), (text.clone(), 0));
        }
    }

    #[test]
    fn one_edit_brings_another_fault_to_light() {
        let before = schemas("A: {typ: strng}\n");
        becomes(&before, &before.replace("typ: strng", "type: string"));
    }

    #[test]
    fn a_key_that_stands_twice_does_not_stop_the_rest() {
        let before = schemas("A: {type: sring}\nA: {type: strin}\n");
        becomes(&before, &before.replace("sring", "string"));
    }

    #[test]
    fn other_ends_of_lines_stay() {
        let before =
            paths("a/{id}:\n  parameters:\n  - name: id\n    in: path\n    schema: {type: string}\n");
        let before = before.replace('\n', "\r\n");
        let after = before
            .replace("a/{id}", "/a/{id}")
            .replace("{type: string}\r\n", "{type: string}\r\n      required: true\r\n");
        becomes(&before, &after);
    }

    #[test]
    fn json_stays_json() {
        let before = "{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\"title\": \"T\", \"version\": \"1\"},\n  \"paths\": {\n    \"a/{id}\": {\n      \"parameters\": [\n        {\n          \"name\": \"id\",\n          \"in\": \"pth\",\n          \"shema\": {\"type\": [\"string\", \"null\"]}\n        }\n      ]\n    }\n  }\n}\n";
        let after = before
            .replace("a/{id}", "/a/{id}")
            .replace("pth", "path")
            .replace("shema", "schema")
            .replace("[\"string\", \"null\"]", "\"string\", \"nullable\": true")
            .replace("\"nullable\": true}\n", "\"nullable\": true},\n          \"required\": true\n");
        serde_json::from_str::<Json>(&after).unwrap();
        becomes(before, &after);
    }
}
