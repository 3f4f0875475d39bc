//! Calling tasks of the calling products, which share paths and forms; the document that made a task decides about its
//! callbacks.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::calls::{
    Call, CallKey, CallPhase, Contact, IntegratorKey, NewTask, Owner, Task, TaskKey, UNGRADED,
};
use super::{Handler, State, number};
use crate::clock::Moment;
use crate::paging;
use crate::reply::{Refusal, Reply};
use crate::request::Request;

/// What the calling products remember beside the calls.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tasks {
    /// Names that are taken: they are unique in the account.
    names: HashSet<Box<str>>,
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    if !is_calling(document) {
        return None;
    }
    Some(match operation {
        "createTask" | "createTaskV2" => create,
        "stopTask" => stop,
        "cancelCall" => cancel,
        "listTasks" => list,
        "getTaskDetail" => detail,
        "getCallById" => call_by_id,
        _ => return None,
    })
}

/// Whether a document is that of a calling product.
pub(super) fn is_calling(document: &str) -> bool {
    matches!(document, "collection" | "marketing" | "info-check")
}

/// When dialling may begin and must stop.
pub(super) fn window(request: &Request) -> Result<(Moment, Moment), Refusal> {
    let moment = |name: &str| {
        let text = request.text(name).unwrap_or_default();
        Moment::from_local(&text).ok_or_else(|| Refusal::invalid(format!("`{name}` is no time")))
    };
    let (opens, closes) = (moment("ScheduleStartTime")?, moment("ScheduleEndTime")?);
    if closes <= opens {
        return Err(Refusal::invalid("`ScheduleEndTime` is not after `ScheduleStartTime`"));
    }
    if closes <= request.now {
        return Err(Refusal::invalid("`ScheduleEndTime` is past"));
    }
    Ok((opens, closes))
}

/// The numbers to call, and those that cannot be called, in a form of our own: the vendor's was never seen.
pub(super) fn contacts(request: &Request) -> Result<(Vec<Contact>, Vec<Json>), Refusal> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for detail in request.list("Details") {
        let number = detail["Mobile"].as_str().unwrap_or_default();
        if number::is_good(number) {
            let robot = detail["RobotID"].as_str().map(Into::into);
            good.push(Contact {
                number: number.into(),
                key: IntegratorKey::read(&detail["Comments"]),
                robot,
            });
        } else {
            bad.push(json!({"Mobile": number, "message": number::FAULT}));
        }
    }
    if good.is_empty() {
        return Err(Refusal::invalid("`Details` has no number that can be called"));
    }
    Ok((good, bad))
}

fn create(state: &mut State, request: &Request) -> Reply {
    let new = |state: &mut State| {
        let (opens, closes) = window(request)?;
        let (contacts, errors) = contacts(request)?;
        let name: Box<str> = request.text("TaskName").unwrap_or_default().into();
        if !state.tasks.names.insert(name.clone()) {
            return Err(Refusal::invalid("`TaskName` is taken by another task of the account"));
        }
        let task = NewTask {
            owner: Owner::Product { document: request.entry.document.name.into(), plan: None },
            name,
            robot: request.text("RobotID").unwrap_or_default().into(),
            opens,
            closes,
            tries: small(request.integer("RepeatNumber").unwrap_or(1)),
            // The unit was never seen.
            pause: Duration::from_secs(60) * u32::from(small(request.integer("RepeatInterval").unwrap_or(0))),
            grows: false,
        };
        let key = state.make_task(task, request.now);
        for contact in contacts {
            state.add_call(key, contact, 0, request.now);
        }
        let id = state.calls.task(key).map(|task| task.id.to_string());
        Ok(Reply::Data(json!({"TaskID": id, "detail_error_list": errors})))
    };
    new(state).into()
}

fn small(number: i64) -> u16 {
    u16::try_from(number.max(0)).unwrap_or(u16::MAX)
}

/// The task that a request names.
pub(super) fn named<'a>(state: &'a State, request: &Request) -> Result<(TaskKey, &'a Task), Refusal> {
    let id = request.text("TaskID").unwrap_or_default();
    state.calls.task_by_id(&id).ok_or_else(|| Refusal::unknown("task"))
}

