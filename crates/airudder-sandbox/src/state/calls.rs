//! Calls on the clock. A call is the dialling of one number, with all its attempts; it belongs to a calling task, which
//! has a number of lines and a schedule, and the task to an [`Owner`], who is told when calls and tasks end.

mod attempt;
mod call;
mod tally;
mod task;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Event, Id, Random, State};
use crate::clock::Moment;
pub(crate) use attempt::{Attempt, Outcome, UNGRADED};
pub(crate) use call::{Call, CallKey, CallPhase, Contact, IntegratorKey};
pub(crate) use tally::{Kind, Tally};
pub(crate) use task::{NewTask, Owner, Task, TaskKey, TaskPhase};

/// All calling tasks and their calls, those that ended too.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Calls {
    /// Where ids come from: its own source, so that what else is asked does not change them, nor what becomes of the calls.
    random: Random,
    /// How many calls of one task that is made go on at once, at least one.
    #[serde(skip)]
    pub lines: u32,
    tasks: Vec<Task>,
    calls: Vec<Call>,
    tally: Tally,
    tasks_by_id: HashMap<Id, TaskKey>,
    calls_by_id: HashMap<Id, CallKey>,
}

/// What happens to tasks and calls by itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum CallEvent {
    /// Dialling may begin.
    Open(TaskKey),
    /// Dialling must stop.
    Close(TaskKey),
    /// An attempt ends.
    HangUp(CallKey),
    /// The pause after an attempt is over.
    Redial(CallKey),
}

impl Calls {
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(!seed.reverse_bits()),
            lines: 100,
            tasks: Vec::new(),
            calls: Vec::new(),
            tally: Tally::default(),
            tasks_by_id: HashMap::new(),
            calls_by_id: HashMap::new(),
        }
    }

    /// All tasks, the oldest first.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// How many calls there are of each kind.
    #[cfg(feature = "page")]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub fn task(&self, key: TaskKey) -> Option<&Task> {
        self.tasks.get(key.index())
    }

    pub fn call(&self, key: CallKey) -> Option<&Call> {
        self.calls.get(key.index())
    }

    /// The task with this id, as a request writes it.
    pub fn task_by_id(&self, id: &str) -> Option<(TaskKey, &Task)> {
        let key = *self.tasks_by_id.get(&id.parse().ok()?)?;
        Some((key, self.task(key)?))
    }

    /// The call with this id, as a request writes it.
    pub fn call_by_id(&self, id: &str) -> Option<(CallKey, &Call)> {
        let key = *self.calls_by_id.get(&id.parse().ok()?)?;
        Some((key, self.call(key)?))
    }

    /// The calls of a task in the order of its list.
    pub fn calls_of(&self, task: &Task) -> impl Iterator<Item = (CallKey, &Call)> {
        task.calls.iter().filter_map(|key| Some((*key, self.call(*key)?)))
    }

    /// The calls of a task at one number: a list may name it twice.
    pub fn calls_at(&self, task: &Task, number: &str) -> impl Iterator<Item = (CallKey, &Call)> {
        self.calls_of(task).filter(move |(_, call)| &*call.contact.number == number)
    }

    /// Another id, for what belongs to tasks and calls.
    pub fn id(&mut self) -> Id {
        Id(self.random.rng().u128(..))
    }

    fn task_mut(&mut self, key: TaskKey) -> Option<&mut Task> {
        self.tasks.get_mut(key.index())
    }

    fn call_mut(&mut self, key: CallKey) -> Option<&mut Call> {
        self.calls.get_mut(key.index())
    }
}

impl State {
    /// Makes a task. It dials once its time has come; until then numbers can be added.
    pub fn make_task(&mut self, new: NewTask, now: Moment) -> TaskKey {
        let id = self.calls.id();
        let key = TaskKey::new(self.calls.tasks.len());
        self.schedule.plan(new.opens.max(now), Event::Calls(CallEvent::Open(key)));
        self.schedule.plan(new.closes.max(now), Event::Calls(CallEvent::Close(key)));
        let lines = self.calls.lines;
        self.calls.tasks.push(Task::new(id, new, lines));
        self.calls.tasks_by_id.insert(id, key);
        self.count_made("task", 1);
        key
    }

    /// Adds a number to a task; none when the task takes no more. The owner can find its own again by the call's `tag`.
    pub fn add_call(&mut self, task: TaskKey, contact: Contact, tag: u32, now: Moment) -> Option<CallKey> {
        let id = self.calls.id();
        let key = CallKey::new(self.calls.calls.len());
        self.calls.task_mut(task).filter(|task| task.takes_numbers())?.add(key);
        self.calls.calls.push(Call::new(id, task, contact, tag));
        self.calls.tally.enter(Kind::Pending);
        self.calls.calls_by_id.insert(id, key);
        self.count_made("call", 1);
        self.dial(task, now);
        Some(key)
    }

    /// Says that no more numbers come for a task that [grows](NewTask::grows), so that it can end.
    pub fn complete_task(&mut self, key: TaskKey, now: Moment) {
        if let Some(task) = self.calls.task_mut(key) {
            task.grows = false;
        }
        self.end_if_done(key, now);
    }

    /// Takes a number out. A call in progress goes on to its end, and is the last; whether the vendor hangs up is not known.
    pub fn cancel_call(&mut self, key: CallKey, now: Moment) {
        let Some(call) = self.calls.call_mut(key) else { return };
        match call.phase {
            CallPhase::Pending => self.end_call(key, CallPhase::Cancelled, now),
            CallPhase::Calling => call.is_withdrawn = true,
            CallPhase::Finished | CallPhase::Cancelled => {}
        }
    }

