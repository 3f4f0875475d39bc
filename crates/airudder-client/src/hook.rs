//! What a program can watch: calls, attempts and retries, for its metrics.

use std::time::Duration;

use crate::{ErrorKind, Method};

/// Is told what the client does. It must not block; it is called on the tasks that make the calls.
///
/// Nothing that it is told is personal: paths are templates, and there are no arguments, headers or bodies.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use airudder_client::{CallEnd, Hook};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Hook for Failures {
///     fn at_end(&self, end: &CallEnd<'_>) {
///         if end.outcome.error().is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Hook: Send + Sync {
    /// A request is about to be sent: the token is there, and limits have let it pass.
    fn before_attempt(&self, attempt: &AttemptStart<'_>) {
        let _ = attempt;
    }

    /// An attempt is over, for better or worse.
    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// A call is about to be sent again, after a wait.
    fn on_retry(&self, retry: &Retry<'_>) {
        let _ = retry;
    }

    /// A call is over; of a call that is dropped before, [`CallOutcome::Dropped`].
    fn at_end(&self, end: &CallEnd<'_>) {
        let _ = end;
    }
}

/// What is called.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Called<'a> {
    /// The id of the operation, such as `workflow.createWorkflow`.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The template of the path.
    pub template: &'a str,
}

/// An attempt that is about to begin.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptStart<'a> {
    /// What is called.
    pub call: Called<'a>,
    /// The number of the attempt, from 1.
    pub attempt: u32,
}

/// An attempt that is over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// What is called.
    pub call: Called<'a>,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// How it failed, if it did. A failure that stands in the body of an answer is told by [`Hook::at_end`].
    pub error: Option<ErrorKind>,
    /// How long it took.
    pub elapsed: Duration,
}

/// An attempt to come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Retry<'a> {
    /// What is called.
    pub call: Called<'a>,
    /// The number of the attempt that failed, from 1.
    pub attempt: u32,
    /// How it failed.
    pub error: ErrorKind,
    /// The wait before the next one.
    pub after: Duration,
}

/// A call that is over.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// What was called.
    pub call: Called<'a>,
    /// How it ended.
    pub outcome: CallOutcome,
    /// How many times it was sent.
    pub attempts: u32,
    /// How long it took, with all waits.
    pub elapsed: Duration,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// The answer is there and was read.
    Done {
        /// The HTTP status.
        status: u16,
    },
    /// The caller has an error.
    Failed {
        /// The HTTP status, if there was an answer.
        status: Option<u16>,
        /// Where it failed.
        error: ErrorKind,
    },
    /// The caller dropped the call while it was under way.
    Dropped,
}

impl CallOutcome {
    /// The HTTP status, if there was an answer.
    pub(crate) fn status(self) -> Option<u16> {
        match self {
            Self::Done { status } => Some(status),
            Self::Failed { status, .. } => status,
            Self::Dropped => None,
        }
    }

    /// Where the call failed, if it did.
    #[must_use]
    pub fn error(self) -> Option<ErrorKind> {
        match self {
            Self::Failed { error, .. } => Some(error),
            Self::Done { .. } | Self::Dropped => None,
        }
    }
}
