//! What the page shows, taken in one short look.

use serde::Serialize;

use crate::clock::lock;
use crate::log::LogEntry;
use crate::shared::Shared;

/// How many of the latest things a table shows.
const SHOWN: usize = 20;

/// The page's values, as its templates name them.
#[derive(Debug, Serialize)]
pub(super) struct Snapshot {
    clock: String,
    speed: f64,
    requests: Vec<Count>,
    latest_requests: Vec<RequestLine>,
}

/// How many there are of something.
#[derive(Debug, Serialize)]
struct Count {
    label: String,
    count: u64,
    /// One of the style sheet's `good`, `bad` and `open`.
    kind: &'static str,
}

/// A request, and what became of it.
#[derive(Debug, Serialize)]
struct RequestLine {
    at: String,
    method: String,
    path: String,
    what: String,
    status: u16,
    kind: &'static str,
    refusal: String,
}

impl Snapshot {
    /// Looks at what is counted and at the latest of everything, which takes no longer when there are more calls.
    pub fn of(shared: &Shared) -> Self {
        let (clock, speed) = (shared.clock.now(), shared.clock.speed());
        let (requests, latest_requests) = {
            let log = lock(&shared.log);
            let count = |(status, count)| Count { label: label(status), count, kind: kind(status) };
            (log.statuses().map(count).collect(), log.latest().take(SHOWN).map(RequestLine::of).collect())
        };
        Self { clock: clock.local(), speed, requests, latest_requests }
    }
}

impl RequestLine {
    fn of(entry: &LogEntry) -> Self {
        Self {
            at: entry.at.local(),
            method: entry.method.clone(),
            path: entry.path.clone(),
            what: format!("{} {}", entry.document, entry.operation).trim().to_owned(),
            status: entry.status,
            kind: kind(entry.status),
            refusal: entry.refusal.clone(),
        }
    }
}

fn label(status: u16) -> String {
    if status == 0 { "no answer".to_owned() } else { status.to_string() }
}

fn kind(status: u16) -> &'static str {
    if (200..300).contains(&status) { "good" } else { "bad" }
}
