//! Personal data and secrets of generated types never reach `Debug`.

use airudder_chatbot::models::{MessageContent, TextContent};
use airudder_chatbot::operations::SendMessage;
use airudder_client::platform::operations::ObtainToken;
use airudder_collection::models::CollectionContact;
use airudder_collection::operations::{CancelCall, CreateTask};
use airudder_workflow::models::{WorkflowCallRecord, WorkflowContact};
use airudder_workflow::operations::AddContacts;
use airudder_workflow::webhooks::Event;
use airudder_workflow::wire::Event as _;
use serde_json::{Value, json};

const CANARY: &str = "+10000009999";

fn event(body: Value) -> Event {
    Event::from_json(body.to_string().as_bytes()).unwrap()
}

#[test]
fn debug_masks_what_the_documents_mark() {
    let start = "2030-01-15 09:00:00".parse().unwrap();
    let end = "2030-01-15 18:00:00".parse().unwrap();
    let contact =
        CollectionContact::new(CANARY).with_debtor(CANARY).with_additional_property("borrower_name", CANARY);
    let shown = [
        format!("{:?}", WorkflowContact::new(CANARY).with_variables([("name", CANARY)])),
        format!("{:?}", AddContacts::new("id", [WorkflowContact::new(CANARY)])),
        format!("{:?}", CreateTask::new("name", start, end, "robot", [contact])),
        format!("{:?}", CancelCall::new("id", CANARY)),
        format!("{:?}", SendMessage::new("id", MessageContent::Text(TextContent::new(CANARY)))),
        format!("{:?}", ObtainToken::new("key", CANARY)),
        format!(
            "{:?}",
            event(
                json!({"type": "ContactStatus", "body": {"phoneNumber": CANARY, "customerInfo": {"a": CANARY}}})
            )
        ),
        format!(
            "{:?}",
            event(
                json!({"type": "AgentStatus", "body": {"customizeResults": [CANARY], "talkremarks": CANARY}})
            )
        ),
        format!("{:?}", event(json!({"type": "AgentStatus", "body": {"customizeResults": {"a": CANARY}}}))),
        format!("{:?}", event(json!({"nobody": "knows", "this": CANARY}))),
        format!("{:?}", event(json!([CANARY]))),
        // What nobody has described may be personal, too.
        format!("{:?}", serde_json::from_value::<WorkflowCallRecord>(json!({"new": CANARY})).unwrap()),
    ];
    for text in shown {
        assert!(!text.contains("9999"), "{text}");
    }
}
