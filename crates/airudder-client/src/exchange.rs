//! The sending of one call, with its attempts.

use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Span, debug, info_span};

use crate::attempt::{Attempt, Limits, Mode, Received, Sending, after, record};
use crate::client::Core;
use crate::hook::{CallEnd, CallOutcome, Retry};
use crate::options::CallOptions;
use crate::retry::{Decision, Outcome, RetryPolicy, Situation, Stop, retry_after};
use crate::token::Token;
use crate::transport::BoxFuture;
use crate::{Description, Error, Outgoing};

/// How long a product rests after a 429 that does not say for how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// A call under way: the same code for all operations.
pub(crate) struct Exchange {
    core: Arc<Core>,
    description: Description,
    state: State,
    policy: Option<RetryPolicy>,
    started: Instant,
    attempts: u32,
    /// What the last attempt was authorised with.
    token: Option<Arc<Token>>,
    /// Whether the call was sent once more with another token, which does not count as a retry.
    is_resent: bool,
    /// Whether an attempt that was followed by another may have done something.
    is_uncertain: bool,
    span: Span,
}

enum State {
    /// The operation could not be written.
    Unwritten(Error),
    Running {
        sending: Arc<Sending>,
        attempt: BoxFuture<'static, Attempt>,
    },
    /// The caller has the answer or the error.
    Over,
}

impl Exchange {
    pub(crate) fn new(
        core: Arc<Core>,
        description: Description,
        outgoing: Result<Outgoing, Error>,
        options: CallOptions,
        mode: Mode,
    ) -> Self {
        let started = Instant::now();
        let span = span(&core, &description);
        let state = match outgoing {
            Ok(outgoing) => {
                let limits = limits(&core, &options, started);
                let deadline = after(started, limits.total);
                let sending = Arc::new(Sending { core: Arc::clone(&core), outgoing, limits, deadline, mode });
                let attempt = Box::pin(Arc::clone(&sending).attempt(1, Duration::ZERO));
                State::Running { sending, attempt }
            }
            Err(error) => State::Unwritten(error),
        };
        let (policy, token) = (options.retry, None);
        Self {
            core,
            description,
            state,
            policy,
            started,
            attempts: 0,
            token,
            is_resent: false,
            is_uncertain: false,
            span,
        }
    }

