//! Plans of the calling products: rounds of calls over one list, each a calling task with those whom the rounds before did
//! not reach.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::calls::{Call, CallPhase, Contact, NewTask, Owner, Task, TaskKey};
use super::{Handler, Id, State, tasks};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;

/// What can be planned by: id, name, number of rounds. Of the vendor's strategies nothing was seen; the first is that of the
/// documented examples.
const STRATEGIES: [(i64, &str, usize); 3] =
    [(12, "three-rounds", 3), (13, "one-round", 1), (14, "five-rounds", 5)];

/// Between two rounds; assumed.
const PAUSE: Duration = Duration::from_secs(30 * 60);

/// The robot, which no plan names, so that the strategy must.
const ROBOT: &str = "sample-robot";

/// All plans.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plans(HashMap<Id, Plan>);

/// One plan.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    /// That of the product.
    document: Box<str>,
    name: Box<str>,
    /// How many rounds there are at most.
    rounds: usize,
    closes: Moment,
    /// Those that were begun.
    tasks: Vec<TaskKey>,
    is_finished: bool,
}

impl Plan {
    /// As `Plan`.
    fn json(&self, id: Id) -> Json {
        let status = if self.is_finished { "finished" } else { "pending" };
        json!({"PlanID": id, "PlanName": self.name, "Status": status})
    }
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    if !tasks::is_calling(document) {
        return None;
    }
    Some(match operation {
        "listStrategies" => strategies,
        "createPlan" => create,
        "getPlanStatus" => status,
        "listPlanRounds" => rounds,
        "cancelPlanCall" => cancel,
        "listNumberRecordings" => recordings,
        _ => return None,
    })
}

fn strategies(_: &mut State, _: &Request) -> Reply {
    let rows: Json =
        STRATEGIES.iter().map(|(id, name, _)| json!({"StrategyID": id, "StrategyName": name})).collect();
    Reply::Data(json!({"rows": rows}))
}

fn create(state: &mut State, request: &Request) -> Reply {
    match read(request) {
        Ok((plan, opens, contacts, errors)) => {
            let id = state.calls.id();
            state.plans.0.insert(id, plan);
            state.count_made("plan", 1);
            state.begin_round(id, opens, contacts, request.now);
            Reply::Data(json!({"PlanID": id, "detail_error_list": errors}))
        }
        Err(refusal) => refusal.into(),
    }
}

/// The plan that a request asks for, when it begins, whom it calls, and whom it cannot.
fn read(request: &Request) -> Result<(Plan, Moment, Vec<Contact>, Vec<Json>), Refusal> {
    let strategy = request.text("StrategyID").unwrap_or_default();
    let strategy = STRATEGIES.iter().find(|(id, ..)| id.to_string() == strategy);
    let (_, _, rounds) = *strategy.ok_or_else(|| Refusal::unknown("strategy"))?;
    let (opens, closes) = tasks::window(request)?;
    let (contacts, errors) = tasks::contacts(request)?;
    let name = request.text("PlanName").unwrap_or_default().into();
    let document = request.entry.document.name.into();
    let plan = Plan { document, name, rounds, closes, tasks: Vec::new(), is_finished: false };
    Ok((plan, opens, contacts, errors))
}

/// The plan that a request names.
fn named<'a>(state: &'a State, request: &Request) -> Result<(Id, &'a Plan), Refusal> {
    let id = request.text("PlanID").and_then(|id| id.parse().ok());
    let plan = id.and_then(|id| Some((id, state.plans.0.get(&id)?)));
    plan.ok_or_else(|| Refusal::unknown("plan"))
}

fn status(state: &mut State, request: &Request) -> Reply {
    named(state, request).map(|(id, plan)| Reply::Data(plan.json(id))).into()
}

/// Those that were begun: how the vendor tells the others is not known.
fn rounds(state: &mut State, request: &Request) -> Reply {
    let rounds = |(id, plan): (Id, &Plan)| {
        let tasks = plan.tasks.iter().filter_map(|key| state.calls.task(*key));
        let row = |(number, task): (u32, &Task)| json!({"Round": number, "TaskID": task.id, "Status": task.status()});
        let rows: Json = (1..).zip(tasks).map(row).collect();
        Reply::Data(json!({"PlanID": id, "rows": rows}))
    };
    named(state, request).map(rounds).into()
}

/// All that still wait are in the latest round, be its time come or not.
fn cancel(state: &mut State, request: &Request) -> Reply {
    let latest = named(state, request).map(|(_, plan)| plan.tasks.last().copied());
    let latest = latest.and_then(|task| task.ok_or_else(|| Refusal::unknown("round")));
    latest.and_then(|task| tasks::cancel_number(state, task, request)).into()
}

fn recordings(state: &mut State, request: &Request) -> Reply {
    let number = request.text("Callee").unwrap_or_default();
    let rows = |(_, plan): (Id, &Plan)| {
        let tasks = plan.tasks.iter().filter_map(|key| state.calls.task(*key));
        let calls = tasks.flat_map(|task| state.calls.calls_at(task, &number));
        Reply::Data(json!({"rows": state.recording_rows(calls)}))
    };
    named(state, request).map(rows).into()
}

impl State {
    fn begin_round(&mut self, id: Id, opens: Moment, contacts: Vec<Contact>, now: Moment) {
        let Some(plan) = self.plans.0.get(&id) else { return };
        let task = NewTask {
            owner: Owner::Product { document: plan.document.clone(), plan: Some(id) },
            name: format!("{}-{}", plan.name, plan.tasks.len() + 1).into(),
            robot: ROBOT.into(),
            opens,
            closes: plan.closes,
            tries: 1,
            pause: Duration::ZERO,
            grows: false,
        };
        let task = self.make_task(task, now);
        for contact in contacts {
            self.add_call(task, contact, 0, now);
        }
        if let Some(plan) = self.plans.0.get_mut(&id) {
            plan.tasks.push(task);
        }
    }

    /// Goes on with those whom a round did not reach, or ends the plan. One who stops a round stops its plan.
    pub(super) fn round_ended(&mut self, id: Id, task: TaskKey, now: Moment) {
        let (Some(plan), Some(task)) = (self.plans.0.get(&id), self.calls.task(task)) else { return };
        let opens = now + PAUSE;
        let goes_on = plan.tasks.len() < plan.rounds && opens < plan.closes && !task.is_stopped;
        let is_left =
            |call: &&Call| call.phase == CallPhase::Finished && !call.is_recorded() && !call.is_withdrawn;
        let left = self.calls.calls_of(task).map(|(_, call)| call).filter(is_left).filter(|_| goes_on);
        let left: Vec<Contact> = left.map(|call| call.contact.clone()).collect();
        if !left.is_empty() {
            return self.begin_round(id, opens, left, now);
        }
        let Some(plan) = self.plans.0.get_mut(&id) else { return };
        plan.is_finished = true;
        let (document, body) = (plan.document.clone(), plan.json(id));
        self.push(&document, "planFinished", body);
    }
}
