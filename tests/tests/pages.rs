//! Pages made of our own documents, in the layout of the vendor's: read back, nothing differs, and each change is found.

use std::fmt::Write as _;

use airudder_tests::workspace;
use serde_json::{Value, json};
use xtask::document::{Document, Spec};
use xtask::finding::Severity;
use xtask::rule::Rule;
use xtask::vendor::endpoint::{Endpoint, Field, In, Kinds, Part, Shape};
use xtask::vendor::{House, Judge, Page};
use xtask::{coverage, lint};

fn house() -> House {
    let (spec, _) = lint::read(&Spec::files(&workspace().join("spec")).unwrap()).unwrap();
    with_rows(spec.relative_to(workspace()))
}

fn with_rows(spec: Spec) -> House {
    House::new(spec, coverage::rows(&workspace().join("spec/vendor-nav.yaml")).unwrap())
}

/// The words of a page in one of its languages.
struct Words {
    request: &'static str,
    params: &'static str,
    body: &'static str,
    required: &'static str,
    optional: &'static str,
    values: &'static str,
    default: &'static str,
    example: &'static str,
    answers: &'static str,
}

const CHINESE: Words = Words {
    request: "请求参数",
    params: "参数",
    body: "Body 参数application/json",
    required: "必需",
    optional: "可选",
    values: "枚举值:",
    default: "默认值:",
    example: "示例",
    answers: "返回响应",
};

const ENGLISH: Words = Words {
    request: "Request",
    params: "Params",
    body: "Body Params application/json",
    required: "required",
    optional: "optional",
    values: "Allowed values:",
    default: "Default:",
    example: "Example",
    answers: "Responses",
};

/// The lines of a page that says what the document says.
fn page(endpoint: &Endpoint, words: &Words) -> Vec<String> {
    let mut lines = vec!["A title".to_owned(), endpoint.method.as_ref().unwrap().value.clone()];
    let path = endpoint.path.as_ref().map(|path| format!("https://api.example.com{}", path.value));
    lines.extend(path);
    lines.push(words.request.to_owned());
    for (place, name) in [(In::Path, "Path"), (In::Query, "Query"), (In::Header, "Header")] {
        let fields: Vec<_> = endpoint
            .parameters
            .iter()
            .filter(|one| one.place == place)
            .map(|one| one.field.clone())
            .collect();
        if !fields.is_empty() {
            lines.push(format!("{name} {}", words.params));
            table(&fields, words, &mut lines);
        }
    }
    if let Some(body) = &endpoint.body {
        lines.push(words.body.to_owned());
        part(body, words, &mut lines);
    }
    lines.push(words.answers.to_owned());
    if let Some(answer) = &endpoint.answer {
        lines.extend(["🟢200OK".to_owned(), "application/json".to_owned(), "Body".to_owned()]);
        part(answer, words, &mut lines);
    }
    lines
}

fn part(part: &Part, words: &Words, lines: &mut Vec<String>) {
    table(&part.shape.object().fields, words, lines);
    lines.push(words.example.to_owned());
    let example = serde_json::to_string_pretty(&whole(&part.shape)).unwrap();
    lines.extend(example.lines().map(|line| line.trim().to_owned()));
}

