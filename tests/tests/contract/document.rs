//! The documents as Redocly reads them: what must be called, and what is answered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use airudder_tests::workspace;
use serde_json::Value;
use xtask::document::Spec;

use crate::tool::installed;

/// A document of `spec/`.
pub struct Document {
    /// Its name without the extension.
    pub name: String,
    pub file: PathBuf,
    /// The same with all that it refers to in one file.
    pub bundle: PathBuf,
    pub operations: Vec<Operation>,
}

/// What a document says of an operation.
pub struct Operation {
    /// As in our descriptions: the document's name and its `operationId`.
    pub id: String,
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// The documented answers of success in JSON.
    pub answers: Vec<Value>,
}

/// Every document of `spec/`.
pub fn all() -> &'static [Document] {
    static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(bundle);
    &DOCUMENTS
}

/// The document of this name.
pub fn named(name: &str) -> &'static Document {
    all().iter().find(|document| document.name == name).unwrap()
}

/// What the documents say of an operation.
pub fn operation(id: &str) -> Option<&'static Operation> {
    all().iter().flat_map(|document| &document.operations).find(|operation| operation.id == id)
}

fn bundle() -> Vec<Document> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("contract");
    let files = Spec::files(&workspace().join("spec")).unwrap();
    let output = Command::new(installed("redocly"))
        .current_dir(workspace())
        .args(["bundle", "--ext", "json", "--output"])
        .arg(&folder)
        .args(&files)
        .env("REDOCLY_TELEMETRY", "off")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    files.into_iter().map(|file| Document::read(file, &folder)).collect()
}

impl Document {
    fn read(file: PathBuf, folder: &Path) -> Self {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let bundle = folder.join(format!("{name}.json"));
        let whole: Value = serde_json::from_slice(&fs::read(&bundle).unwrap()).unwrap();
        let mut operations = Vec::new();
        for (path, item) in fields(&whole["paths"]) {
            for (method, operation) in fields(item) {
                let Some(id) = operation["operationId"].as_str() else { continue };
                operations.push(Operation {
                    id: format!("{name}.{id}"),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    answers: answers(&operation["responses"]),
                });
            }
        }
        Self { name, file, bundle, operations }
    }
}

/// The examples in JSON of answers that mean success.
fn answers(responses: &Value) -> Vec<Value> {
    let mut answers = Vec::new();
    for (_, response) in fields(responses).filter(|(status, _)| status.starts_with('2')) {
        let json = &response["content"]["application/json"];
        answers.extend(json.get("example").cloned());
        answers.extend(fields(&json["examples"]).map(|(_, example)| example["value"].clone()));
    }
    answers
}

/// The fields of an object; none of anything else.
fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
