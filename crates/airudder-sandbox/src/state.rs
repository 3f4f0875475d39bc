//! What the sandbox remembers, and what it does with a request.

mod random;
mod tokens;

use crate::clock::Moment;
use crate::contract::Auth;
use crate::push::{Attempt, Ledger, Push};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::schedule::Schedule;
pub(crate) use random::Random;
use serde::{Deserialize, Serialize};
pub(crate) use tokens::Tokens;

/// Everything that changes. It can be written to a file and read again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub random: Random,
    pub schedule: Schedule<Event>,
    pub tokens: Tokens,
    /// Callbacks that have come about, until the ledger takes them in.
    pub outbox: Vec<Push>,
    pub callbacks: Ledger,
}

/// What happens by itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A callback is pushed, for the first time or again.
    Push(u64),
}

/// What answers an operation.
type Handler = fn(&mut State, &Request) -> Reply;

/// The one for an operation; without one, the documented example is the answer.
fn handler(document: &str, operation: &str) -> Option<Handler> {
    let families = [tokens::handler];
    families.iter().find_map(|family| family(document, operation))
}

impl State {
    /// Nothing has happened yet.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            schedule: Schedule::default(),
            tokens: Tokens::default(),
            outbox: Vec::new(),
            callbacks: Ledger::new(seed),
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
            Auth::Token if !token.is_some_and(|token| self.tokens.are_good(token, now)) => {
                Err(Refusal::new(401, "the token is missing or has expired"))
            }
            _ => Ok(()),
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
            self.push(push, now);
        }
    }

    /// Plans the push of a callback, and gives its number.
    pub fn push(&mut self, push: Push, now: Moment) -> u64 {
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

    fn happen(&mut self, _at: Moment, event: Event) {
        match event {
            Event::Push(number) => self.callbacks.ready(number),
        }
    }
}
