//! The sandbox as Schemathesis sees it, from each document: no failure of the server, no answer that breaks its schema.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use airudder_client::platform::operations::ObtainToken;
use airudder_client::{Client, ClientBuilder};
use airudder_sandbox::{DOCUMENTS, Sandbox};
use tokio::process::Command;

/// Requests of each operation.
const EXAMPLES: &str = "25";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: .ci/run installs it"]
async fn the_sandbox_keeps_to_the_documents() {
    let sandbox = Sandbox::start().await.unwrap();
    let client: Client = ClientBuilder::new(sandbox.credentials(), sandbox.url()).build().unwrap();
    let operation = ObtainToken::new("sandbox-key", "sandbox-secret");
    let token = client.call(&operation).await.unwrap().token().unwrap().expose().to_owned();
    let mut failed = Vec::new();
    for document in DOCUMENTS.iter().filter(|document| !document.operations.is_empty()) {
        let output = Command::new(program())
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", folder())
            .env("SANDBOX_SIGNING_KEY", if document.name == "chatbot" { "sandbox-signing-key" } else { "" })
            .env("SANDBOX_SIGNING_SECRET", "sandbox-signing-secret")
            .args(["run", "--no-color", "--seed=1", "--max-examples", EXAMPLES, "--max-failures=20"])
            .args([
                "--phases=examples,coverage,fuzzing",
                "--request-timeout=10",
                "--generation-database=none",
            ])
            .args(["--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"])
            .args(["--suppress-health-check=all", "--warnings=off", "--url"])
            .arg(sandbox.url_of(document.name))
            .args(["--header", &format!("Authorization: Token {token}")])
            .arg(folder().join(format!("../../spec/{}.yaml", document.name)))
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap_or_else(|error| {
                panic!("{}: {error}; run `.ci/run`, which installs it", program().display())
            });
        println!("{}", String::from_utf8_lossy(&output.stdout));
        if !output.status.success() {
            failed.push(document.name);
        }
    }
    let log = sandbox.log();
    assert_eq!(failed, [""; 0]);
    for operation in DOCUMENTS.iter().flat_map(|document| document.operations) {
        assert!(log.acted(operation.id) > 0, "{}", operation.id);
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemathesis")
}

fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/schemathesis/bin/schemathesis")
}
