//! Recordings of calls, and where they are: at addresses that need no token, for who holds such a link may hear the call.

use serde_json::{Value as Json, json};

use super::calls::{Call, CallKey, Task};
use super::{Handler, State, tasks};
use crate::recording::Recording;
use crate::reply::{Refusal, Reply};
use crate::request::Request;

/// Where the paths of recordings begin.
const PLACE: &str = "/recordings/";

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Recorded {
    One(Recording),
    /// All of a task, and the id of this list.
    All(Vec<Recording>, String),
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    if !tasks::is_calling(document) {
        return None;
    }
    match operation {
        "getCallRecording" => Some(of_number),
        "listTaskRecordings" => Some(of_task),
        _ => None,
    }
}

/// The recording of a number; where the list has it twice, the first.
fn of_number(state: &mut State, request: &Request) -> Reply {
    let recording = || {
        let (_, task) = tasks::named(state, request)?;
        let number = request.text("Callee").unwrap_or_default();
        let mut calls = state.calls.calls_at(task, &number).map(|(_, call)| recording(call)).peekable();
        if calls.peek().is_none() {
            return Err(Refusal::unknown("number in the list"));
        }
        calls.flatten().next().map(Reply::Recording).ok_or_else(|| Refusal::unknown("recording"))
    };
    recording().into()
}

fn of_task(state: &mut State, request: &Request) -> Reply {
    let link = |task: &Task| format!("{}{PLACE}{}.zip", state.address, task.id);
    tasks::named(state, request).map(|(_, task)| Reply::Data(json!({"recording_link": link(task)}))).into()
}

fn recording(call: &Call) -> Option<Recording> {
    call.is_recorded().then(|| Recording { call: call.id, talk: call.talk() })
}

impl State {
    /// Where the recording of a call is, if there is one.
    pub fn recording_link(&self, call: &Call) -> Option<String> {
        call.is_recorded().then(|| format!("{}{PLACE}{}.wav", self.address, call.id))
    }

    /// The recordings among some calls, in the fields of `CallRecording`.
    pub fn recording_rows<'a>(&self, calls: impl Iterator<Item = (CallKey, &'a Call)>) -> Vec<Json> {
        let row = |call: &Call| {
            let task = self.calls.task(call.task)?.id;
            Some(json!({"callid": call.id, "task_id": task, "recording_link": self.recording_link(call)?}))
        };
        calls.filter_map(|(_, call)| row(call)).collect()
    }

    /// What is recorded at a path.
    pub fn recorded_at(&self, path: &str) -> Option<Recorded> {
        let name = path.strip_prefix(PLACE)?;
        if let Some(id) = name.strip_suffix(".wav") {
            let (_, call) = self.calls.call_by_id(id)?;
            return recording(call).map(Recorded::One);
        }
        let (_, task) = self.calls.task_by_id(name.strip_suffix(".zip")?)?;
        let all: Vec<_> = self.calls.calls_of(task).filter_map(|(_, call)| recording(call)).collect();
        let tag = format!("\"{}-{}\"", task.id, all.len());
        Some(Recorded::All(all, tag))
    }
}
