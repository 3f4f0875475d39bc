//! Callbacks about workflows and contacts.

use serde_json::{Map, Value as Json, json};

use super::contact::Contact;
use super::template::{Kind, Node};
use super::workflow::Workflow;
use super::{Place, template};
use crate::clock::Moment;
use crate::state::State;
use crate::state::calls::{Call, CallKey};

impl State {
    /// A node has dialled a number to the end.
    pub(super) fn tell_call(&mut self, place: Place, node: u8, key: CallKey) {
        let Some((workflow, _)) = self.workflows.contact(place) else { return };
        let Some(call) = self.calls.call(key) else { return };
        let is_check = workflow.step(node).is_some_and(|(node, _)| node.kind == Kind::InfoCheck);
        let callback = if is_check { "infoCheckCallFinished" } else { "callFinished" };
        let (document, record) = (workflow.document(), self.call_record(place, node, call));
        self.push(document, callback, record);
    }

    /// What is known of a call of a workflow, in the fields of `WorkflowCallRecord`.
    pub(super) fn call_record(&self, place: Place, node: u8, call: &Call) -> Json {
        let mut record = self.call_information(call, Moment::rfc3339);
        if let (Some((workflow, contact)), Some(fields)) =
            (self.workflows.contact(place), record.as_object_mut())
        {
            fields.extend(workflow.head());
            fields.extend(at_node(workflow, node));
            fields.insert("case_id".to_owned(), contact.case_id().into());
        }
        record
    }

    /// A contact has reached a node of the integrator's API.
    pub(super) fn tell_api_node(&mut self, place: Place, node: &Node) {
        let Some((workflow, contact)) = self.workflows.contact(place) else { return };
        let (document, body) = (workflow.document(), api_push(workflow, contact, node));
        self.push(document, of_product(document, "customApiNode"), body);
    }

    /// A contact has gone through all nodes. Leads have no such callback.
    pub(super) fn tell_through(&mut self, place: Place) {
        let Some((workflow, contact)) = self.workflows.contact(place) else { return };
        let document = workflow.document();
        if document == template::LEADS {
            return;
        }
        let passed = contact.passed.iter().filter_map(|at| workflow.step(*at));
        let rows: Vec<_> = passed.map(|(node, task)| task.json(node, &self.calls)).collect();
        let mut body = workflow.head();
        body.insert("case_id".to_owned(), contact.case_id().into());
        body.insert("callee_number".to_owned(), contact.number.as_ref().into());
        body.insert("rows".to_owned(), rows.into());
        self.push(document, "contactFinished", body.into());
    }

    /// A workflow has ended. Leads have no such callback.
    pub(super) fn tell_ended(&mut self, workflow: u32) {
        let Some(workflow) = self.workflows.get(workflow) else { return };
        let document = workflow.document();
        if document == template::LEADS {
            return;
        }
        let actions: Vec<_> = workflow.steps().map(|(node, task)| task.json(node, &self.calls)).collect();
        let mut body = workflow.head();
        body.insert("status".to_owned(), workflow.phase.word().into());
        body.insert("actions".to_owned(), actions.into());
        self.push(document, "workflowStatus", body.into());
    }
}

/// What the product calls a callback of the Workflow product.
pub(super) fn of_product(document: &str, callback: &'static str) -> &'static str {
    match callback {
        "customApiNode" if document == template::LEADS => "customApi",
        "dialerTaskStatus" | "dialerContactStatus" | "dialerAgentStatus" if document == template::LEADS => {
            "dialerStatus"
        }
        same => same,
    }
}

/// The node that did something.
pub(super) fn at_node(workflow: &Workflow, node: u8) -> Map<String, Json> {
    let fields = workflow.step(node).map(|(node, task)| {
        [
            ("nodetask_id".to_owned(), task.id.to_string().into()),
            ("nodetask_name".to_owned(), node.name.into()),
        ]
    });
    fields.into_iter().flatten().collect()
}

/// What a custom API node tells. The contact's fields are its variables of these names; those that it has not are empty.
pub(super) fn api_push(workflow: &Workflow, contact: &Contact, node: &Node) -> Json {
    let variables = contact.variables.map();
    let variable = |name: &str| variables.get(name).and_then(Json::as_str);
    let mut body = workflow.head();
    body.insert("node_id".to_owned(), node.id.into());
    body.insert("node_name".to_owned(), node.name.into());
    let callee = json!({
        "case_id": contact.case_id(),
        "callee_name": variable("callee_name").or(variable("name")).unwrap_or_default(),
        "callee_gender": variable("callee_gender").unwrap_or_default(),
        "callee_number": contact.number,
        "platform_name": variable("platform_name").unwrap_or_default(),
        "extra_a": variable("extra_a").unwrap_or_default(),
    });
    body.insert("callee".to_owned(), callee);
    body.into()
}
