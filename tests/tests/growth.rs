//! What a document of many operations costs: in proportion to them.

use std::fs;
use std::time::{Duration, Instant};

use airudder_tests::workspace;
use serde_json::{Map, Value, json};
use xtask::document::{Document, Spec};
use xtask::emit::{self, Layout};
use xtask::lint;

/// A document with some of everything, of so many operations.
fn document(operations: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..operations {
        let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}{number}")});
        let content = |schema: Value| json!({"application/json": {"schema": schema}});
        paths.insert(
            format!("/things{number}/{{id}}"),
            json!({"post": {
                "operationId": format!("changeThing{number}"),
                "summary": "Changes a thing.",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {"name": "order", "in": "query", "schema": {"type": "string", "enum": ["up", "down"]}},
                ],
                "requestBody": {"required": true, "content": content(named("Thing"))},
                "responses": {
                    "200": {"description": "The thing.", "content": content(named("Thing"))},
                    "202": {"description": "Later.", "content": content(named("Job"))},
                    "default": {"description": "An error.", "content": content(named("Job"))},
                },
            }}),
        );
        schemas.insert(
            format!("Thing{number}"),
            json!({"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "description": "Its name."},
                "state": {"type": "string", "enum": ["on", "off"]},
                "size": {"type": "object", "properties": {"width": {"type": "number"}, "height": {"type": "number"}}},
                "parts": {"type": "array", "items": named("Thing")},
                "job": {"oneOf": [named("Job"), {"type": "string"}]},
            }}),
        );
        schemas.insert(
            format!("Job{number}"),
            json!({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}),
        );
    }
    json!({"openapi": "3.0.3", "info": {"title": "Many", "version": "1"}, "paths": paths, "components": {"schemas": schemas}})
}

/// The document with each operation and each schema so many times, under other names.
fn multiplied(document: &Value, times: usize) -> Value {
    let mut all = document.clone();
    for copy in 1..times {
        let mut other = document.clone();
        rename(&mut other, copy);
        for (path, item) in other["paths"].as_object().unwrap() {
            all["paths"][format!("/copy{copy}{path}")] = item.clone();
        }
        for (kind, components) in other["components"].as_object().unwrap() {
            for (name, component) in components.as_object().unwrap() {
                all["components"][kind][format!("{name}Copy{copy}")] = component.clone();
            }
        }
    }
    all
}

fn rename(value: &mut Value, copy: usize) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "operationId" => text.push_str(&format!("Copy{copy}")),
                    Value::String(text) if key == "$ref" => text.push_str(&format!("Copy{copy}")),
                    value => rename(value, copy),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, copy)),
        _ => {}
    }
}

/// How long reading, lint, model and code of a document take: the least of three times.
fn cost(document: &Value) -> Duration {
    let text = serde_json::to_string_pretty(document).unwrap();
    let run = || {
        let start = cpu();
        let (document, findings) = Document::parse("many.json", text.clone());
        let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
        let (findings, models) = lint::examine(&spec, findings);
        assert!(
            findings.iter().all(|finding| finding.severity != xtask::finding::Severity::Error),
            "{findings:?}"
        );
        let files = emit::emit(&models, &Layout::Standalone { crates: "crates".to_owned() });
        assert!(files.len() > 10);
        cpu() - start
    };
    (0..3).map(|_| run()).min().unwrap()
}

/// The time that this thread has computed: others on the machine do not count, where the system tells.
fn cpu() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|text| text.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    told.unwrap_or_else(|| START.get_or_init(Instant::now).elapsed())
}

/// Costs of 1, 4 and 16 times the document, each in relation to the operations.
fn check(document: &Value, most: f64) {
    let costs: Vec<_> = [1, 4, 16].map(|times| (times, cost(&multiplied(document, times)))).to_vec();
    let (_, one) = costs[0];
    for (times, cost) in &costs {
        let ratio = cost.as_secs_f64() / one.as_secs_f64() / f64::from(*times as u32);
        println!("{times:2} times: {cost:.2?}, {ratio:.2} as much for each operation");
        assert!(ratio < most, "{times} times the operations take {cost:?}, once takes {one:?}");
    }
}

#[test]
fn cost_grows_with_the_operations() {
    check(&document(20), 2.0);
}

/// The same for a large public document: `cargo test --release -p airudder-tests --test growth -- --ignored --nocapture`.
#[test]
#[ignore = "for the figures, in a release build"]
fn cost_of_a_large_document() {
    let file = workspace().join("../shared/corpus/03-oxide-nexus.json");
    let Ok(text) = fs::read_to_string(&file) else {
        println!("skipped: there is no {}", file.display());
        return;
    };
    check(&serde_json::from_str(&text).unwrap(), 2.0);
}
