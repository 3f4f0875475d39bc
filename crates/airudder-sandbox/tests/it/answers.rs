//! What is answered where nothing is remembered, and what is refused.

use airudder_sandbox::Sandbox;
use airudder_workflow::{Client, ErrorKind, operations};

#[tokio::test]
async fn a_refusal_names_the_field() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder(sandbox.credentials()).address(sandbox.url()).build().unwrap();
    let error =
        client.list_workflows(operations::ListWorkflows::new()).query("page", "first").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.vendor_message(), Some("`page` is not of type \"integer\""));
    let entry = sandbox.log().last().cloned().unwrap();
    assert_eq!((entry.operation, entry.status, entry.acted), ("listWorkflows", 400, false));
}
