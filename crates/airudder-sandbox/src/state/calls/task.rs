//! One calling task.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::CallKey;
use crate::clock::Moment;
use crate::state::Id;

/// Finds a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskKey(u32);

impl TaskKey {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who is told of the calls of a task, and in whose words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// A calling product.
    Product {
        /// Its document.
        document: Box<str>,
        /// The plan of which the task is a round.
        plan: Option<Id>,
    },
    /// A node of a workflow.
    Workflow {
        /// The number of the workflow.
        workflow: u32,
        /// The place of the node in its template.
        node: u8,
    },
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TaskPhase {
    /// Its time has not come.
    Waiting,
    /// Numbers are dialled.
    Dialling,
    /// Numbers are dialled no more, and calls are in progress.
    Closed,
    /// All is over.
    Finished,
}

/// What a task is made of.
#[derive(Debug)]
pub(crate) struct NewTask {
    pub owner: Owner,
    pub name: Box<str>,
    pub robot: Box<str>,
    /// When dialling may begin.
    pub opens: Moment,
    /// When dialling must stop.
    pub closes: Moment,
    /// How often a number is tried.
    pub tries: u16,
    /// Between two attempts.
    pub pause: Duration,
    /// Whether more numbers come later: such a task does not end with its calls, but by
    /// [`complete_task`](crate::state::State::complete_task).
    pub grows: bool,
}

/// A list of numbers that are dialled.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub id: Id,
    pub owner: Owner,
    pub name: Box<str>,
    pub robot: Box<str>,
    pub opens: Moment,
    pub closes: Moment,
    pub tries: u16,
    pub pause: Duration,
    pub(super) grows: bool,
    pub phase: TaskPhase,
    /// Whether it was stopped before its end.
    pub is_stopped: bool,
    /// Its calls in the order of the list.
    pub calls: Vec<CallKey>,
    /// Those that wait for a line.
    pub(super) queue: VecDeque<CallKey>,
    lines: u32,
    /// Lines in use.
    pub busy: u32,
    /// Calls that have not ended.
    pub open_calls: u32,
}

impl Task {
    pub(super) fn new(id: Id, new: NewTask, lines: u32) -> Self {
        let NewTask { owner, name, robot, opens, closes, tries, pause, grows } = new;
        Self {
            id,
            owner,
            name,
            robot,
            opens,
            closes,
            tries: tries.max(1),
            pause,
            grows,
            phase: TaskPhase::Waiting,
            is_stopped: false,
            calls: Vec::new(),
            queue: VecDeque::new(),
            lines,
            busy: 0,
            open_calls: 0,
        }
    }

    pub fn takes_numbers(&self) -> bool {
        matches!(self.phase, TaskPhase::Waiting | TaskPhase::Dialling)
    }

    /// Whether it dials no more.
    pub fn is_over(&self) -> bool {
        !self.takes_numbers()
    }

    /// As `TaskStatus`.
    pub fn status(&self) -> &'static str {
        if self.phase == TaskPhase::Finished { "finished" } else { "pending" }
    }

    pub(super) fn add(&mut self, call: CallKey) {
        self.calls.push(call);
        self.queue.push_back(call);
        self.open_calls += 1;
    }

    /// Takes the next number, if it may be dialled and a line is free.
    pub(super) fn next(&mut self) -> Option<CallKey> {
        if self.phase != TaskPhase::Dialling || self.busy >= self.lines {
            return None;
        }
        self.queue.pop_front()
    }

    pub(super) fn close(&mut self) {
        self.phase = TaskPhase::Closed;
        self.grows = false;
        self.queue = VecDeque::new();
    }

    /// Whether nothing is left to do, and nobody has noticed yet.
    pub(super) fn is_done(&self) -> bool {
        self.open_calls == 0 && !self.grows && self.phase != TaskPhase::Finished
    }
}
