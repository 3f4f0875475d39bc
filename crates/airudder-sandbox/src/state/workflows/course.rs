//! How contacts go through the nodes of their workflow, and how the workflow ends.

use super::Place;
use super::contact::Stage;
use super::template::Kind;
use super::workflow::{Phase, Work};
use crate::clock::Moment;
use crate::state::State;
use crate::state::calls::{self, CallKey, CallPhase};

impl State {
    /// Takes a contact to its next node, and on through those that take no time.
    pub(super) fn move_on(&mut self, place: Place, now: Moment) {
        while let Some((workflow, contact)) = self.workflows.contact(place) {
            if contact.stage != Stage::Going {
                return;
            }
            let steps = (0_u8..).zip(workflow.steps()).skip(contact.next.into());
            let next = steps
                .map(|(at, (node, task))| (at, node, task.work))
                .find(|(_, node, _)| !(node.if_unreached && contact.is_reached));
            let Some((at, node, work)) = next else { return self.through(place, now) };
            let number = contact.number.clone();
            if let Some(contact) = self.workflows.contact_mut(place) {
                contact.next = at + 1;
                contact.passed.push(at);
            }
            match (node.kind, work) {
                (Kind::Api, _) => self.tell_api_node(place, node),
                (_, Work::Calls(task)) => {
                    let contact = calls::Contact { number, key: None, robot: None };
                    let call = self.add_call(task, contact, place.contact, now);
                    if let (Some(call), Some(contact)) = (call, self.workflows.contact_mut(place)) {
                        contact.calls.push(call);
                        return;
                    }
                }
                _ => return self.write_to(place, at, now),
            }
        }
    }

    /// A call of a workflow has ended.
    pub(in crate::state) fn workflow_call_ended(
        &mut self,
        workflow: u32,
        node: u8,
        call: CallKey,
        now: Moment,
    ) {
        let Some(ended) = self.calls.call(call) else { return };
        let place = Place { workflow, contact: ended.tag };
        let (is_reached, is_finished) = (ended.is_recorded(), ended.phase == CallPhase::Finished);
        if is_finished {
            self.tell_call(place, node, call);
        }
        if let Some(contact) = self.workflows.contact_mut(place) {
            contact.is_reached |= is_reached;
        }
        self.move_on(place, now);
    }

    /// A contact has gone through all nodes.
    fn through(&mut self, place: Place, now: Moment) {
        if let Some(contact) = self.workflows.contact_mut(place) {
            contact.stage = Stage::Through;
        }
        if let Some(workflow) = self.workflows.get_mut(place.workflow) {
            workflow.through += 1;
        }
        self.tell_through(place);
        self.one_less(place.workflow, now);
    }

    /// One contact less is on its way; with the last one, the workflow may end.
    pub(super) fn one_less(&mut self, workflow: u32, now: Moment) {
        let Some(found) = self.workflows.get_mut(workflow) else { return };
        found.going = found.going.saturating_sub(1);
        if found.going == 0 && found.ends_by_itself {
            self.end_workflow(workflow, Phase::Finished, now);
        }
    }

    /// The end time of a workflow has come.
    pub(in crate::state) fn workflow_time_is_up(&mut self, workflow: u32, now: Moment) {
        self.end_workflow(workflow, Phase::Finished, now);
    }

    /// Ends a workflow that runs. Contacts that are not through go no further.
    pub(super) fn end_workflow(&mut self, workflow: u32, phase: Phase, now: Moment) {
        let running = |found: &&mut super::Workflow| found.phase == Phase::Running;
        let Some(found) = self.workflows.get_mut(workflow).filter(running) else { return };
        found.phase = phase;
        let are_through = std::mem::take(&mut found.going) == 0;
        for contact in found.contacts.iter_mut().filter(|contact| contact.stage == Stage::Going) {
            contact.stage = Stage::Out;
        }
        let tasks: Vec<_> = found.tasks().collect();
        for task in tasks {
            match are_through {
                true => self.complete_task(task, now),
                false => self.stop_task(task, now),
            }
        }
        self.tell_ended(workflow);
    }
}
