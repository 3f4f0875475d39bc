//! The wire form of every operation, built from its documented example through the public API.

#[allow(dead_code)]
#[path = "../../crates/airudder-workflow/tests/examples.rs"]
mod workflow;

use std::fmt::Write as _;

use airudder_client::Outgoing;

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

#[test]
fn workflow_operations() {
    let requests = workflow::requests().unwrap();
    insta::assert_snapshot!("workflow", render(&requests));
}

/// An operation without an example would escape the snapshot.
#[test]
fn every_workflow_operation_has_an_example() {
    let document = airudder_tests::workspace().join("spec/workflow.yaml");
    let (models, _) = airudder_tests::models(&[document]).unwrap();
    let requests = workflow::requests().unwrap();
    for model in models.iter().filter(|model| model.krate.stem == "workflow") {
        for operation in &model.operations {
            let is_built =
                requests.iter().any(|(example, _)| example.split('/').next() == Some(&operation.id));
            assert!(is_built, "{} has no example of a request", operation.id);
        }
    }
}
