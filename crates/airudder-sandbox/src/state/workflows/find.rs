//! Finds workflows, calls and recordings by a number or by the integrator's identifier.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::{Contact, Place, Workflow};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::State;
use crate::state::calls::CallKey;

/// The contacts that a request means by a number, an identifier, or both; none when it names neither.
fn contacts<'a>(
    state: &'a State,
    callee: Option<&str>,
    case: Option<&str>,
) -> Option<Vec<(Place, &'a Workflow, &'a Contact)>> {
    let places = match (callee, case) {
        (Some(callee), _) => state.workflows.at_number(callee),
        (None, Some(case)) => state.workflows.at_case(case),
        (None, None) => return None,
    };
    let found = places.iter().filter_map(|place| {
        let (workflow, contact) = state.workflows.contact(*place)?;
        Some((*place, workflow, contact))
    });
    Some(found.filter(|(_, _, contact)| case.is_none() || contact.case.as_deref() == case).collect())
}

/// The workflows of a range of time, those that hold a contact or, when none is named, all (assumed).
pub(super) fn workflows(state: &mut State, request: &Request) -> Reply {
    let found = || {
        let time = |name: &str| {
            let time = request.text(name).and_then(|text| Moment::from_offset(&text));
            time.ok_or_else(|| Refusal::invalid(format!("`{name}` is no time")))
        };
        let range = time("start_time")?..=time("end_time")?;
        let (callee, case) = (request.text("callee"), request.text("case_id"));
        let holding: Vec<&Workflow> = match contacts(state, callee.as_deref(), case.as_deref()) {
            Some(contacts) => contacts.into_iter().map(|(_, workflow, _)| workflow).collect(),
            None => state.workflows.list.iter().collect(),
        };
        let mut seen = HashSet::new();
        let rows = holding.into_iter().filter(|workflow| range.contains(&workflow.created));
        let rows: Json = rows.filter(|workflow| seen.insert(workflow.id)).map(Workflow::summary).collect();
        Ok(Reply::Data(json!({ "rows": rows })))
    };
    found().into()
}

pub(super) fn calls(state: &mut State, request: &Request) -> Reply {
    let found = || {
        let (callee, case) = (request.text("callee"), request.text("caseid"));
        let contacts = contacts(state, callee.as_deref(), case.as_deref());
        let contacts = contacts.ok_or_else(|| Refusal::invalid("name a contact by `callee` or `caseid`"))?;
        let (task, workflow) = (request.text("taskid"), request.text("workflow_id"));
        let workflow = match workflow {
            Some(id) => Some(state.workflows.by_id(&id).ok_or_else(|| Refusal::unknown("workflow task"))?),
            None => None,
        };
        let task = match task {
            Some(id) => Some(state.calls.task_by_id(&id).ok_or_else(|| Refusal::unknown("calling task"))?.0),
            None => None,
        };
        let contacts = contacts.into_iter();
        let contacts = contacts.filter(|(place, ..)| workflow.is_none_or(|number| place.workflow == number));
        let calls = contacts.flat_map(|(_, _, contact)| &contact.calls);
        let calls = calls.filter_map(|key| state.calls.call(*key));
        let calls = calls.filter(|call| task.is_none_or(|task| call.task == task));
        let rows: Vec<_> = calls.map(|call| state.call_information(call, Moment::rfc3339)).collect();
        Ok(Reply::Data(json!({ "rows": rows })))
    };
    found().into()
}

pub(super) fn call(state: &mut State, request: &Request) -> Reply {
    let call = state.calls.call_by_id(&request.text("callid").unwrap_or_default());
    let call = call.ok_or_else(|| Refusal::unknown("call"));
    call.map(|(_, call)| Reply::Data(state.call_information(call, Moment::rfc3339))).into()
}

pub(super) fn recordings(state: &mut State, request: &Request) -> Reply {
    let found = || {
        let number = state.workflows.named(request)?;
        let entries = state.workflows.entries(number, &request.text("callee").unwrap_or_default(), None);
        if entries.is_empty() {
            return Err(Refusal::unknown("contact in this workflow task"));
        }
        let contacts = entries.into_iter().filter_map(|place| state.workflows.contact(place));
        let keys: Vec<CallKey> = contacts.flat_map(|(_, contact)| contact.calls.clone()).collect();
        let calls = keys.into_iter().filter_map(|key| Some((key, state.calls.call(key)?)));
        Ok(Reply::Data(json!({ "rows": state.recording_rows(calls) })))
    };
    found().into()
}
