//! What the page shows, taken in one short look.

use serde::Serialize;

use crate::clock::lock;
use crate::log::LogEntry;
use crate::push::{CallbackEntry, CallbackOutcome, Ledger};
use crate::shared::Shared;
use crate::state::State;
use crate::state::calls::{Kind, Owner, Task, TaskPhase};
use crate::state::workflows::{Phase, Progress};

/// How many of the latest things a table shows.
const SHOWN: usize = 12;

/// How many characters of a text it shows: a refusal may name thousands of fields.
const LONGEST: usize = 200;

/// The page's values, as its templates name them.
#[derive(Debug, Serialize)]
pub(super) struct Snapshot {
    clock: String,
    pace: String,
    calls: Vec<Count>,
    tasks: Table<TaskLine>,
    workflows: Table<WorkflowLine>,
    callbacks: Vec<Count>,
    latest_callbacks: Table<CallbackLine>,
    requests: Vec<Count>,
    latest_requests: Table<RequestLine>,
}

/// How many there are of something.
#[derive(Debug, Serialize)]
struct Count {
    label: String,
    count: u64,
    /// One of the classes of the style sheet: `good`, `bad`, `open`, or none.
    class: &'static str,
}

/// The latest of something, and how many there are in all.
#[derive(Debug, Serialize)]
struct Table<T> {
    lines: Vec<T>,
    total: u64,
}

/// A calling task.
#[derive(Debug, Serialize)]
struct TaskLine {
    name: String,
    owner: String,
    status: &'static str,
    class: &'static str,
    calls: usize,
    calling: u32,
    ended: usize,
}

/// A workflow task.
#[derive(Debug, Serialize)]
struct WorkflowLine {
    name: String,
    template: &'static str,
    status: &'static str,
    class: &'static str,
    contacts: usize,
    through: usize,
}

/// A callback, and what became of it.
#[derive(Debug, Serialize)]
struct CallbackLine {
    at: String,
    what: String,
    pushes: usize,
    status: &'static str,
    class: &'static str,
    /// What went wrong the last time; empty when nothing did.
    failure: String,
}

/// A request, and what became of it.
#[derive(Debug, Serialize)]
struct RequestLine {
    at: String,
    method: String,
    path: String,
    what: String,
    status: u16,
    class: &'static str,
    /// Why it was refused or what fault befell it; empty when neither.
    note: String,
}

impl Snapshot {
    /// Looks at what is counted and at the latest of everything, which takes no longer when there are more calls.
    pub fn of(shared: &Shared) -> Self {
        let (requests, latest_requests) = {
            let log = lock(&shared.log);
            (log.statuses().map(Count::of_status).collect(), Table::new(log.latest(), RequestLine::of))
        };
        shared.look(|state, now| Self {
            clock: now.local(),
            pace: pace(shared.clock.speed()),
            calls: calls(state),
            tasks: Table::new(state.calls.tasks().iter().rev(), TaskLine::of),
            workflows: Table::new(state.workflows.progress(), WorkflowLine::of),
            callbacks: callbacks(&state.callbacks),
            latest_callbacks: Table {
                total: state.callbacks.total(),
                lines: state.callbacks.latest(SHOWN).into_iter().map(CallbackLine::of).collect(),
            },
            requests,
            latest_requests,
        })
    }
}

fn pace(speed: f64) -> String {
    if speed == 0.0 { "standing still".to_owned() } else { format!("{speed} times as fast as real time") }
}

/// The calls by what became of them; kinds that there are none of are left out.
fn calls(state: &State) -> Vec<Count> {
    let tally = state.calls.tally();
    let counts = Kind::ALL.into_iter().map(|kind| {
        let (label, class) = match kind {
            Kind::Pending => ("pending", ""),
            Kind::Calling => ("calling", "open"),
            Kind::Answered => ("answered", "good"),
            Kind::NoAnswer => ("no answer", "bad"),
            Kind::Busy => ("busy", "bad"),
            Kind::Refused => ("refused", "bad"),
            Kind::Undialled => ("never dialled", "bad"),
            Kind::Cancelled => ("cancelled", ""),
        };
        Count { label: label.to_owned(), count: tally.count(kind), class }
    });
    counts.filter(|count| count.count > 0).collect()
}

