//! Who is let in.

use std::time::Duration;

use airudder_sandbox::Sandbox;
use airudder_workflow::{Client, ErrorKind, operations};

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build().unwrap()
}

#[tokio::test]
async fn a_token_lasts_for_24_hours_and_the_client_renews_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    client.list_workflows(operations::ListWorkflows::new()).await.unwrap();
    sandbox.advance(Duration::from_secs(24 * 60 * 60)).await;
    client.list_workflows(operations::ListWorkflows::new()).await.unwrap();
    let asked: Vec<_> = sandbox.log().iter().map(|entry| (entry.operation, entry.status)).collect();
    let expected = [
        ("obtainToken", 200),
        ("listWorkflows", 200),
        ("listWorkflows", 401),
        ("obtainToken", 200),
        ("listWorkflows", 200),
    ];
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = airudder_workflow::Credentials::new("sandbox-key", "wrong");
    let client = Client::builder(credentials).address(sandbox.url()).build().unwrap();
    let error = client.list_workflows(operations::ListWorkflows::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn debug_shows_neither_secrets_nor_people() {
    let builder = Sandbox::builder()
        .credentials("key", "canary")
        .signing_credentials("key", "canary")
        .callback_key("canary");
    assert!(!format!("{builder:?}").contains("canary"), "{builder:?}");
    let sandbox = builder.start().await.unwrap();
    sandbox.customer_writes("10000000009", "+10000009999", "canary").unwrap();
    let shown = format!("{sandbox:?}");
    assert!(shown.contains(sandbox.url()) && !shown.contains("canary") && !shown.contains("9999"), "{shown}");
}
