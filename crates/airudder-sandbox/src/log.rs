//! What the sandbox was asked, and what it did.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::clock::Moment;
use crate::contract::Effect;
use crate::fault::Fault;

/// How many requests are remembered one by one; all are counted.
const REMEMBERED: usize = 10_000;

/// One request and what became of it.
#[derive(Clone, Debug, Serialize)]
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
    /// The fault that befell it, whether it acted before or not.
    pub fault: Option<Fault>,
    /// What the header `Sandbox-Label` says, by which a test knows its requests again.
    pub label: String,
}

/// Requests so far: the last 10,000 one by one, the latest last, and counts of all.
///
/// It proves that nothing was done twice: count what was [asked](Self::asked), what the sandbox [did](Self::acted), and
/// what it [made](Self::made).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Log {
    entries: VecDeque<LogEntry>,
    /// How many answers had each status.
    statuses: BTreeMap<u16, u64>,
    /// By operation, for each document.
    counts: BTreeMap<&'static str, BTreeMap<&'static str, Count>>,
    /// What was made, by kind.
    made: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Count {
    asked: u64,
    acted: u64,
    faults: u64,
}

impl Log {
    pub(crate) fn add(&mut self, entry: LogEntry) {
        if !entry.operation.is_empty() {
            let count = self.counts.entry(entry.document).or_default().entry(entry.operation).or_default();
            count.asked += 1;
            count.acted += u64::from(entry.acted);
            count.faults += u64::from(entry.fault.is_some());
        }
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

    /// A copy with the counts of what was made.
    pub(crate) fn with_made(&self, made: BTreeMap<String, u64>) -> Self {
        Self { made, ..self.clone() }
    }

    /// The requests, the latest last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &LogEntry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// The latest request.
    pub fn last(&self) -> Option<&LogEntry> {
        self.entries.back()
    }

    /// How often an operation was asked for, in all documents that have it.
    pub fn asked(&self, operation: &str) -> u64 {
        self.sum(operation, |count| count.asked)
    }

    /// How often the sandbox did what an operation asks for, in all documents that have it, whatever became of the answer.
    pub fn acted(&self, operation: &str) -> u64 {
        self.sum(operation, |count| count.acted)
    }

    /// How many faults befell an operation, in all documents that have it.
    pub fn faults(&self, operation: &str) -> u64 {
        self.sum(operation, |count| count.faults)
    }

    /// How many things of a kind were made, such as `task`, `call`, `plan`, `workflow`, `contact`, `session`, `message` (to a person)
    /// or `file`.
    pub fn made(&self, kind: &str) -> u64 {
        self.made.get(kind).copied().unwrap_or_default()
    }

    fn sum(&self, operation: &str, what: fn(&Count) -> u64) -> u64 {
        self.counts.values().filter_map(|counts| counts.get(operation)).map(what).sum()
    }
}
