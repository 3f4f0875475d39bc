//! The token cache.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracing::debug;

use super::failure::no_token;
use super::fetch::{Fetch, Outcome};
use super::source::{Last, Source};
use super::{Token, lifetime};
use crate::Error;

/// Keeps the token and sees to it that only one is asked for at a time.
///
/// The cache owns the request for a token, and the calls drive it: no task is spawned, so that nothing runs behind the
/// caller's back and any runtime will do.
///
/// - A call that has no valid token waits for the request, with all others.
/// - A call that has one, but due for renewal, is sent with it at once and polls the request [beside](Self::alongside)
///   its own. If the call ends first, the request stays in the cache for the next one to go on with.
///
/// The alternatives are worse: a task needs a runtime and a way to end it; a caller who renews before it is sent waits
/// though the token is valid; and a request that belongs to one caller dies with it, to be sent again by the next.
///
/// The lock is held for moments, never while something is polled, awaited or dropped that is not ours.
#[derive(Default)]
pub(crate) struct TokenCache {
    /// `None` in a client without credentials.
    source: Option<Arc<Source>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last token, valid or not.
    token: Option<Arc<Token>>,
    is_refused: bool,
    /// Requests under way, or left half-done: one for each runtime, which is one as a rule.
    fetches: Vec<Fetch>,
    /// How many renewals of the token failed in a row, and when to try again.
    failures: u32,
    retry_at: Option<Instant>,
}

impl TokenCache {
    pub(crate) fn new(source: Source) -> Self {
        Self { source: Some(Arc::new(source)), state: Mutex::default() }
    }

    /// A valid token; waits for one if there is none.
    pub(crate) async fn get(&self) -> Result<Arc<Token>, Error> {
        let source = self.source.as_ref().ok_or_else(|| {
            Error::invalid_input(
                "this operation needs a token, and the client has no credentials; make it with ClientBuilder::new",
            )
        })?;
        loop {
            let fetch = {
                let mut state = self.lock();
                match state.valid(source.clock.now()) {
                    Some(token) => return Ok(Arc::clone(token)),
                    None => state.fetch(source),
                }
            };
            let outcome = fetch.request.clone().await;
            self.settle(source, &fetch, &outcome);
            match outcome {
                // Its age is no matter: a lifetime shorter than a request would mean to ask for ever.
                Ok(token) if !fetch.was_left => return Ok(token),
                Err(error) if !fetch.was_left => return Err(no_token(error)),
                // It is in the cache now, or it came to nothing while nobody looked: look again.
                _ => {}
            }
        }
    }

    /// Does the caller's own work, and carries on with the renewal of its token if that is due.
    ///
    /// The work never waits for the renewal.
    pub(crate) async fn alongside<F: Future>(&self, token: Option<&Arc<Token>>, work: F) -> F::Output {
        let mut renewal = pin!(self.renew(token));
        let mut is_renewed = false;
        let mut work = pin!(work);
        poll_fn(|cx| {
            is_renewed = is_renewed || renewal.as_mut().poll(cx).is_ready();
            work.as_mut().poll(cx)
        })
        .await
    }

    /// Forgets a token that the vendor refused, unless there is a newer one.
    pub(crate) fn invalidate(&self, refused: &Arc<Token>) {
        let mut state = self.lock();
        // By identity: the vendor may give the same text again, as a new token.
        state.is_refused |= state.holds(refused);
    }

    async fn renew(&self, token: Option<&Arc<Token>>) {
        let (Some(token), Some(source)) = (token, &self.source) else { return };
        while let Some(fetch) = self.renewal(source, token) {
            let outcome = fetch.request.clone().await;
            self.settle(source, &fetch, &outcome);
        }
    }

    /// The request for the next token, if it is time.
    fn renewal(&self, source: &Arc<Source>, token: &Arc<Token>) -> Option<Fetch> {
        let now = source.clock.now();
        if now < token.renewal || now >= token.expires {
            return None;
        }
        let mut state = self.lock();
        let is_due = state.holds(token) && !state.is_refused && state.retry_at.is_none_or(|at| now >= at);
        is_due.then(|| state.fetch(source))
    }

    /// Notes how a request ended; whoever comes first does it.
    fn settle(&self, source: &Source, fetch: &Fetch, outcome: &Outcome) {
        let mut state = self.lock();
        let is_this = |other: &Fetch| other.request.ptr_eq(&fetch.request);
        let Some(at) = state.fetches.iter().position(is_this) else { return };
        match outcome {
            // The requests of other runtimes are no longer needed, and there may be nobody left to end them.
            Ok(token) => {
                let renewed = State { token: Some(Arc::clone(token)), ..State::default() };
                let old = mem::replace(&mut *state, renewed);
                drop(state);
                drop(old);
            }
            Err(error) => {
                state.fetches.swap_remove(at);
                let now = source.clock.now();
                if !fetch.was_left && state.valid(now).is_some() {
                    state.failures = state.failures.saturating_add(1);
                    let pause = lifetime::pause(state.failures);
                    state.retry_at = Some(now + pause);
                    drop(state);
                    debug!(%error, ?pause, "the token was not renewed; it still serves, and another try follows");
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn valid(&self, now: Instant) -> Option<&Arc<Token>> {
        self.token.as_ref().filter(|token| !self.is_refused && now < token.expires)
    }

    fn holds(&self, token: &Arc<Token>) -> bool {
        self.token.as_ref().is_some_and(|held| Arc::ptr_eq(held, token))
    }

    /// The request that is under way in this runtime, or a new one.
    fn fetch(&mut self, source: &Arc<Source>) -> Fetch {
        if let Some(fetch) = self.fetches.iter_mut().find(|fetch| fetch.is_of_this_runtime()) {
            return fetch.join();
        }
        let is_refused = self.is_refused;
        let last = self.token.as_ref().map(|token| Last { asked_at: token.asked_at, is_refused });
        let fetch = Fetch::new(source, last);
        self.fetches.push(fetch.clone());
        fetch
    }
}