    /// The next answer that is worth reading.
    pub(crate) fn poll_received(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, Error>> {
        let span = self.span.clone();
        let _entered = span.enter();
        loop {
            let State::Running { attempt, .. } = &mut self.state else {
                let State::Unwritten(error) = std::mem::replace(&mut self.state, State::Over) else {
                    // Polled once more after its end, which a future need not answer.
                    return Poll::Pending;
                };
                return Poll::Ready(Err(self.fail(error)));
            };
            let error = match ready!(attempt.as_mut().poll(cx)) {
                Attempt::Unsent(error) => return Poll::Ready(Err(self.fail(error))),
                Attempt::Sent { token, outcome } => {
                    self.attempts += 1;
                    self.token = token;
                    match outcome {
                        Ok(received) => return Poll::Ready(Ok(received)),
                        Err(error) => error,
                    }
                }
            };
            if let Some(error) = self.after(error) {
                return Poll::Ready(Err(error));
            }
        }
    }

    /// What follows an error: another attempt, or the error itself as it is to be returned.
    pub(crate) fn after(&mut self, error: Error) -> Option<Error> {
        let span = self.span.clone();
        let _entered = span.enter();
        let error = error.with_description(self.description);
        let State::Running { sending, .. } = &self.state else { return Some(error) };
        let sending = Arc::clone(sending);
        debug!(attempt = self.attempts, error.r#type = error.kind().as_str(), "attempt failed");
        // The vendor refused the token before acting, so that sending again is safe whatever the operation does.
        if error.is_token_refused()
            && !self.is_resent
            && let Some(token) = self.token.take()
        {
            self.core.tokens.invalidate(&token);
            self.is_resent = true;
            self.send_again(&sending, Duration::ZERO);
            return None;
        }
        let error = match error.headers().and_then(|headers| retry_after(headers, SystemTime::now())) {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        };
        match self.decide(&error, &sending) {
            Decision::Retry { after } => {
                self.is_uncertain |= error.may_have_taken_effect();
                debug!(attempt = self.attempts, after_ms = after.as_millis(), "sending again");
                let (call, attempt, kind) = (sending.called(), self.attempts, error.kind());
                for hook in &self.core.hooks {
                    hook.on_retry(&Retry { call, attempt, error: kind, after });
                }
                self.send_again(&sending, after);
                None
            }
            Decision::Stop(stop) => {
                debug!(attempt = self.attempts, reason = ?stop, "not sending again");
                Some(self.fail(error))
            }
        }
    }

    /// Whether the call is worth another attempt, and safe.
    fn decide(&self, error: &Error, sending: &Sending) -> Decision {
        let outcome = error.outcome();
        let policy = self.policy.as_ref().unwrap_or(&self.core.retry);
        if let Outcome::Refused { retry_after } = outcome {
            // No other call has better luck before the time is over.
            let wait = policy.capped(retry_after.unwrap_or(DEFAULT_PAUSE));
            self.core.gates.pause(self.description.id, wait);
        }
        if outcome == Outcome::Final {
            return Decision::Stop(Stop::Final);
        }
        let situation = Situation {
            elapsed: self.started.elapsed(),
            remaining: sending.remaining(),
            ..Situation::new(self.attempts - u32::from(self.is_resent), outcome, self.description.effect)
        };
        self.core.reserve.decide(policy, situation)
    }

    fn send_again(&mut self, sending: &Arc<Sending>, wait: Duration) {
        let attempt = Box::pin(Arc::clone(sending).attempt(self.attempts + 1, wait));
        self.state = State::Running { sending: Arc::clone(sending), attempt };
    }

    /// Ends the call with an answer that was read.
    pub(crate) fn succeed(&mut self, status: u16) {
        self.core.reserve.earn();
        self.end(CallOutcome::Done { status });
    }

    /// Ends the call with an error.
    pub(crate) fn fail(&mut self, error: Error) -> Error {
        self.end(CallOutcome::Failed { status: error.http_status(), error: error.kind() });
        let error = if self.is_uncertain { error.with_possible_effect() } else { error };
        error.with_description(self.description).with_attempts(self.attempts).with_elapsed(self.elapsed())
    }

    /// Tells those who watch that the call is over.
    fn end(&mut self, outcome: CallOutcome) {
        self.state = State::Over;
        self.span.record("http.request.resend_count", self.attempts.saturating_sub(1));
        record(&self.span, outcome.status(), outcome.error());
        let call = self.core.called(&self.description);
        for hook in &self.core.hooks {
            let (attempts, elapsed) = (self.attempts, self.started.elapsed());
            hook.at_end(&CallEnd { call, outcome, attempts, elapsed });
        }
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !matches!(self.state, State::Over) {
            self.end(CallOutcome::Dropped);
        }
    }
}

/// The limits of a call: its own, or the client's.
fn limits(core: &Core, options: &CallOptions, started: Instant) -> Limits {
    let total = options.total_timeout.unwrap_or(core.limits.total);
    let total = match options.deadline {
        Some(deadline) => total.min(Instant::from_std(deadline).saturating_duration_since(started)),
        None => total,
    };
    Limits { attempt: options.attempt_timeout.unwrap_or(core.limits.attempt), total }
}

/// The span of a call, which has those of its attempts in it.
fn span(core: &Core, description: &Description) -> Span {
    let template = core.template(description);
    info_span!(
        "call",
        otel.name = description.id,
        otel.kind = "internal",
        otel.status_code = Empty,
        airudder.operation = description.id,
        http.request.method = description.method.as_str(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        url.template = template,
        error.r#type = Empty,
    )
}

#[cfg(test)]
mod tests;
