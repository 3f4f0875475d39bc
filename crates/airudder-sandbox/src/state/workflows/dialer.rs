//! What the predictive dialer tells while it calls: each step of a call, at the person and at the agent.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::Place;
use super::notice::of_product;
use super::template::Kind;
use crate::clock::Moment;
use crate::state::calls::{Attempt, CallKey, Owner, Task, TaskKey};
use crate::state::{Event, State};

/// How long after dialling it rings, and after hanging up the agent has filled in the result.
const UNTIL_RINGING: Duration = Duration::from_secs(1);
const UNTIL_RESULT: Duration = Duration::from_secs(5);

/// The agent of all calls.
const AGENT: &str = "agent-1";

/// A step of a call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct DialerEvent {
    call: CallKey,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    Calling,
    Ringing,
    Answered,
    /// Whether an agent was on the line.
    HungUp {
        with_agent: bool,
    },
    /// The agent has filled in the result.
    Result,
}

impl Step {
    /// As `DialerState`.
    fn word(self) -> &'static str {
        match self {
            Self::Calling => "CALLING",
            Self::Ringing => "RINGING",
            Self::Answered => "ANSWERED",
            Self::HungUp { .. } => "HANGUP",
            Self::Result => "TALKRESULT",
        }
    }

    fn is_at_person(self) -> bool {
        self != Self::Result
    }

    fn is_at_agent(self) -> bool {
        matches!(self, Self::Answered | Self::HungUp { with_agent: true } | Self::Result)
    }
}

impl State {
    /// Plans what the dialer tells of an attempt that begins.
    pub(in crate::state) fn workflow_call_dialled(
        &mut self,
        workflow: u32,
        node: u8,
        call: CallKey,
        attempt: Attempt,
        now: Moment,
    ) {
        let node = self.workflows.get(workflow).and_then(|workflow| workflow.step(node));
        if !node.is_some_and(|(node, _)| node.kind == Kind::Dialer) {
            return;
        }
        let with_agent = attempt.is_answered();
        let ring = attempt.length() - attempt.talk();
        let answered =
            with_agent.then_some([(ring, Step::Answered), (attempt.length() + UNTIL_RESULT, Step::Result)]);
        let always = [
            (Duration::ZERO, Step::Calling),
            (UNTIL_RINGING, Step::Ringing),
            (attempt.length(), Step::HungUp { with_agent }),
        ];
        for (after, step) in always.into_iter().chain(answered.into_iter().flatten()) {
            self.schedule.plan(now + after, Event::Dialer(DialerEvent { call, step }));
        }
    }

    /// Tells a step of a call, at each end of the line that it is about.
    pub(in crate::state) fn dialer_happens(&mut self, event: DialerEvent, now: Moment) {
        let DialerEvent { call, step } = event;
        if step.is_at_person() {
            let mut fields = vec![("state", Json::from(step.word()))];
            if matches!(step, Step::HungUp { .. }) {
                fields.push(("hangupReason", 0.into()));
            }
            self.tell_dialer_call(call, "ContactStatus", "dialerContactStatus", fields, now);
        }
        if step.is_at_agent() {
            let mut fields = vec![("State", Json::from(step.word())), ("agentName", AGENT.into())];
            if step == Step::Result {
                fields.push(("customizeResults", json!({ "outcome": "done" })));
                fields.push(("talkremarks", "".into()));
            }
            self.tell_dialer_call(call, "AgentStatus", "dialerAgentStatus", fields, now);
        }
    }

    fn tell_dialer_call(
        &mut self,
        call: CallKey,
        kind: &str,
        callback: &'static str,
        fields: Vec<(&str, Json)>,
        now: Moment,
    ) {
        let Some(call) = self.calls.call(call) else { return };
        let Some(task) = self.calls.task(call.task) else { return };
        let Owner::Workflow { workflow, .. } = task.owner else { return };
        let place = Place { workflow, contact: call.tag };
        let Some((workflow, contact)) = self.workflows.contact(place) else { return };
        let mut body = task_head(task, now);
        body.insert("callid".to_owned(), call.id.to_string().into());
        body.insert("phoneNumber".to_owned(), contact.number.as_ref().into());
        body.insert("customerInfo".to_owned(), json!({ "case": contact.case_id() }));
        body.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let document = workflow.document();
        self.push(document, of_product(document, callback), json!({ "type": kind, "body": body }));
    }

    /// A calling task of a workflow has ended: the dialer tells of its own.
    pub(in crate::state) fn workflow_task_ended(
        &mut self,
        workflow: u32,
        node: u8,
        task: TaskKey,
        now: Moment,
    ) {
        let Some(workflow) = self.workflows.get(workflow) else { return };
        let is_dialer = workflow.step(node).is_some_and(|(node, _)| node.kind == Kind::Dialer);
        let Some(task) = self.calls.task(task).filter(|_| is_dialer) else { return };
        let mut body = task_head(task, now);
        body.insert("state".to_owned(), "Finished".into());
        let document = workflow.document();
        let callback = of_product(document, "dialerTaskStatus");
        self.push(document, callback, json!({ "type": "TaskStatus", "body": body }));
    }
}

/// What every event of the dialer says.
fn task_head(task: &Task, now: Moment) -> Map<String, Json> {
    Map::from_iter([
        ("taskId".to_owned(), task.id.to_string().into()),
        ("taskName".to_owned(), task.name.as_ref().into()),
        ("timestamp".to_owned(), now.millis().into()),
    ])
}
