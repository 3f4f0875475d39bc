//! What was going on when a sandbox was saved goes on when it is started again.

use std::time::Duration;

use airudder_chatbot::operations as chat;
use airudder_sandbox::{Builder, Sandbox};
use airudder_workflow::models::WorkflowContact;
use airudder_workflow::{operations as ops, wire};

use crate::support::{callbacks, get};

const MINUTE: Duration = Duration::from_secs(60);

fn workflow(sandbox: &Sandbox) -> airudder_workflow::Client {
    let builder = airudder_workflow::Client::builder(sandbox.credentials());
    builder.address(sandbox.url_of("workflow")).build().unwrap()
}

fn chatbot(sandbox: &Sandbox) -> airudder_chatbot::Client {
    airudder_chatbot::Client::builder(sandbox.signer()).address(sandbox.url()).build().unwrap()
}

#[tokio::test]
async fn workflows_and_sessions_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let builder = || -> Builder { Sandbox::builder().state_file(folder.path().join("state")) };
    let sandbox = builder().start().await.unwrap();
    let contacts = (0..300).map(|place| WorkflowContact::new(format!("+1000000{place:04}")));
    let end: wire::OffsetTime = "2030-01-16 09:00:00+00:00".parse().unwrap();
    let request = ops::CreateWorkflow::new(1024, "wd-001", end).with_details(contacts);
    let id = workflow(&sandbox).create_workflow(request).await.unwrap().workflow_id.unwrap();
    let file = airudder_chatbot::File::new("a.txt", "content");
    let upload = chatbot(&sandbox).upload_file(chat::UploadFile::new(file)).await.unwrap();
    let path = upload.origin_url.unwrap().into_inner().replace(sandbox.url(), "");
    let session = sandbox.customer_writes("10000000009", "+10000000001", "Hello").unwrap();
    // Some are called, some wait, and some are written to.
    sandbox.advance(8 * MINUTE).await;
    let before = callbacks(&sandbox).len();
    assert!(sandbox.save().unwrap());
    drop(sandbox);

    let sandbox = builder().start().await.unwrap();
    assert_eq!(callbacks(&sandbox).len(), before);
    sandbox.advance(180 * MINUTE).await;
    let told = callbacks(&sandbox);
    let through = told.iter().filter(|(name, _)| name == "contactFinished").count();
    assert_eq!((through, told.last().unwrap().0.as_str()), (300, "workflowStatus"));
    let nodes = workflow(&sandbox).list_subtasks(ops::ListSubtasks::new(id)).await.unwrap();
    assert_eq!(nodes.rows().len(), 3);
    let report = chatbot(&sandbox).get_session_report(chat::GetSessionReport::new(session)).await.unwrap();
    assert!(!report.messages().is_empty());
    assert_eq!(get(&format!("{}{path}", sandbox.url())).await.content, b"content");
}

#[tokio::test]
async fn who_lets_in_is_the_account_of_this_start() {
    let folder = tempfile::tempdir().unwrap();
    let builder = || Sandbox::builder().state_file(folder.path().join("state"));
    let sandbox = builder().start().await.unwrap();
    workflow(&sandbox).list_workflows(ops::ListWorkflows::new()).await.unwrap();
    sandbox.save().unwrap();
    let saved = std::fs::read_to_string(folder.path().join("state")).unwrap();
    assert!(!saved.contains(sandbox.secret()), "{saved}");
    let old = sandbox.credentials();
    drop(sandbox);

    let sandbox = builder().credentials("another-key", "another-secret").start().await.unwrap();
    workflow(&sandbox).list_workflows(ops::ListWorkflows::new()).await.unwrap();
    let client = airudder_workflow::Client::builder(old).address(sandbox.url_of("workflow")).build().unwrap();
    let error = client.list_workflows(ops::ListWorkflows::new()).await.unwrap_err();
    assert_eq!(error.kind(), airudder_workflow::ErrorKind::Auth);
}
