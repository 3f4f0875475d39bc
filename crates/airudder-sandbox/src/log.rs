//! What the sandbox was asked, and what it did.

use std::collections::{BTreeMap, VecDeque};

use crate::clock::Moment;
use crate::contract::Effect;

/// How many requests are remembered one by one; all are counted.
const REMEMBERED: usize = 10_000;

/// One request and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogEntry {
    /// When it came, by the sandbox's clock.
    pub at: Moment,
    /// The HTTP method.
    pub method: String,
    /// The path, without the document's name before it.
    pub path: String,
    /// The document; empty when the path leads nowhere.
    pub document: &'static str,
    /// The operation; empty when the path leads nowhere.
    pub operation: &'static str,
    /// May it be sent twice? None when the path leads nowhere.
    pub effect: Option<Effect>,
    /// The HTTP status of the answer; 0 when there was none.
    pub status: u16,
    /// Whether the sandbox did what was asked.
    pub acted: bool,
    /// Why not; empty when it did.
    pub refusal: String,
}

/// Requests, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<LogEntry>,
    /// How many answers had each status.
    statuses: BTreeMap<u16, u64>,
}

impl Log {
    pub fn add(&mut self, entry: LogEntry) {
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
        }
        *self.statuses.entry(entry.status).or_default() += 1;
        self.entries.push_back(entry);
    }

    /// How many answers had each status, of all requests.
    #[cfg(feature = "page")]
    pub fn statuses(&self) -> impl Iterator<Item = (u16, u64)> {
        self.statuses.iter().map(|(status, count)| (*status, *count))
    }

    /// The latest first.
    #[cfg(feature = "page")]
    pub fn latest(&self) -> impl ExactSizeIterator<Item = &LogEntry> {
        self.entries.iter().rev()
    }

    pub fn entries(&self) -> Vec<LogEntry> {
        self.entries.iter().cloned().collect()
    }
}
