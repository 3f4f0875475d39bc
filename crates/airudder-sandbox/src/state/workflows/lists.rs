//! Lists of templates, workflows and what their nodes do.

use serde_json::{Value as Json, json};

use super::Place;
use super::notice::api_push;
use super::template::{Kind, TEMPLATES, Template};
use super::workflow::Workflow;
use crate::paging::page;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::State;
use crate::state::calls::Owner;

pub(super) fn templates(_: &mut State, request: &Request) -> Reply {
    page(request, TEMPLATES.iter(), Template::json).map(Reply::Data).into()
}

/// The newest first (assumed, after the templates).
pub(super) fn workflows(state: &mut State, request: &Request) -> Reply {
    page(request, state.workflows.list.iter().rev(), Workflow::summary).map(Reply::Data).into()
}

pub(super) fn subtasks(state: &mut State, request: &Request) -> Reply {
    nodes(state, request, |_| true)
}

pub(super) fn call_tasks(state: &mut State, request: &Request) -> Reply {
    nodes(state, request, Kind::calls)
}

fn nodes(state: &State, request: &Request, is_wanted: fn(Kind) -> bool) -> Reply {
    let rows = || {
        let workflow = state.workflows.get(state.workflows.named(request)?);
        let steps = workflow.into_iter().flat_map(Workflow::steps).filter(|(node, _)| is_wanted(node.kind));
        let rows: Vec<_> = steps.map(|(node, task)| task.json(node, &state.calls)).collect();
        Ok(Reply::Data(json!({ "rows": rows })))
    };
    rows().into()
}

/// A calling task of a workflow with the record of each number.
pub(super) fn call_task(state: &mut State, request: &Request) -> Reply {
    let detail = || {
        let unknown = || Refusal::unknown("calling task of a workflow task");
        let id = request.text("task_id").unwrap_or_default();
        let (_, task) = state.calls.task_by_id(&id).ok_or_else(unknown)?;
        let Owner::Workflow { workflow, node } = task.owner else { return Err(unknown()) };
        if request.value("workflow_id").is_some() && state.workflows.named(request)? != workflow {
            return Err(unknown());
        }
        let calls = state.calls.calls_of(task);
        let record = |contact: u32, call| state.call_record(Place { workflow, contact }, node, call);
        let records: Json = calls.map(|(_, call)| record(call.tag, call)).collect();
        let id = task.id.to_string();
        Ok(Reply::Data(json!({ "TaskID": id, "Status": task.status(), "detail": records })))
    };
    detail().into()
}

/// What a custom API node told of a contact; where the list has the number several times, of the last that was there.
pub(super) fn pushed_by_api_node(state: &mut State, request: &Request) -> Reply {
    let push = || {
        let number = state.workflows.named(request)?;
        let workflow = state.workflows.get(number).ok_or_else(|| Refusal::unknown("workflow task"))?;
        let id = request.text("node_id").unwrap_or_default();
        let mut nodes = (0_u8..).zip(workflow.template_nodes());
        let node = nodes.find(|(_, node)| node.kind == Kind::Api && node.id == id);
        let (at, node) = node.ok_or_else(|| Refusal::unknown("custom API node in this workflow task"))?;
        let callee = request.text("callee").unwrap_or_default();
        let entries = state.workflows.entries(number, &callee, request.text("case_id").as_deref());
        let contacts = entries.into_iter().rev().filter_map(|place| state.workflows.contact(place));
        let pushed = contacts.map(|(_, contact)| contact).find(|contact| contact.passed.contains(&at));
        let contact = pushed.ok_or_else(|| Refusal::unknown("push: the contact has not reached the node"))?;
        Ok(Reply::Data(api_push(workflow, contact, node)))
    };
    push().into()
}