/// The callbacks by what became of them, and their pushes.
fn callbacks(ledger: &Ledger) -> Vec<Count> {
    let counts = ledger.counts();
    let counts = [
        ("waiting", ledger.waiting(), "open"),
        ("taken", counts.taken, "good"),
        ("given up", counts.given_up, "bad"),
        ("without an address", counts.not_sent, ""),
        ("pushes", counts.pushes, ""),
        ("of them repeated", counts.repeats, ""),
    ];
    let counts = counts.map(|(label, count, class)| Count { label: label.to_owned(), count, class });
    counts.into_iter().filter(|count| count.count > 0).collect()
}

impl<T> Table<T> {
    /// From all there are, the latest first.
    fn new<S>(all: impl ExactSizeIterator<Item = S>, line: impl FnMut(S) -> T) -> Self {
        Self { total: all.len() as u64, lines: all.take(SHOWN).map(line).collect() }
    }
}

impl Count {
    fn of_status((status, count): (u16, u64)) -> Self {
        Self { label: status_label(status), count, class: status_class(status) }
    }
}

impl TaskLine {
    fn of(task: &Task) -> Self {
        let owner = match &task.owner {
            Owner::Product { document, .. } => document.to_string(),
            Owner::Workflow { .. } => "workflow".to_owned(),
        };
        let (status, class) = match task.phase {
            TaskPhase::Waiting => ("waiting", ""),
            TaskPhase::Dialling => ("dialling", "open"),
            TaskPhase::Closed => ("closing", "open"),
            TaskPhase::Finished if task.is_stopped => ("stopped", ""),
            TaskPhase::Finished => ("finished", "good"),
        };
        let calls = task.calls.len();
        let ended = calls.saturating_sub(usize::try_from(task.open_calls).unwrap_or(usize::MAX));
        Self { name: task.name.to_string(), owner, status, class, calls, calling: task.busy, ended }
    }
}

impl WorkflowLine {
    fn of(progress: Progress<'_>) -> Self {
        let (status, class) = match progress.phase {
            Phase::Running => ("running", "open"),
            Phase::Finished => ("finished", "good"),
            Phase::Cancelled => ("cancelled", ""),
        };
        let Progress { name, template, contacts, through, .. } = progress;
        Self { name: name.to_owned(), template, status, class, contacts, through }
    }
}

impl CallbackLine {
    fn of(entry: &CallbackEntry) -> Self {
        let (status, class) = match entry.outcome {
            CallbackOutcome::Waiting => ("waiting", "open"),
            CallbackOutcome::Taken => ("taken", "good"),
            CallbackOutcome::GivenUp => ("given up", "bad"),
            CallbackOutcome::NotSent => ("no address", ""),
        };
        let failure = entry.attempts.last().filter(|attempt| !attempt.is_normal()).map(|attempt| {
            attempt.status.map_or_else(|| attempt.failure.clone(), |status| format!("answered {status}"))
        });
        Self {
            at: entry.at.local(),
            what: format!("{} {}", entry.document, entry.callback),
            pushes: entry.attempts.len(),
            status,
            class,
            failure: failure.unwrap_or_default(),
        }
    }
}

impl RequestLine {
    fn of(entry: &LogEntry) -> Self {
        let note = match &entry.fault {
            Some(fault) if entry.refusal.is_empty() => fault.to_string(),
            _ => entry.refusal.clone(),
        };
        Self {
            at: entry.at.local(),
            method: entry.method.clone(),
            path: short(&entry.path),
            what: format!("{} {}", entry.document, entry.operation).trim().to_owned(),
            status: entry.status,
            class: status_class(entry.status),
            note: short(&note),
        }
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn status_label(status: u16) -> String {
    if status == 0 { "no answer".to_owned() } else { status.to_string() }
}

fn status_class(status: u16) -> &'static str {
    if (200..300).contains(&status) { "good" } else { "bad" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(short(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(short(&"é".repeat(LONGEST + 1)), format!("{}…", "é".repeat(LONGEST)));
    }
}
