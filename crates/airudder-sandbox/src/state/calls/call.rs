//! One call.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Attempt, TaskKey};
use crate::clock::Moment;
use crate::state::Id;

/// Finds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallKey(u32);

impl CallKey {
    pub(super) fn new(index: usize) -> Self {
        // Four thousand million calls fit no memory.
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CallPhase {
    /// Waits for its task, for a line, or for the next attempt.
    Pending,
    /// Rings or is talked through.
    Calling,
    /// Done, whether or not somebody answered.
    Finished,
    /// Taken out before the end.
    Cancelled,
}

impl CallPhase {
    /// As `CallStatus`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Calling => "calling",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Whom to call, and by whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub number: Box<str>,
    /// What the integrator calls it.
    pub key: Option<IntegratorKey>,
    /// The robot, where it is not the task's.
    pub robot: Option<Box<str>>,
}

/// A text or a number, given back as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum IntegratorKey {
    Number(i64),
    Text(Box<str>),
}

impl IntegratorKey {
    /// From what a request says.
    pub fn read(value: &Json) -> Option<Self> {
        value.as_i64().map(Self::Number).or_else(|| Some(Self::Text(value.as_str()?.into())))
    }

    pub fn json(&self) -> Json {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => (&**text).into(),
        }
    }
}

/// The dialling of one number.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub id: Id,
    pub task: TaskKey,
    /// What the owner of the task knows it by.
    pub tag: u32,
    pub contact: Contact,
    pub phase: CallPhase,
    /// How many attempts were begun.
    pub tries: u16,
    /// Whether it was taken out while it was in progress, so that there is no other attempt.
    pub is_withdrawn: bool,
    /// The latest attempt.
    attempt: Option<Attempt>,
    /// When it began.
    started: Option<Moment>,
    /// When the call came to its end.
    ended: Option<Moment>,
}

impl Call {
    pub(super) fn new(id: Id, task: TaskKey, contact: Contact, tag: u32) -> Self {
        let phase = CallPhase::Pending;
        let (attempt, started, ended) = (None, None, None);
        Self { id, task, tag, contact, phase, tries: 0, is_withdrawn: false, attempt, started, ended }
    }

    /// Begins another attempt.
    pub(super) fn dial(&mut self, now: Moment) -> Attempt {
        let attempt = Attempt::draw(self.id, self.tries);
        self.phase = CallPhase::Calling;
        self.tries += 1;
        self.attempt = Some(attempt);
        self.started = Some(now);
        attempt
    }

    pub(super) fn end(&mut self, phase: CallPhase, now: Moment) {
        self.phase = phase;
        self.ended = Some(now);
    }

    /// Whether the latest attempt is answered, be it over or not.
    pub(super) fn is_answered(&self) -> bool {
        self.attempt.is_some_and(|attempt| attempt.is_answered())
    }

    /// The attempt that the call ended with; none before its end, and where nobody dialled.
    pub fn result(&self) -> Option<Attempt> {
        self.attempt.filter(|_| self.phase == CallPhase::Finished)
    }

    /// Whether there was a talk, which was recorded.
    pub fn is_recorded(&self) -> bool {
        self.result().is_some_and(|attempt| attempt.is_answered())
    }

    /// How long it was talked.
    pub fn talk(&self) -> Duration {
        self.result().map(|attempt| attempt.talk()).unwrap_or_default()
    }

    /// When the latest attempt began; at the end of a call that was never dialled, its end.
    pub fn started(&self) -> Option<Moment> {
        self.started.or(self.ended)
    }

    /// When the last attempt ended. A number that was given up later was not called until then.
    pub fn ended(&self) -> Option<Moment> {
        let ended = self.ended?;
        match (self.started, self.attempt) {
            (Some(started), Some(attempt)) => Some(started + attempt.length()),
            _ => Some(ended),
        }
    }
}
