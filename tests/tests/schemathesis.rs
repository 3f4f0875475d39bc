//! The sandbox as Schemathesis sees it, from each document: no failure of the server, no answer that breaks its schema.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use airudder_client::platform::operations::ObtainToken;
use airudder_client::{Client, ClientBuilder};
use airudder_sandbox::contract::Document;
use airudder_sandbox::{DOCUMENTS, Fault, LogEntry, Sandbox};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: .ci/run installs it"]
async fn the_sandbox_keeps_to_the_documents() {
    let sandbox = Sandbox::start().await.unwrap();
    for document in documents() {
        let (is_content, report) = run(&sandbox, document.name, 25).await;
        assert!(is_content, "{}: {report}", document.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: .ci/run installs it"]
async fn no_operation_is_left_out() {
    let sandbox = Sandbox::builder().by_example().start().await.unwrap();
    for document in documents() {
        let (is_content, report) = run(&sandbox, document.name, 2).await;
        assert!(is_content, "{}: {report}", document.name);
        for operation in document.operations {
            let is_done = |entry: &LogEntry| {
                entry.document == document.name && entry.operation == operation.id && entry.acted
            };
            assert!(sandbox.log().iter().any(is_done), "{} of {}", operation.id, document.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: .ci/run installs it"]
async fn faults_are_told() {
    for (fault, told) in [(Fault::UnknownEnum, "violates schema"), (Fault::ErrorAfter(503), "Server error")] {
        let sandbox = Sandbox::builder().by_example().start().await.unwrap();
        sandbox.fault(fault.clone().on("listTasks")).unwrap();
        let (is_content, report) = run(&sandbox, "collection", 2).await;
        assert!(!is_content && report.contains(told), "{fault:?}: {report}");
    }
}

/// The documents with operations.
fn documents() -> impl Iterator<Item = &'static Document> {
    DOCUMENTS.iter().filter(|document| !document.operations.is_empty())
}

/// Has Schemathesis try one document by so many requests of each operation and more, and says whether it was content, and
/// what it said.
async fn run(sandbox: &Sandbox, document: &str, examples: u32) -> (bool, String) {
    let client: Client = ClientBuilder::new(sandbox.credentials(), sandbox.url()).build().unwrap();
    let operation = ObtainToken::new(sandbox.key(), sandbox.secret());
    let token = client.call(&operation).await.unwrap().token().unwrap().expose().to_owned();
    let output = Command::new(program())
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", folder())
        .env("SANDBOX_SIGNING_KEY", if document == "chatbot" { sandbox.signing_key() } else { "" })
        .env("SANDBOX_SIGNING_SECRET", sandbox.signing_secret())
        .args(["run", "--no-color", "--seed=1", "--max-failures=20"])
        .args(["--max-examples", &examples.to_string()])
        .args(["--phases=examples,coverage,fuzzing", "--request-timeout=10", "--generation-database=none"])
        .args(["--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"])
        .args(["--suppress-health-check=all", "--warnings=off", "--header"])
        .arg(format!("Authorization: Token {token}"))
        .args(["--url", &sandbox.url_of(document)])
        .arg(folder().join(format!("../../spec/{document}.yaml")))
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap_or_else(|error| panic!("{}: {error}; run `.ci/run`, which installs it", program().display()));
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemathesis")
}

fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/schemathesis/bin/schemathesis")
}
