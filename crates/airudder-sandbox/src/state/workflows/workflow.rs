//! One run of a template.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::contact::Contact;
use super::template::{self, Node};
use crate::clock::Moment;
use crate::state::Id;
use crate::state::calls::{Calls, TaskKey};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Workflow {
    pub id: Id,
    pub name: Box<str>,
    /// The template's id.
    pub template: i64,
    pub created: Moment,
    pub phase: Phase,
    /// Whether it ends by itself when its contacts are through.
    pub ends_by_itself: bool,
    /// What its nodes do, in their order.
    pub nodes: Vec<NodeTask>,
    pub contacts: Vec<Contact>,
    /// How many contacts are still on their way.
    pub going: usize,
    /// How many have gone through all nodes.
    pub through: usize,
}

/// How far a workflow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    Running,
    Finished,
    Cancelled,
}

impl Phase {
    /// As `WorkflowStatus`. The vendor's word for a workflow that runs was not seen.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Running => None,
            Self::Finished => Some("finished"),
            Self::Cancelled => Some("cancelled"),
        }
    }
}

/// A workflow as people follow it.
#[cfg(feature = "page")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress<'a> {
    pub name: &'a str,
    /// The template's name.
    pub template: &'static str,
    pub phase: Phase,
    pub contacts: usize,
    /// How many of the contacts have gone through all nodes.
    pub through: usize,
}

/// What a node does in a workflow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NodeTask {
    pub id: Id,
    pub work: Work,
}

/// What a node has to do its work with.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Work {
    /// A calling task.
    Calls(TaskKey),
    /// A WhatsApp task.
    Messages(Id),
    Nothing,
}

impl Workflow {
    /// The nodes of its template.
    pub fn template_nodes(&self) -> &'static [Node] {
        template::find(self.template).map(|template| template.nodes).unwrap_or_default()
    }

    /// The document that names its callbacks.
    pub fn document(&self) -> &'static str {
        template::find(self.template).map(|template| template.document).unwrap_or_default()
    }

    /// The nodes with what they do here.
    pub fn steps(&self) -> impl Iterator<Item = (&'static Node, &NodeTask)> {
        self.template_nodes().iter().zip(&self.nodes)
    }

    /// The node at a place.
    pub fn step(&self, place: u8) -> Option<(&'static Node, &NodeTask)> {
        self.steps().nth(place.into())
    }

    /// The calling tasks.
    pub fn tasks(&self) -> impl Iterator<Item = TaskKey> {
        self.nodes.iter().filter_map(|node| match node.work {
            Work::Calls(task) => Some(task),
            _ => None,
        })
    }

    /// Its id and name, with which most callbacks begin.
    pub fn head(&self) -> Map<String, Json> {
        Map::from_iter([
            ("workflow_id".to_owned(), self.id.to_string().into()),
            ("workflow_name".to_owned(), self.name.as_ref().into()),
        ])
    }

    #[cfg(feature = "page")]
    pub fn progress(&self) -> Progress<'_> {
        Progress {
            name: &self.name,
            template: template::find(self.template).map(|template| template.name).unwrap_or_default(),
            phase: self.phase,
            contacts: self.contacts.len(),
            through: self.through,
        }
    }

    /// As `WorkflowSummary`.
    pub fn summary(&self) -> Json {
        let mut summary = self.head();
        summary.insert("create_time".to_owned(), self.created.rfc3339().into());
        summary.extend(self.phase.word().map(|word| ("status".to_owned(), word.into())));
        summary.into()
    }
}

impl NodeTask {
    /// As `NodeTaskState`, of which `NodeTask` is a part.
    pub fn json(&self, node: &Node, calls: &Calls) -> Json {
        let mut task = json!({
            "nodetask_id": self.id.to_string(),
            "nodetask_name": node.name,
            "node_type": node.kind.word(),
        });
        if let (Work::Calls(key), Some(fields)) = (self.work, task.as_object_mut())
            && let Some(calls) = calls.task(key)
        {
            fields.insert("task_id".to_owned(), calls.id.to_string().into());
            fields.insert("task_status".to_owned(), calls.status().into());
        }
        task
    }

    /// The WhatsApp task.
    pub fn messages(&self) -> Option<Id> {
        match self.work {
            Work::Messages(id) => Some(id),
            _ => None,
        }
    }
}
