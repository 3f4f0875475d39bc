//! What the integrator does to workflows that are there, and to their lists.

use super::contact::{Contact, Detail, Stage};
use super::workflow::Phase;
use super::{Place, Workflows};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::State;

/// The workflow that a request names, if it runs.
fn running(state: &State, request: &Request) -> Result<u32, Refusal> {
    let number = state.workflows.named(request)?;
    match state.workflows.get(number) {
        Some(workflow) if workflow.phase == Phase::Running => Ok(number),
        _ => Err(Refusal::invalid("the workflow task is over")),
    }
}

pub(super) fn add(state: &mut State, request: &Request) -> Reply {
    let added = running(state, request).and_then(|number| {
        let details = Detail::list(request.list("details"))?;
        let there = state.workflows.get(number).map_or(0, |workflow| workflow.contacts.len());
        if let Some(limit) = request.entry.operation.limit
            && u64::try_from(there + details.len()).is_ok_and(|count| count > limit.total)
        {
            let total = limit.total;
            return Err(Refusal::invalid(format!(
                "the workflow task has {there} contacts, and takes {total} at most"
            )));
        }
        state.enter(number, details, request.now);
        Ok(Reply::Done)
    });
    added.into()
}

/// Changes contacts, each found by its number. A call in progress is not touched.
pub(super) fn update(state: &mut State, request: &Request) -> Reply {
    let changed = running(state, request).and_then(|number| {
        let details = Detail::list(request.list("details"))?;
        let entries = |detail: &Detail| state.workflows.entries(number, &detail.number, None);
        let found: Vec<_> = details.iter().map(entries).collect();
        if let Some(place) = found.iter().position(Vec::is_empty) {
            return Err(Refusal::unknown(&format!("contact in this workflow task as `details[{place}]`")));
        }
        for (detail, places) in details.iter().zip(found) {
            places.into_iter().for_each(|place| state.workflows.change(place, detail));
        }
        Ok(Reply::Done)
    });
    changed.into()
}

/// Takes a contact out; one that is out already, or through, stays as it is.
pub(super) fn cancel(state: &mut State, request: &Request) -> Reply {
    let cancelled = state.workflows.named(request).and_then(|number| {
        let (callee, case) = (request.text("callee").unwrap_or_default(), request.text("case_id"));
        let entries = state.workflows.entries(number, &callee, case.as_deref());
        if entries.is_empty() {
            return Err(Refusal::unknown("contact in this workflow task"));
        }
        for place in entries {
            state.take_out(place, request.now);
        }
        Ok(Reply::Done)
    });
    cancelled.into()
}

/// Stops a workflow; one that is over stays as it is. Calls in progress go on to their ends.
pub(super) fn stop(state: &mut State, request: &Request) -> Reply {
    let stopped = state.workflows.named(request).map(|number| {
        state.end_workflow(number, Phase::Cancelled, request.now);
        Reply::Done
    });
    stopped.into()
}

impl Workflows {
    /// Puts a contact at the end of a list.
    fn append(&mut self, workflow: u32, contact: Contact) -> Option<Place> {
        let list = self.list.get_mut(workflow as usize)?;
        let place = Place { workflow, contact: u32::try_from(list.contacts.len()).ok()? };
        self.by_number.entry(contact.number.clone()).or_default().push(place);
        if let Some(case) = contact.case.clone() {
            self.by_case.entry(case).or_default().push(place);
        }
        list.going += 1;
        list.contacts.push(contact);
        Some(place)
    }

    fn change(&mut self, place: Place, detail: &Detail) {
        let Some(contact) = self.contact_mut(place) else { return };
        contact.variables.extend(detail.variables.clone());
        let Some(case) = detail.case.clone() else { return };
        let old = contact.case.replace(case.clone());
        if let Some(places) = old.and_then(|old| self.by_case.get_mut(&old)) {
            places.retain(|there| *there != place);
        }
        self.by_case.entry(case).or_default().push(place);
    }
}

impl State {
    /// Lets contacts begin, once all of them are in the list: else the first could be the last that is through.
    pub(super) fn enter(&mut self, workflow: u32, details: Vec<Detail>, now: Moment) {
        let append = |detail| {
            let contact = Contact::new(self.calls.id(), detail);
            self.workflows.append(workflow, contact)
        };
        let places: Vec<_> = details.into_iter().filter_map(append).collect();
        self.count_made("contact", places.len());
        for place in places {
            self.move_on(place, now);
        }
    }

    /// Takes a contact out of its workflow.
    fn take_out(&mut self, place: Place, now: Moment) {
        let Some(contact) = self.workflows.contact_mut(place).filter(|contact| contact.stage == Stage::Going)
        else {
            return;
        };
        contact.stage = Stage::Out;
        let call = contact.calls.last().copied();
        if let Some(call) = call {
            self.cancel_call(call, now);
        }
        self.one_less(place.workflow, now);
    }
}
