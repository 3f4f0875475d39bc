//! Counts calls as they move, so that nobody has to walk through all of them.

use serde::{Deserialize, Serialize};

use super::{Call, CallPhase, Outcome};

/// What calls are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pending,
    Calling,
    Answered,
    NoAnswer,
    Busy,
    Refused,
    /// Ended without an attempt, for the time of its task was over.
    Undialled,
    Cancelled,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Calling,
        Self::Answered,
        Self::NoAnswer,
        Self::Busy,
        Self::Refused,
        Self::Undialled,
        Self::Cancelled,
    ];

    pub fn of(call: &Call) -> Self {
        match call.phase {
            CallPhase::Pending => Self::Pending,
            CallPhase::Calling => Self::Calling,
            CallPhase::Cancelled => Self::Cancelled,
            CallPhase::Finished => match call.result().map(|attempt| attempt.outcome) {
                Some(Outcome::Answered) => Self::Answered,
                Some(Outcome::NoAnswer) => Self::NoAnswer,
                Some(Outcome::Busy) => Self::Busy,
                Some(Outcome::Refused) => Self::Refused,
                None => Self::Undialled,
            },
        }
    }
}

/// How many calls there are of each kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally([u64; Kind::ALL.len()]);

impl Tally {
    /// How many there are of a kind.
    #[cfg(any(test, feature = "page"))]
    pub fn count(&self, kind: Kind) -> u64 {
        self.0.get(kind as usize).copied().unwrap_or_default()
    }

    pub(super) fn enter(&mut self, kind: Kind) {
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count += 1;
        }
    }

    pub(super) fn move_on(&mut self, from: Kind, to: Kind) {
        if let Some(count) = self.0.get_mut(from as usize) {
            *count = count.saturating_sub(1);
        }
        self.enter(to);
    }
}