fn stop(state: &mut State, request: &Request) -> Reply {
    match named(state, request) {
        Ok((task, _)) => {
            state.stop_task(task, request.now);
            Reply::Done
        }
        Err(refusal) => refusal.into(),
    }
}

fn cancel(state: &mut State, request: &Request) -> Reply {
    let task = named(state, request).map(|(task, _)| task);
    task.and_then(|task| cancel_number(state, task, request)).into()
}

/// Takes the number that a request names out of a task.
pub(super) fn cancel_number(state: &mut State, task: TaskKey, request: &Request) -> Result<Reply, Refusal> {
    let number = request.text("CalleeNumber").unwrap_or_default();
    let task = state.calls.task(task).ok_or_else(|| Refusal::unknown("task"))?;
    let calls: Vec<CallKey> = state.calls.calls_at(task, &number).map(|(key, _)| key).collect();
    if calls.is_empty() {
        return Err(Refusal::unknown("number in the list"));
    }
    for call in calls {
        state.cancel_call(call, request.now);
    }
    Ok(Reply::Done)
}

/// Newest first, as the lists of workflows are; the order of this one was never seen.
fn list(state: &mut State, request: &Request) -> Reply {
    let tasks = state.calls.tasks().iter().rev();
    let row = |task: &Task| json!({"TaskID": task.id, "Status": task.status()});
    paging::page(request, tasks, row).map(Reply::Data).into()
}

fn detail(state: &mut State, request: &Request) -> Reply {
    let detail = |(_, task): (TaskKey, &Task)| {
        let calls = state.calls.calls_of(task);
        let calls: Vec<Json> = calls.map(|(_, call)| state.call_information(call, Moment::local)).collect();
        Reply::Data(json!({"TaskID": task.id, "Status": task.status(), "detail": calls}))
    };
    named(state, request).map(detail).into()
}

fn call_by_id(state: &mut State, request: &Request) -> Reply {
    match state.calls.call_by_id(&request.text("callid").unwrap_or_default()) {
        Some((_, call)) => Reply::Data(state.call_information(call, Moment::local)),
        None => Refusal::unknown("call").into(),
    }
}

impl State {
    /// What is known of a call, in the fields of `CallInformation`; products write times differently.
    pub fn call_fields(&self, call: &Call, time: fn(Moment) -> String) -> Map<String, Json> {
        let task = self.calls.task(call.task);
        let robot = call.contact.robot.as_deref().or(task.map(|task| &*task.robot));
        let result = call.result();
        let intention = result.map_or_else(|| UNGRADED.to_owned(), |result| result.intention());
        let fields = [
            ("callid", Some(json!(call.id))),
            ("callee", Some(json!(call.contact.number))),
            ("Comments", call.contact.key.as_ref().map(IntegratorKey::json)),
            ("Status", Some(call.phase.status().into())),
            ("Intention", Some(intention.into())),
            ("Multi_intention", call.is_recorded().then(|| "{}".into())),
            ("RingType", result.map(|result| result.outcome.ring_type().into())),
            ("HangupType", result.and_then(|result| result.hangup_type()).map(Into::into)),
            ("CallStartTime", call.started().map(|at| time(at).into())),
            ("CallEndTime", call.ended().map(|at| time(at).into())),
            ("RobotID", robot.map(Into::into)),
            ("recording_link", self.recording_link(call).map(Into::into)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The same as a value.
    pub fn call_information(&self, call: &Call, time: fn(Moment) -> String) -> Json {
        self.call_fields(call, time).into()
    }

    /// One push for each number that was not taken out, be it answered, out of attempts, or too late: how the vendor tells
    /// the last is not known.
    pub(super) fn product_call_ended(&mut self, document: &str, key: CallKey) {
        let Some(call) = self.calls.call(key).filter(|call| call.phase == CallPhase::Finished) else {
            return;
        };
        let Some(task) = self.calls.task(call.task) else { return };
        let mut body = self.call_fields(call, Moment::local);
        body.insert("TaskID".to_owned(), json!(task.id));
        body.insert("CalleeNumber".to_owned(), json!(call.contact.number));
        self.push(document, "callFinished", body.into());
    }

    pub(super) fn product_task_ended(&mut self, document: &str, key: TaskKey) {
        let Some(task) = self.calls.task(key) else { return };
        let body = json!({"TaskID": task.id, "Status": task.status()});
        self.push(document, "taskFinished", body);
    }
}
