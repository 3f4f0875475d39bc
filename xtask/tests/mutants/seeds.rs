//! Documents to begin with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use xtask::document::{Document, Spec};

/// A document as text and, where it can be read, as a tree.
pub struct Seed {
    pub text: String,
    pub tree: Option<Value>,
}

/// All of them: each operation and callback of `spec/` with what it needs, and every fixture.
pub fn all() -> Vec<Seed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seeds = Vec::new();
    for folder in ["tests/fixtures/constructs", "tests/fixtures/findings", "xtask/src/lint/fixtures"] {
        for file in files(&root.join(folder)) {
            let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
            let tree = tree(&text);
            seeds.push(Seed { text, tree });
        }
    }
    let common = whole(&root.join("spec/common.yaml"));
    for file in files(&root.join("spec")) {
        for slice in slices(&whole(&file), &common) {
            seeds.push(Seed { text: serde_yaml::to_string(&slice).unwrap(), tree: Some(slice) });
        }
    }
    assert!(seeds.len() > 150, "{} seeds", seeds.len());
    seeds
}

fn files(folder: &Path) -> Vec<PathBuf> {
    Spec::files(folder).unwrap()
}

fn tree(text: &str) -> Option<Value> {
    Document::parse("seed.yaml", text.to_owned()).0.map(|document| document.root.to_json())
}

fn whole(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap();
    let text = text.replace("./common.yaml#/", "#/");
    tree(&text).unwrap()
}

/// A document for each path, with the components that it needs.
fn slices(document: &Value, common: &Value) -> Vec<Value> {
    let mut slices = Vec::new();
    for part in ["paths", "x-webhooks"] {
        for (name, item) in document.get(part).and_then(Value::as_object).into_iter().flatten() {
            let mut slice = document.as_object().unwrap().clone();
            slice.remove("components");
            slice.remove("x-webhooks");
            slice.insert("paths".to_owned(), Value::Object(Map::new()));
            slice.insert(part.to_owned(), Value::Object(Map::from_iter([(name.clone(), item.clone())])));
            let mut slice = Value::Object(slice);
            complete(&mut slice, document, common);
            slices.push(slice);
        }
    }
    slices
}

/// Copies what is referred to, and what that refers to.
fn complete(slice: &mut Value, document: &Value, common: &Value) {
    let mut done = BTreeSet::new();
    let schemes = document.pointer("/components/securitySchemes").cloned();
    slice["components"] =
        Value::Object(schemes.map(|it| ("securitySchemes".to_owned(), it)).into_iter().collect());
    loop {
        let mut targets = BTreeSet::new();
        references(slice, &mut targets);
        let Some(target) = targets.into_iter().find(|target| !done.contains(target)) else { return };
        let found = document.pointer(&target).or(common.pointer(&target)).cloned();
        let mut steps = target.split('/').skip(2);
        if let (Some(found), Some(kind), Some(name)) = (found, steps.next(), steps.next()) {
            slice["components"][kind][name] = found;
        }
        done.insert(target);
    }
}

fn references(value: &Value, targets: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            targets.extend(
                text.strip_prefix('#').filter(|rest| rest.starts_with("/components/")).map(str::to_owned),
            );
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, targets)),
        Value::Object(map) => map.values().for_each(|value| references(value, targets)),
        _ => {}
    }
}
