//! Workflows that find leads, by the client of that product.

use std::time::Duration;

use airudder_leads::models::WorkflowContact;
use airudder_leads::{Client, operations as ops, wire};
use airudder_sandbox::Sandbox;

use crate::support::{callbacks, get};

#[tokio::test]
async fn the_template_decides_about_callbacks_where_the_address_names_no_document() {
    let sandbox = Sandbox::start().await.unwrap();
    let client =
        airudder_workflow::Client::builder(sandbox.credentials()).address(sandbox.url()).build().unwrap();
    for (template, document) in [(1024, "workflow"), (1003, "leads")] {
        let before = sandbox.callbacks().len();
        let end: airudder_workflow::wire::OffsetTime = "2030-01-31 18:00:00+08:00".parse().unwrap();
        let contact = airudder_workflow::models::WorkflowContact::new("+10000000001");
        let request = airudder_workflow::operations::CreateWorkflow::new(template, "wd-001", end);
        client.create_workflow(request.with_details([contact])).await.unwrap();
        sandbox.advance(Duration::from_secs(2 * 60 * 60)).await;
        let told = sandbox.callbacks().split_off(before);
        assert!(told.iter().any(|entry| entry.callback == "callFinished"));
        assert!(told.iter().all(|entry| entry.document == document));
    }
}

#[tokio::test]
async fn leads_are_called_and_handed_to_the_integrators_api() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder(sandbox.credentials()).address(sandbox.url_of("leads")).build().unwrap();
    let mut templates = client.list_templates_pager(ops::ListTemplates::new());
    let mut template = None;
    while let Some(next) = templates.try_next().await.unwrap() {
        template = template.or(next
            .workflow_template_id
            .filter(|_| next.workflow_template_name.as_deref() == Some("leads-call")));
    }
    let end: wire::OffsetTime = "2030-01-15 20:00:00+08:00".parse().unwrap();
    let request = ops::CreateWorkflow::new(template.unwrap(), "leads-01", end);
    let id = client.create_workflow(request).await.unwrap().workflow_id.unwrap();
    let contacts = (0..30).map(|place| WorkflowContact::new(format!("+1000000{place:04}")));
    let contacts: Vec<_> = contacts.collect();
    let report = client.add_contacts_in_batches(ops::AddContacts::new(id.clone(), []), contacts).run().await;
    assert!(report.to_string().contains("30"), "{report}");
    client.cancel_call(ops::CancelCall::new(id.clone(), "+10000000029")).await.unwrap();
    sandbox.advance(Duration::from_secs(2 * 60 * 60)).await;

    let told = callbacks(&sandbox);
    let count = |name: &str| told.iter().filter(|(callback, _)| callback == name).count();
    // The call in progress went on to its end.
    assert_eq!((count("callFinished"), count("customApi")), (30, 29));
    let dialer = told.iter().filter(|(name, _)| name == "dialerStatus");
    let kinds: std::collections::BTreeSet<_> =
        dialer.map(|(_, body)| body["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["AgentStatus", "ContactStatus", "TaskStatus"]);

    let crm = told.iter().find(|(name, _)| name == "customApi").unwrap();
    let (node, number) =
        (crm.1["node_id"].as_str().unwrap(), crm.1["callee"]["callee_number"].as_str().unwrap());
    let push = client.verify_custom_api(ops::VerifyCustomApi::new(id.clone(), node, number)).await.unwrap();
    assert_eq!(push.callee.unwrap().callee_number.unwrap().as_str(), number);
    let answered =
        told.iter().find(|(name, body)| name == "callFinished" && body["Intention"] != "--").unwrap();
    let number = answered.1["callee"].as_str().unwrap();
    let recordings = client.list_number_recordings(ops::ListNumberRecordings::new(id, number)).await.unwrap();
    let link = recordings.rows()[0].recording_link.clone().unwrap();
    assert_eq!(get(link.as_str()).await.status, 200);
}
