//! What the server, the clock and the user of a sandbox share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use airudder_wire::Secret;
use airudder_wire::encryption::EncryptionKey;
use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;
use tokio::sync::Notify;

use crate::clock::{Clock, Moment, lock};
use crate::fault::Faults;
use crate::invalid::Invalid;
use crate::log::Log;
use crate::push::{Attempt, CallbackEntry, Due, Poster, Push};
use crate::state::State;

/// How many callbacks are pushed at once at most.
const BATCH: usize = 16;

/// One sandbox, behind an `Arc`.
pub(crate) struct Shared {
    pub settings: Settings,
    pub clock: Clock,
    pub log: Mutex<Log>,
    pub faults: Mutex<Faults>,
    state: Mutex<State>,
    /// How often the state may have changed.
    changes: AtomicU64,
    /// Told whenever something was planned.
    planned: Notify,
    /// Told whenever a callback may be due.
    outgoing: Notify,
    /// Held while callbacks are pushed.
    poster: tokio::sync::Mutex<Poster>,
}

/// What does not change.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub key: String,
    pub secret: Secret,
    pub signing_key: String,
    pub signing_secret: Secret,
    pub callback_key: Secret,
    pub callback_encryption: Option<EncryptionKey>,
    /// Whether answers are the documented ones, whatever happened before.
    pub by_example: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            key: "sandbox-key".to_owned(),
            secret: Secret::from("sandbox-secret"),
            signing_key: "sandbox-signing-key".to_owned(),
            signing_secret: Secret::from("sandbox-signing-secret"),
            callback_key: Secret::from("sandbox-callback-key"),
            callback_encryption: None,
            by_example: false,
        }
    }
}

impl Shared {
    pub fn new(settings: Settings, clock: Clock, faults: Faults, mut state: State) -> Self {
        state.tokens.open_account(&settings.key, settings.secret.expose());
        let poster = Poster::new(settings.callback_key.clone(), settings.callback_encryption.clone());
        Self {
            settings,
            clock,
            log: Mutex::default(),
            faults: Mutex::new(faults),
            state: Mutex::new(state),
            changes: AtomicU64::new(0),
            planned: Notify::new(),
            outgoing: Notify::new(),
            poster: tokio::sync::Mutex::new(poster),
        }
    }

    /// Does something to the state, after all that is due has happened, and sees to what comes of it.
    pub fn change<T>(&self, act: impl FnOnce(&mut State, Moment) -> T) -> T {
        let mut state = lock(&self.state);
        self.changes.fetch_add(1, Ordering::Relaxed);
        let (now, next) = (self.clock.now(), state.schedule.first());
        state.run(now);
        let result = act(&mut state, now);
        state.run(now);
        if state.callbacks.is_due() {
            self.outgoing.notify_one();
        }
        // Otherwise `run` waits for the right moment already.
        if state.schedule.first().is_some_and(|first| next.is_none_or(|next| first < next)) {
            self.planned.notify_one();
        }
        result
    }

    /// Looks at the state and lets nothing happen.
    pub fn look<T>(&self, look: impl FnOnce(&State, Moment) -> T) -> T {
        look(&lock(&self.state), self.clock.now())
    }

    /// A number that is another one after each change.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Lets things happen as their moments come; does not end.
    pub async fn run(&self) {
        loop {
            let first = self.change(|state, _| state.schedule.first());
            let planned = self.planned.notified();
            match first.and_then(|first| self.clock.until(first)) {
                Some(wait) => {
                    let _ = tokio::time::timeout(wait, planned).await;
                }
                None => planned.await,
            }
        }
    }

    /// What was asked so far.
    pub fn log(&self) -> Log {
        let made = self.change(|state, _| state.made.clone());
        lock(&self.log).with_made(made)
    }

    /// Pushes a callback, and returns when it was answered, unless it is held back or has no address.
    pub async fn push_now(&self, push: Push) -> Result<CallbackEntry, Invalid> {
        if !is_shallow(&push.body, MAX_DEPTH) {
            return Err(Invalid::new(format!("the body is nested more than {MAX_DEPTH} levels deep")));
        }
        let number = self.change(|state, now| state.take_in(push, now));
        self.push_due().await;
        let entry = self.change(|state, _| state.callbacks.get(number).cloned());
        entry.ok_or_else(|| Invalid::new("the callback is forgotten already: there were too many after it"))
    }

    /// Pushes callbacks as they come to be due; does not end.
    pub async fn keep_pushing(&self) {
        loop {
            self.push_due().await;
            self.outgoing.notified().await;
        }
    }

    /// Pushes the callbacks that are due, and returns when each was answered or failed.
    pub async fn push_due(&self) {
        let poster = self.poster.lock().await;
        loop {
            let (due, is_ordered) =
                self.change(|state, _| (state.callbacks.due(BATCH), state.callbacks.habits.is_ordered()));
            if due.is_empty() {
                return;
            }
            // One after the other, when the order counts.
            let at_once = if is_ordered { 1 } else { BATCH };
            stream::iter(due).for_each_concurrent(at_once, |due| self.push(&poster, due)).await;
        }
    }

    async fn push(&self, poster: &Poster, due: Due) {
        let result = match &due.url {
            Some(url) => poster.post(url, due.text).await,
            None => Err("there is no address for it any more".to_owned()),
        };
        self.change(|state, now| state.pushed(due.number, Attempt::new(now, result)));
    }

    /// Moves the clock on to a moment, with all that happens on the way in its order. Callbacks are pushed and answered
    /// before the clock moves past their moment.
    pub async fn advance_to(&self, moment: Moment) {
        loop {
            self.push_due().await;
            let first = lock(&self.state).schedule.first();
            self.clock.advance_to(first.map_or(moment, |first| first.min(moment)));
            self.change(|_, _| ());
            // What `run` waits for comes sooner now.
            self.planned.notify_one();
            if first.is_none_or(|first| first > moment) {
                return self.push_due().await;
            }
        }
    }
}

/// What is kept with the state must be readable again, and JSON nested deeper than 128 levels is not.
const MAX_DEPTH: usize = 64;

/// Whether a value is nested no more than so many levels deep.
fn is_shallow(value: &Json, levels: usize) -> bool {
    match value {
        Json::Array(items) => levels > 0 && items.iter().all(|item| is_shallow(item, levels - 1)),
        Json::Object(fields) => levels > 0 && fields.values().all(|field| is_shallow(field, levels - 1)),
        _ => true,
    }
}