    /// Takes out all numbers that still wait, and ends the task with the last call in progress.
    pub fn stop_task(&mut self, key: TaskKey, now: Moment) {
        if let Some(task) = self.calls.task_mut(key) {
            task.is_stopped |= !task.is_over();
        }
        self.close_task(key, CallPhase::Cancelled, now);
    }

    /// Lets an event of the calls happen.
    pub(super) fn calls_happen(&mut self, now: Moment, event: CallEvent) {
        match event {
            CallEvent::Open(key) => {
                if let Some(task) = self.calls.task_mut(key).filter(|task| task.phase == TaskPhase::Waiting) {
                    task.phase = TaskPhase::Dialling;
                    self.dial(key, now);
                    self.end_if_done(key, now);
                }
            }
            CallEvent::Close(key) => self.close_task(key, CallPhase::Finished, now),
            CallEvent::HangUp(key) => self.hang_up(key, now),
            CallEvent::Redial(key) => {
                let Some(call) = self.calls.call(key).filter(|call| call.phase == CallPhase::Pending) else {
                    return;
                };
                let task = call.task;
                if let Some(task) = self.calls.task_mut(task) {
                    task.queue.push_back(key);
                }
                self.dial(task, now);
            }
        }
    }

    /// Dials as many numbers as there are lines free.
    fn dial(&mut self, key: TaskKey, now: Moment) {
        let Some(task) = self.calls.tasks.get_mut(key.index()) else { return };
        let mut dialled = Vec::new();
        while let Some(next) = task.next() {
            // One that was taken out is still in the queue.
            let call = self.calls.calls.get_mut(next.index());
            let Some(call) = call.filter(|call| call.phase == CallPhase::Pending) else { continue };
            let attempt = call.dial(now);
            self.calls.tally.move_on(Kind::Pending, Kind::Calling);
            task.busy += 1;
            self.schedule.plan(now + attempt.length(), Event::Calls(CallEvent::HangUp(next)));
            if matches!(task.owner, Owner::Workflow { .. }) {
                dialled.push((next, attempt));
            }
        }
        self.calls_dialled(key, dialled, now);
    }

    /// Tells the owner that numbers are dialled, where it wants to know.
    fn calls_dialled(&mut self, task: TaskKey, dialled: Vec<(CallKey, Attempt)>, now: Moment) {
        let Some(Owner::Workflow { workflow, node }) = self.calls.task(task).map(|task| task.owner.clone())
        else {
            return;
        };
        for (call, attempt) in dialled {
            self.workflow_call_dialled(workflow, node, call, attempt, now);
        }
    }

    fn hang_up(&mut self, key: CallKey, now: Moment) {
        let Some(call) = self.calls.calls.get_mut(key.index()) else { return };
        let task_key = call.task;
        let Some(task) = self.calls.tasks.get_mut(task_key.index()) else { return };
        task.busy = task.busy.saturating_sub(1);
        let is_last = call.is_answered() || call.is_withdrawn || call.tries >= task.tries;
        if is_last || task.phase != TaskPhase::Dialling {
            self.end_call(key, CallPhase::Finished, now);
        } else {
            call.phase = CallPhase::Pending;
            self.calls.tally.move_on(Kind::Calling, Kind::Pending);
            self.schedule.plan(now + task.pause, Event::Calls(CallEvent::Redial(key)));
        }
        self.dial(task_key, now);
    }

    /// Dials no more; the numbers that wait end as given.
    fn close_task(&mut self, key: TaskKey, phase: CallPhase, now: Moment) {
        let Some(task) = self.calls.task_mut(key).filter(|task| !task.is_over()) else { return };
        task.close();
        let Some(task) = self.calls.task(key) else { return };
        let waiting = self.calls.calls_of(task).filter(|(_, call)| call.phase == CallPhase::Pending);
        let waiting: Vec<CallKey> = waiting.map(|(key, _)| key).collect();
        for call in waiting {
            self.end_call(call, phase, now);
        }
        self.end_if_done(key, now);
    }

    fn end_call(&mut self, key: CallKey, phase: CallPhase, now: Moment) {
        let Some(call) = self.calls.calls.get_mut(key.index()) else { return };
        let before = Kind::of(call);
        call.end(phase, now);
        self.calls.tally.move_on(before, Kind::of(call));
        let task_key = call.task;
        let Some(task) = self.calls.task_mut(task_key) else { return };
        task.open_calls = task.open_calls.saturating_sub(1);
        self.call_ended(key, now);
        self.end_if_done(task_key, now);
    }

    fn end_if_done(&mut self, key: TaskKey, now: Moment) {
        let Some(task) = self.calls.task_mut(key).filter(|task| task.is_done()) else { return };
        task.phase = TaskPhase::Finished;
        self.task_ended(key, now);
    }

    /// Tells the owner that a call has ended.
    fn call_ended(&mut self, key: CallKey, now: Moment) {
        let task = self.calls.call(key).and_then(|call| self.calls.task(call.task));
        match task.map(|task| task.owner.clone()) {
            Some(Owner::Product { document, .. }) => self.product_call_ended(&document, key),
            Some(Owner::Workflow { workflow, node }) => self.workflow_call_ended(workflow, node, key, now),
            None => {}
        }
    }

    /// Tells the owner that a task has ended.
    fn task_ended(&mut self, key: TaskKey, now: Moment) {
        match self.calls.task(key).map(|task| task.owner.clone()) {
            Some(Owner::Product { document, plan }) => {
                self.product_task_ended(&document, key);
                if let Some(plan) = plan {
                    self.round_ended(plan, key, now);
                }
            }
            Some(Owner::Workflow { workflow, node }) => self.workflow_task_ended(workflow, node, key, now),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
