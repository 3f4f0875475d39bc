//! What the server, the clock and the user of a sandbox share.

use std::sync::Mutex;

use tokio::sync::Notify;

use crate::clock::{Clock, Moment, lock};
use crate::log::Log;
use crate::state::State;

/// One sandbox, behind an `Arc`.
#[derive(Debug)]
pub(crate) struct Shared {
    pub settings: Settings,
    pub clock: Clock,
    pub log: Mutex<Log>,
    state: Mutex<State>,
    /// Told whenever something was planned.
    planned: Notify,
}

/// What does not change.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub key: String,
    pub secret: String,
    pub signing_key: String,
    pub signing_secret: String,
    /// Whether answers are the documented ones, whatever happened before.
    pub by_example: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            key: "sandbox-key".to_owned(),
            secret: "sandbox-secret".to_owned(),
            signing_key: "sandbox-signing-key".to_owned(),
            signing_secret: "sandbox-signing-secret".to_owned(),
            by_example: false,
        }
    }
}

impl Shared {
    pub fn new(settings: Settings, clock: Clock, mut state: State) -> Self {
        state.tokens.open_account(&settings.key, &settings.secret);
        Self { settings, clock, log: Mutex::default(), state: Mutex::new(state), planned: Notify::new() }
    }

    /// Does something to the state, after all that is due has happened, and pushes what comes of it.
    pub fn change<T>(&self, act: impl FnOnce(&mut State, Moment) -> T) -> T {
        let result = self.settle(act);
        self.planned.notify_one();
        result
    }

    /// The same without telling [`run`](Self::run).
    fn settle<T>(&self, act: impl FnOnce(&mut State, Moment) -> T) -> T {
        let mut state = lock(&self.state);
        let now = self.clock.now();
        state.run(now);
        act(&mut state, now)
    }

    /// Lets things happen as their moments come; does not end.
    pub async fn run(&self) {
        loop {
            let first = self.settle(|state, _| state.schedule.first());
            let planned = self.planned.notified();
            match first.and_then(|first| self.clock.until(first)) {
                Some(wait) => {
                    let _ = tokio::time::timeout(wait, planned).await;
                }
                None => planned.await,
            }
        }
    }

    /// Moves the clock on to a moment, with all that happens on the way in its order.
    pub fn advance_to(&self, moment: Moment) {
        loop {
            let first = lock(&self.state).schedule.first();
            self.clock.advance_to(first.map_or(moment, |first| first.min(moment)));
            self.settle(|_, _| ());
            if first.is_none_or(|first| first > moment) {
                return;
            }
        }
    }
}
