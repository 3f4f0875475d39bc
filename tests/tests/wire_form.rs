//! The wire form of every operation, built from its documented example through the public API.

#[allow(dead_code)]
#[path = "../../crates/airudder-chatbot/tests/examples.rs"]
mod chatbot;
#[allow(dead_code)]
#[path = "../../crates/airudder-collection/tests/examples.rs"]
mod collection;
#[allow(dead_code)]
#[path = "../../crates/airudder-info-check/tests/examples.rs"]
mod info_check;
#[allow(dead_code)]
#[path = "../../crates/airudder-leads/tests/examples.rs"]
mod leads;
#[allow(dead_code)]
#[path = "../../crates/airudder-marketing/tests/examples.rs"]
mod marketing;
#[allow(dead_code)]
#[path = "../../crates/airudder-workflow/tests/examples.rs"]
mod workflow;

use std::fmt::Write as _;

use airudder_client::Outgoing;
use xtask::document::Spec;
use xtask::model::Model;

fn render(requests: &[(&str, Outgoing)]) -> String {
    let mut text = String::new();
    for (example, request) in requests {
        let _ = writeln!(text, "== {example}\n{} {}", request.method().as_str(), request.path());
        if !request.query().is_empty() {
            let _ = writeln!(text, "query: {}", request.query());
        }
        for (name, value) in request.headers() {
            let _ = writeln!(text, "{name}: {}", value.to_str().unwrap());
        }
        if let Some(content_type) = request.content_type() {
            let _ =
                writeln!(text, "content-type: {content_type}\n\n{}", String::from_utf8_lossy(request.body()));
        }
        text.push('\n');
    }
    text
}

/// The documented requests of every product, by document.
fn products() -> [(&'static str, Vec<(&'static str, Outgoing)>); 6] {
    [
        ("chatbot", chatbot::requests().unwrap()),
        ("collection", collection::requests().unwrap()),
        ("info-check", info_check::requests().unwrap()),
        ("leads", leads::requests().unwrap()),
        ("marketing", marketing::requests().unwrap()),
        ("workflow", workflow::requests().unwrap()),
    ]
}

#[test]
fn operations_of_every_product() {
    for (product, requests) in products() {
        insta::assert_snapshot!(product, render(&requests));
    }
}

/// An operation without an example would escape the snapshot, and so would a product that is not listed.
#[test]
fn every_operation_has_an_example() {
    let files = Spec::files(&airudder_tests::workspace().join("spec")).unwrap();
    let (models, _) = airudder_tests::models(&files).unwrap();
    let products = products();
    let is_product = |model: &&Model| !model.operations.is_empty() && model.krate.file.is_none();
    for model in models.iter().filter(is_product) {
        let (_, requests) = products.iter().find(|(product, _)| *product == model.krate.stem).unwrap();
        for operation in &model.operations {
            let is_built =
                requests.iter().any(|(example, _)| example.split('/').next() == Some(&operation.id));
            assert!(is_built, "{}.{} has no example of a request", model.krate.stem, operation.id);
        }
    }
}
