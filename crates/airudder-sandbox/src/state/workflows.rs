//! Workflows, for the products Workflow and Leads, which share paths and forms: contacts pass through the nodes of a
//! template, and the product of the template decides about the callbacks.

mod contact;
mod course;
mod create;
mod dialer;
mod edit;
mod find;
mod lists;
mod notice;
mod template;
mod whatsapp;
mod workflow;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Handler, Id};
use crate::reply::Refusal;
use crate::request::Request;
use contact::Contact;
pub(crate) use dialer::DialerEvent;
use workflow::Workflow;
#[cfg(feature = "page")]
pub(crate) use workflow::{Phase, Progress};

/// All workflow tasks, and where their contacts are found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Workflows {
    /// The oldest first.
    list: Vec<Workflow>,
    by_id: HashMap<Id, u32>,
    by_number: HashMap<Box<str>, Vec<Place>>,
    by_case: HashMap<Box<str>, Vec<Place>>,
}

/// A contact by its place: the workflow and the place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub workflow: u32,
    pub contact: u32,
}

impl Workflows {
    /// How far each is, the latest first.
    #[cfg(feature = "page")]
    pub fn progress(&self) -> impl ExactSizeIterator<Item = Progress<'_>> {
        self.list.iter().rev().map(Workflow::progress)
    }

    /// The workflow that a request names.
    fn named(&self, request: &Request) -> Result<u32, Refusal> {
        let id = request.text("workflow_id").unwrap_or_default();
        self.by_id(&id).ok_or_else(|| Refusal::unknown("workflow task"))
    }

    fn by_id(&self, id: &str) -> Option<u32> {
        self.by_id.get(&id.parse().ok()?).copied()
    }

    fn get(&self, workflow: u32) -> Option<&Workflow> {
        self.list.get(workflow as usize)
    }

    fn get_mut(&mut self, workflow: u32) -> Option<&mut Workflow> {
        self.list.get_mut(workflow as usize)
    }

    /// A contact and its workflow.
    fn contact(&self, place: Place) -> Option<(&Workflow, &Contact)> {
        let workflow = self.get(place.workflow)?;
        Some((workflow, workflow.contacts.get(place.contact as usize)?))
    }

    fn contact_mut(&mut self, place: Place) -> Option<&mut Contact> {
        self.get_mut(place.workflow)?.contacts.get_mut(place.contact as usize)
    }

    /// The contacts with a number, in all workflows.
    fn at_number(&self, number: &str) -> &[Place] {
        self.by_number.get(number).map(Vec::as_slice).unwrap_or_default()
    }

    /// The contacts with an identifier of the integrator's, in all workflows.
    fn at_case(&self, case: &str) -> &[Place] {
        self.by_case.get(case).map(Vec::as_slice).unwrap_or_default()
    }

    /// The contacts of a workflow with a number and, where one is given, an identifier of the integrator's.
    fn entries(&self, workflow: u32, number: &str, case: Option<&str>) -> Vec<Place> {
        let places = self.at_number(number).iter().copied().filter(|place| place.workflow == workflow);
        let is_case = |contact: &Contact| case.is_none() || contact.case.as_deref() == case;
        places.filter(|place| self.contact(*place).is_some_and(|(_, contact)| is_case(contact))).collect()
    }
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    if !matches!(document, "workflow" | "leads") {
        return None;
    }
    Some(match operation {
        "createWorkflow" => create::create,
        "addContacts" => edit::add,
        "updateContacts" => edit::update,
        "cancelContact" | "cancelCall" => edit::cancel,
        "stopWorkflow" => edit::stop,
        "verifyCustomApiNode" | "verifyCustomApi" => lists::pushed_by_api_node,
        "listTemplates" => lists::templates,
        "listWorkflows" => lists::workflows,
        "listSubtasks" => lists::subtasks,
        "listCallTasks" => lists::call_tasks,
        "getCallTaskDetail" => lists::call_task,
        "listWabaTasks" => whatsapp::tasks,
        "getWabaTaskDetail" => whatsapp::messages,
        "findWorkflows" => find::workflows,
        "getCallsByNumber" => find::calls,
        "getCallById" => find::call,
        "listNumberRecordings" => find::recordings,
        _ => return None,
    })
}