fn table(fields: &[Field], words: &Words, lines: &mut Vec<String>) {
    for field in fields {
        lines.extend([field.name.clone(), phrase(&field.shape)]);
        lines.push(if field.required == Some(true) { words.required } else { words.optional }.to_owned());
        if !field.shape.values.is_empty() {
            lines.push(words.values.to_owned());
            lines.extend(field.shape.values.iter().map(|value| plain(&value.value)));
        }
        if let Some(default) = &field.shape.default {
            lines.extend([words.default.to_owned(), plain(&default.value)]);
        }
        table(&field.shape.object().fields, words, lines);
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `array [object]`; an object whose properties are not named counts none.
fn phrase(shape: &Shape) -> String {
    if shape.kinds.is_any() {
        return "any".to_owned();
    }
    if shape.kinds.is_only(Kinds::ARRAY) {
        let items = shape.items.as_ref().map_or("any".to_owned(), |items| phrase(items));
        return format!("array [{items}]");
    }
    let names: Vec<_> = ["string", "integer", "number", "boolean", "object", "array"]
        .into_iter()
        .filter(|name| Kinds::parse(name).is_some_and(|kind| shape.kinds.takes(kind)))
        .filter(|name| *name != "integer" || !shape.kinds.takes(Kinds::NUMBER))
        .collect();
    let count = if names == ["object"] && shape.fields.is_empty() { " {0}" } else { "" };
    names.join(" | ") + count
}

/// An example with every field.
fn whole(shape: &Shape) -> Value {
    let format = shape.format.as_deref().unwrap_or_default();
    if let Some(value) = shape.example.as_ref().or(shape.values.first()) {
        return value.value.clone();
    }
    if let Some(items) = &shape.items {
        return json!([whole(items)]);
    }
    if shape.kinds.is_any() || shape.kinds.takes(Kinds::OBJECT) {
        return shape.fields.iter().map(|field| (field.name.clone(), whole(&field.shape))).collect();
    }
    match shape.kinds.single() {
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        _ => match format {
            "date-time" => json!("2030-01-31T18:00:00Z"),
            "date" => json!("2030-01-31"),
            "vendor-local-time" => json!("2030-01-31 18:00:00"),
            "vendor-offset-time" => json!("2030-01-31 18:00:00+08:00"),
            _ => json!("example"),
        },
    }
}

/// The same lines as a saved page.
fn html(lines: &[String]) -> String {
    let mut text = "<!DOCTYPE html>\n<html><body>".to_owned();
    for line in lines {
        let line = line.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(text, "<div><span>{line}</span></div>");
    }
    text + "</body></html>"
}

/// What differs, but for how the operation is known; examples are made up here.
fn differences(house: &House, judge: &Judge<'_>, id: &str, text: String) -> Vec<String> {
    let page = Page::parse("page".to_owned(), text).unwrap();
    let found = judge.compare(house.known(&page, Some(id)).unwrap(), &page).into_iter();
    let found = found.filter(|difference| difference.severity == Severity::Error);
    let found = found
        .filter(|difference| !["evidence", "title-changed", "example-misfit"].contains(&difference.rule));
    found.map(|difference| format!("{}: {}", difference.rule, difference.message)).collect()
}

#[test]
fn a_page_that_says_what_we_say_differs_in_nothing() {
    let house = house();
    let judge = house.judge();
    let mut count = 0;
    for (id, endpoint) in house.endpoints() {
        for words in [&CHINESE, &ENGLISH] {
            let lines = page(&endpoint, words);
            assert_eq!(
                differences(&house, &judge, id, lines.join("\n")),
                [""; 0],
                "{id}\n{}",
                lines.join("\n")
            );
            assert_eq!(differences(&house, &judge, id, html(&lines)), [""; 0], "{id}");
            count += 1;
        }
    }
    assert!(count > 200, "{count} pages");
}

/// The fields of the body that belong to the operation alone, so that every change of them counts.
fn own_fields(endpoint: &Endpoint) -> Vec<usize> {
    let Some(body) = endpoint.body.as_ref().filter(|body| body.shape.items.is_none()) else {
        return Vec::new();
    };
    let is_own = |field: &Field| !field.home.as_ref().unwrap().pointer.as_str().starts_with("/components/");
    (0..body.shape.fields.len()).filter(|index| is_own(&body.shape.fields[*index])).collect()
}

#[test]
fn each_change_of_a_field_is_found() {
    let house = house();
    let judge = house.judge();
    let mut count = 0;
    for (id, endpoint) in house.endpoints() {
        for index in own_fields(&endpoint) {
            let changed = |change: &dyn Fn(&mut Vec<Field>)| {
                let mut endpoint = endpoint.clone();
                change(&mut endpoint.body.as_mut().unwrap().shape.fields);
                differences(&house, &judge, id, page(&endpoint, &ENGLISH).join("\n"))
            };
            let field = &endpoint.body.as_ref().unwrap().shape.fields[index];
            let name = &field.name;
            let added = changed(&|fields| {
                let other = Field { name: "entirely_new".to_owned(), ..fields[index].clone() };
                fields.push(other);
            });
            assert!(
                added.iter().any(|it| it.starts_with("field-added: `entirely_new`")),
                "{id} {name}: {added:?}"
            );
            let flipped =
                changed(&|fields| fields[index].required = Some(fields[index].required != Some(true)));
            assert_eq!(flipped.len(), 1, "{id} {name}: {flipped:?}");
            assert!(flipped[0].starts_with(&format!("required-changed: `{name}`")), "{flipped:?}");
            let retyped = changed(&|fields| {
                let kinds =
                    if field.shape.kinds.takes(Kinds::BOOLEAN) { Kinds::NUMBER } else { Kinds::BOOLEAN };
                let shape = Shape { kinds, ..Shape::any(fields[index].shape.spot.clone()) };
                fields[index].shape = shape;
            });
            let is_any = field.shape.kinds.is_any();
            assert!(
                is_any || retyped.iter().any(|it| it.starts_with(&format!("type-changed: `{name}`"))),
                "{retyped:?}"
            );
            count += 1;
        }
    }
    assert!(count > 50, "{count} fields");
}

/// The documents with some of them replaced.
fn replaced(house: &House, documents: &[Document]) -> House {
    let again = |old: &Document| {
        let new = documents.iter().find(|new| new.path == old.path).unwrap_or(old);
        Document::parse(&new.path, new.text.clone()).0.unwrap()
    };
    with_rows(Spec { documents: house.spec.documents.iter().map(again).collect(), ..Spec::default() })
}

#[test]
fn what_is_mended_is_sound_and_differs_no_more() {
    let house = house();
    let judge = house.judge();
    let mut count = 0;
    // The lint reads all documents each time: every third operation says enough.
    let operations = house.endpoints().filter(|(_, endpoint)| !own_fields(endpoint).is_empty());
    for (id, mut endpoint) in operations.step_by(3) {
        let own = own_fields(&endpoint);
        let first = own[0];
        // One field goes, one comes, one becomes another type, the others change sides.
        let fields = &mut endpoint.body.as_mut().unwrap().shape.fields;
        let added = Field { name: "entirely_new".to_owned(), required: Some(true), ..fields[first].clone() };
        for index in &own {
            fields[*index].required = Some(fields[*index].required != Some(true));
        }
        if let Some(last) = own.last().filter(|last| **last != first) {
            fields[*last].shape =
                Shape { kinds: Kinds::BOOLEAN, ..Shape::any(fields[*last].shape.spot.clone()) };
        }
        fields.push(added);
        fields.remove(first);
        let text = page(&endpoint, &CHINESE).join("\n") + "\n修改于 2099-01-02 03:04:05\n";
        let page = Page::parse("page".to_owned(), text.clone()).unwrap();
        let known = house.known(&page, Some(id)).unwrap();
        let mended = house.mend(judge.compare(known, &page));
        assert!(!mended.documents.is_empty(), "{id}");
        let after = replaced(&house, &mended.documents);
        let (findings, _) = lint::examine(&after.spec, Vec::new());
        // Which parameters page, which list fills up and what makes an event is for a person to say again.
        let left = [Rule::Unfinished, Rule::Pagination, Rule::Batch, Rule::Event];
        let errors = findings.iter().filter(|it| it.severity == Severity::Error && !left.contains(&it.rule));
        assert_eq!(errors.map(ToString::to_string).collect::<Vec<_>>(), [""; 0], "{id}\n{text}");
        let judge = after.judge();
        let again = judge.compare(after.known(&page, Some(id)).unwrap(), &page);
        assert!(after.mend(again).done.is_empty(), "{id} is mended twice");
        count += 1;
    }
    assert!(count > 12, "{count} operations");
}

#[test]
fn a_page_that_was_copied_in_part_breaks_nothing() {
    let house = house();
    let judge = house.judge();
    let (id, endpoint) = house.endpoints().find(|(id, _)| *id == "workflow.createWorkflow").unwrap();
    let lines = page(&endpoint, &ENGLISH);
    for from in (0..lines.len()).step_by(2) {
        let mut torn = lines.clone();
        torn.remove(from);
        for text in
            [lines[from..].join("\n"), lines[..from].join("\n"), torn.join("\n"), html(&lines[from..])]
        {
            let Ok(page) = Page::parse("page".to_owned(), text) else { continue };
            let mended = house.mend(judge.compare(house.known(&page, Some(id)).unwrap(), &page));
            for document in &mended.documents {
                assert!(Document::parse(&document.path, document.text.clone()).1.is_empty());
            }
        }
    }
}
