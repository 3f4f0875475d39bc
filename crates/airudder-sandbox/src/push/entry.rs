//! What became of a callback.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::clock::Moment;

/// A callback, and what became of it.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallbackEntry {
    /// Its number: they are counted from 0 in the order in which they came about.
    pub number: u64,
    /// When it came about, by the sandbox's clock.
    pub at: Moment,
    /// The document, such as `workflow`.
    pub document: String,
    /// The callback in it, such as `callFinished`.
    pub callback: String,
    /// The body, before encryption.
    pub body: Json,
    /// Each time it was pushed, and what the receiver answered.
    pub attempts: Vec<Attempt>,
    /// How it stands.
    pub outcome: CallbackOutcome,
}

/// One push of a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// When the answer was there, by the sandbox's clock.
    pub at: Moment,
    /// The HTTP status of the answer; none when there was no answer.
    pub status: Option<u16>,
    /// Why there was no answer; empty when there was one.
    pub failure: String,
}

impl Attempt {
    pub(crate) fn new(at: Moment, result: Result<u16, String>) -> Self {
        let status = result.as_ref().ok().copied();
        Self { at, status, failure: result.err().unwrap_or_default() }
    }

    /// Whether the answer was normal, so that the callback is not pushed again. **Assumed**: a status of 2xx is; the
    /// vendor does not say what it calls abnormal.
    pub fn is_normal(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// How a callback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackOutcome {
    /// There was no address for it.
    NotSent,
    /// It will be pushed, for the first time or again.
    Waiting,
    /// It was answered normally.
    Taken,
    /// It was answered abnormally too often, and will not be pushed again.
    GivenUp,
}

/// Shows no content: it may be personal.
impl fmt::Debug for CallbackEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackEntry")
            .field("number", &self.number)
            .field("at", &self.at)
            .field("document", &self.document)
            .field("callback", &self.callback)
            .field("attempts", &self.attempts)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
