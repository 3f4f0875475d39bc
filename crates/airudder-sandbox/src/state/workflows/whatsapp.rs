//! The WhatsApp nodes of workflows: a template, and the session that comes of it.

use serde_json::{Map, Value as Json, json};

use super::Place;
use super::notice::at_node;
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::{Id, State};

impl State {
    /// Writes to a contact. It goes on when the session ends.
    pub(super) fn write_to(&mut self, place: Place, node: u8, now: Moment) {
        let Some((_, contact)) = self.workflows.contact(place) else { return };
        let (number, variables) = (contact.number.clone(), contact.variables.map());
        let session = self.write_for_workflow(place, node, &number, variables, now);
        if let Some(contact) = self.workflows.contact_mut(place) {
            contact.session = Some(session);
        }
    }

    /// The session of a contact has ended.
    pub(in crate::state) fn workflow_session_ended(&mut self, place: Place, now: Moment) {
        self.move_on(place, now);
    }

    /// Where in a workflow something was written, in the fields of `WabaNotice`.
    pub(in crate::state) fn waba_notice(&self, place: Place, node: u8, now: Moment) -> Map<String, Json> {
        let Some((workflow, contact)) = self.workflows.contact(place) else { return Map::new() };
        let mut notice = workflow.head();
        notice.extend(at_node(workflow, node));
        let task = workflow.step(node).and_then(|(_, task)| task.messages());
        notice.extend(task.map(|task| ("waba_task_id".to_owned(), task.to_string().into())));
        notice.insert("wfdetail_uuid".to_owned(), contact.id.to_string().into());
        notice.insert("timestamp".to_owned(), now.seconds().into());
        notice
    }
}

pub(super) fn tasks(state: &mut State, request: &Request) -> Reply {
    let workflow = state.workflows.named(request).map(|number| state.workflows.get(number));
    let rows = |workflow: Option<&super::Workflow>| -> Json {
        let steps = workflow.into_iter().flat_map(super::Workflow::steps);
        let row = |(node, task): (&super::template::Node, &super::workflow::NodeTask)| {
            let (id, waba) = (task.id.to_string(), task.messages()?.to_string());
            Some(json!({ "nodetask_id": id, "nodetask_name": node.name, "waba_task_id": waba }))
        };
        steps.filter_map(row).collect()
    };
    workflow.map(|workflow| Reply::Data(json!({ "rows": rows(workflow) }))).into()
}

/// One row for each contact that was written to.
pub(super) fn messages(state: &mut State, request: &Request) -> Reply {
    let rows = || {
        let workflow = state.workflows.get(state.workflows.named(request)?);
        let workflow = workflow.ok_or_else(|| Refusal::unknown("workflow task"))?;
        let wanted: Option<Id> = request.text("waba_task_id").and_then(|id| id.parse().ok());
        let is_wanted = |task: &super::workflow::NodeTask| wanted.is_some() && task.messages() == wanted;
        if !workflow.nodes.iter().any(is_wanted) {
            return Err(Refusal::unknown("WhatsApp task in this workflow task"));
        }
        let row = |contact: &super::Contact| {
            let mut row = state.chat.template_row(contact.session?)?;
            row.insert("wfdetail_uuid".to_owned(), contact.id.to_string().into());
            row.insert("callee".to_owned(), contact.number.as_ref().into());
            Some(Json::Object(row))
        };
        let rows: Vec<_> = workflow.contacts.iter().filter_map(row).collect();
        Ok(Reply::Data(json!({ "rows": rows })))
    };
    rows().into()
}
