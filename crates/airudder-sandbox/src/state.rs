//! What the sandbox remembers, and what it does with a request.

pub(crate) mod calls;
mod chat;
mod id;
mod number;
mod packed;
mod plans;
mod random;
mod recordings;
mod tasks;
mod tokens;
mod uploads;
pub(crate) mod workflows;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::clock::Moment;
use crate::contract::Auth;
use crate::push::{Attempt, Ledger, Push};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::schedule::Schedule;
use calls::CallEvent;
pub(crate) use calls::Calls;
pub(crate) use chat::Chat;
pub(crate) use id::Id;
pub(crate) use packed::{Packed, Variables};
pub(crate) use plans::Plans;
pub(crate) use random::Random;
pub(crate) use recordings::Recorded;
pub(crate) use tasks::Tasks;
pub(crate) use tokens::Tokens;
pub(crate) use uploads::Uploads;
use workflows::DialerEvent;
pub(crate) use workflows::Workflows;

/// Everything that changes. It can be written to a file and read again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State {
    /// Where the sandbox is reached; another one each time that it starts.
    #[serde(skip)]
    pub address: String,
    pub random: Random,
    pub schedule: Schedule<Event>,
    pub tokens: Tokens,
    pub calls: Calls,
    pub tasks: Tasks,
    pub plans: Plans,
    pub workflows: Workflows,
    pub chat: Chat,
    pub uploads: Uploads,
    /// Callbacks that have come about, until the ledger takes them in.
    pub outbox: Vec<Push>,
    pub callbacks: Ledger,
    /// How many things of each kind were made.
    pub made: BTreeMap<String, u64>,
}

/// What happens by itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A callback is pushed, for the first time or again.
    Push(u64),
    /// Something about calls.
    Calls(CallEvent),
    /// The predictive dialer tells a step of a call.
    Dialer(DialerEvent),
    /// The end time of a workflow has come.
    WorkflowEnd(u32),
    /// A conversation goes on.
    Chat(chat::Step),
}

/// What answers an operation.
type Handler = fn(&mut State, &Request) -> Reply;

/// The one for an operation; without one, the documented example is the answer.
fn handler(document: &str, operation: &str) -> Option<Handler> {
    let families = [
        tokens::handler,
        tasks::handler,
        plans::handler,
        recordings::handler,
        workflows::handler,
        chat::handler,
        uploads::handler,
    ];
    families.iter().find_map(|family| family(document, operation))
}

impl State {
    /// Nothing has happened yet.
    pub fn new(seed: u64) -> Self {
        Self {
            address: String::new(),
            random: Random::new(seed),
            schedule: Schedule::default(),
            tokens: Tokens::default(),
            calls: Calls::new(seed),
            tasks: Tasks::default(),
            plans: Plans::default(),
            workflows: Workflows::default(),
            chat: Chat::new(seed),
            uploads: Uploads::default(),
            outbox: Vec::new(),
            callbacks: Ledger::new(seed),
            made: BTreeMap::new(),
        }
    }

    /// Answers a request whose caller is known and whose values fit.
    pub fn answer(&mut self, request: &Request) -> Reply {
        match handler(request.entry.document.name, request.entry.operation.id) {
            Some(handler) => handler(self, request),
            None => Reply::Example,
        }
    }

    /// Whether a token lets its bearer in.
    pub fn admit(&self, auth: Auth, token: Option<&str>, now: Moment) -> Result<(), Refusal> {
        match auth {
            Auth::Token if !token.is_some_and(|token| self.tokens.is_good(token, now)) => {
                Err(Refusal::new(401, "the token is missing or has expired"))
            }
            _ => Ok(()),
        }
    }

    /// Counts things that were made, for the log.
    pub fn count_made(&mut self, kind: &str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        match self.made.get_mut(kind) {
            Some(made) => *made += count,
            None => drop(self.made.insert(kind.to_owned(), count)),
        }
    }

    /// Lets happen what is due, up to a moment.
    pub fn run(&mut self, now: Moment) {
        self.send_out(now);
        while let Some((at, event)) = self.schedule.take(now) {
            self.happen(at, event);
            self.send_out(at);
        }
    }

    /// Plans the push of the callbacks that have come about.
    fn send_out(&mut self, now: Moment) {
        for push in std::mem::take(&mut self.outbox) {
            self.take_in(push, now);
        }
    }

    /// Plans the push of a callback, and gives its number.
    pub fn take_in(&mut self, push: Push, now: Moment) -> u64 {
        let (number, at) = self.callbacks.add(push, now);
        if let Some(at) = at {
            self.schedule.plan(at, Event::Push(number));
        }
        number
    }

    /// Notes what became of a push.
    pub fn pushed(&mut self, number: u64, attempt: Attempt) {
        if let Some(at) = self.callbacks.answered(number, attempt) {
            self.schedule.plan(at, Event::Push(number));
        }
    }

    /// Makes a callback ready to be pushed. A body that its document does not know is a bug of ours.
    fn push(&mut self, document: &str, callback: &str, body: Json) {
        debug_assert_eq!(
            Catalog::get().callback_violations(document, callback, &body),
            [""; 0],
            "{callback}"
        );
        self.outbox.push(Push { document: document.to_owned(), callback: callback.to_owned(), body });
    }

    fn happen(&mut self, at: Moment, event: Event) {
        match event {
            Event::Push(number) => self.callbacks.ready(number),
            Event::Calls(event) => self.calls_happen(at, event),
            Event::Dialer(event) => self.dialer_happens(event, at),
            Event::WorkflowEnd(workflow) => self.workflow_time_is_up(workflow, at),
            Event::Chat(step) => chat::happen(self, at, step),
        }
    }
}
