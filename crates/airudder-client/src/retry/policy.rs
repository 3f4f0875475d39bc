//! The decision, without clock, chance or network.

use std::time::Duration;

use crate::Effect;

/// When a call is sent again, and after how long.
///
/// The default sends at most three times. It waits a random time up to half a second before the second attempt and up to
/// twice as long before each further one, never more than 20 seconds, or as long as the vendor says in `Retry-After`.
///
/// An [`Effect::Unsafe`] operation, such as one that makes phones ring, is sent again only if the vendor provably never
/// got the request (no connection was made) or refused it (429). A broken connection, a time-out and a 5xx prove nothing.
///
/// ```
/// use std::time::Duration;
/// use airudder_client::{Decision, Effect, Outcome, RetryPolicy, Situation, Stop};
///
/// let policy = RetryPolicy::default();
/// let broken = Situation::new(1, Outcome::Uncertain { retry_after: None }, Effect::Unsafe);
/// assert_eq!(policy.decide(&broken, 0.5), Decision::Stop(Stop::Unsafe));
/// let unsent = Situation::new(1, Outcome::NotReceived, Effect::Unsafe);
/// assert_eq!(policy.decide(&unsent, 0.5), Decision::Retry { after: Duration::from_millis(250) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    max_elapsed: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            max_elapsed: Duration::MAX,
        }
    }
}

impl RetryPolicy {
    /// Sends once, whatever happens. A token that the vendor refuses is still replaced, and the call sent with the new one.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets how many times a call is sent at most, the first time included: 3 by default, and at least 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the longest wait before the second attempt, 500 ms by default; it doubles with each attempt.
    #[must_use]
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the longest wait before any attempt: 20 seconds by default.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Sets the longest `Retry-After` that is waited for: 60 seconds by default. If the vendor asks for more, the call fails
    /// at once instead of coming back too early.
    #[must_use]
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Sets how long after its beginning a call may still be sent again; without a limit of its own by default, so that the
    /// deadline of the call decides.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// What to do after an attempt that failed. `random` is from 0 to 1 and spreads the waits of many callers.
    #[must_use]
    pub fn decide(&self, situation: &Situation, random: f64) -> Decision {
        let retry_after = match situation.outcome {
            Outcome::NotReceived => None,
            Outcome::Refused { retry_after } => retry_after,
            Outcome::Uncertain { .. } if situation.effect == Effect::Unsafe => {
                return Decision::Stop(Stop::Unsafe);
            }
            Outcome::Uncertain { retry_after } => retry_after,
            Outcome::Final => return Decision::Stop(Stop::Final),
        };
        if situation.attempt >= self.max_attempts {
            return Decision::Stop(Stop::Attempts);
        }
        let backoff = self.backoff(situation.attempt).mul_f64(random.clamp(0.0, 1.0));
        let after = match retry_after {
            Some(asked) if asked > self.max_retry_after => return Decision::Stop(Stop::RetryAfter),
            // Never earlier than asked, and not all at once.
            Some(asked) => asked.saturating_add(backoff),
            None => backoff,
        };
        if situation.elapsed.saturating_add(after) > self.max_elapsed {
            Decision::Stop(Stop::Elapsed)
        } else if after >= situation.remaining {
            Decision::Stop(Stop::Deadline)
        } else if !situation.has_budget {
            Decision::Stop(Stop::Budget)
        } else {
            Decision::Retry { after }
        }
    }

    /// A wait that the vendor asks for, as far as this policy goes along.
    pub(crate) fn capped(&self, wait: Duration) -> Duration {
        wait.min(self.max_retry_after)
    }

    /// The longest wait after this attempt.
    fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.initial_backoff.saturating_mul(factor).min(self.max_backoff)
    }
}

/// What a [`RetryPolicy`] decides about: an attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Situation {
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// How the attempt ended.
    pub outcome: Outcome,
    /// What the operation does if it is sent twice.
    pub effect: Effect,
    /// How long ago the call began.
    pub elapsed: Duration,
    /// How long the call may still take.
    pub remaining: Duration,
    /// Whether the client may still send again, by its [`RetryBudget`](crate::RetryBudget).
    pub has_budget: bool,
}

impl Situation {
    /// An attempt that took no time, of a call without a deadline and a client without a budget.
    #[must_use]
    pub fn new(attempt: u32, outcome: Outcome, effect: Effect) -> Self {
        Self { attempt, outcome, effect, elapsed: Duration::ZERO, remaining: Duration::MAX, has_budget: true }
    }
}

/// How an attempt failed, as far as sending again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The vendor provably never got the request: there was no connection.
    NotReceived,
    /// The vendor refused the request before doing anything (429).
    Refused {
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// The vendor may have acted: the connection broke, time ran out, or the server failed (5xx).
    Uncertain {
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// The same request would fail in the same way.
    Final,
}

/// What a [`RetryPolicy`] decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send again.
    Retry {
        /// After this time.
        after: Duration,
    },
    /// Give the error to the caller.
    Stop(Stop),
}

/// Why a call is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The same request would fail in the same way.
    Final,
    /// The operation is unsafe, and nothing proves that it was not done.
    Unsafe,
    /// It was sent as often as it may be.
    Attempts,
    /// The policy's time for sending again is over.
    Elapsed,
    /// The call's deadline would pass before the next attempt.
    Deadline,
    /// The vendor asks to wait longer than the policy does.
    RetryAfter,
    /// The client has sent too much again of late.
    Budget,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNCERTAIN: Outcome = Outcome::Uncertain { retry_after: None };
    const REFUSED: Outcome = Outcome::Refused { retry_after: None };

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn after(outcome: Outcome, effect: Effect) -> Decision {
        RetryPolicy::default().decide(&Situation::new(1, outcome, effect), 1.0)
    }

    #[test]
    fn an_unsafe_operation_is_repeated_only_upon_proof() {
        let again = Decision::Retry { after: Duration::from_millis(500) };
        assert_eq!(after(Outcome::NotReceived, Effect::Unsafe), again);
        assert_eq!(after(REFUSED, Effect::Unsafe), again);
        assert_eq!(after(UNCERTAIN, Effect::Unsafe), Decision::Stop(Stop::Unsafe));
        for effect in [Effect::Safe, Effect::Idempotent] {
            assert_eq!(after(UNCERTAIN, effect), again);
        }
        for effect in [Effect::Safe, Effect::Idempotent, Effect::Unsafe] {
            assert_eq!(after(Outcome::Final, effect), Decision::Stop(Stop::Final));
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default().max_attempts(u32::MAX);
        let wait = |attempt, random| match policy
            .decide(&Situation::new(attempt, UNCERTAIN, Effect::Safe), random)
        {
            Decision::Retry { after } => after.as_millis(),
            stop => panic!("{stop:?}"),
        };
        let waits: Vec<_> = (1..9).map(|attempt| wait(attempt, 1.0)).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
        assert_eq!(wait(1_000, 1.0), 20_000);
        assert_eq!((wait(3, 0.0), wait(3, 0.25)), (0, 500));
    }

    #[test]
    fn retry_after_is_kept_to_or_given_up() {
        let asked = |wait| Outcome::Refused { retry_after: Some(secs(wait)) };
        assert_eq!(after(asked(7), Effect::Unsafe), Decision::Retry { after: Duration::from_millis(7_500) });
        assert_eq!(after(asked(61), Effect::Unsafe), Decision::Stop(Stop::RetryAfter));
    }

    #[test]
    fn every_limit_stops() {
        let policy = RetryPolicy::default().max_elapsed(secs(10));
        let situation = Situation::new(1, UNCERTAIN, Effect::Safe);
        let decide = |situation| policy.decide(&situation, 1.0);
        assert_eq!(decide(Situation { attempt: 3, ..situation.clone() }), Decision::Stop(Stop::Attempts));
        assert_eq!(
            decide(Situation { elapsed: secs(10), ..situation.clone() }),
            Decision::Stop(Stop::Elapsed)
        );
        let remaining = Duration::from_millis(500);
        assert_eq!(decide(Situation { remaining, ..situation.clone() }), Decision::Stop(Stop::Deadline));
        assert_eq!(decide(Situation { has_budget: false, ..situation }), Decision::Stop(Stop::Budget));
        let never = RetryPolicy::never().decide(&Situation::new(1, REFUSED, Effect::Safe), 0.0);
        assert_eq!(never, Decision::Stop(Stop::Attempts));
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let wait = || proptest::option::of((0..100_u64).prop_map(secs));
        prop_oneof![
            Just(Outcome::NotReceived),
            Just(Outcome::Final),
            wait().prop_map(|retry_after| Outcome::Refused { retry_after }),
            wait().prop_map(|retry_after| Outcome::Uncertain { retry_after }),
        ]
    }

    proptest! {
        #[test]
        fn no_wait_is_too_early_or_too_late(
            outcome in outcome(),
            effect in prop_oneof![Just(Effect::Safe), Just(Effect::Idempotent), Just(Effect::Unsafe)],
            attempt in 1..6_u32,
            elapsed in 0..200_u64,
            remaining in 0..200_u64,
            has_budget: bool,
            random in 0.0..=1.0,
        ) {
            let (elapsed, remaining) = (secs(elapsed), secs(remaining));
            let policy = RetryPolicy::default().max_elapsed(secs(100));
            let situation = Situation { attempt, outcome, effect, elapsed, remaining, has_budget };
            if let Decision::Retry { after } = policy.decide(&situation, random) {
                let asked = match outcome {
                    Outcome::Refused { retry_after } | Outcome::Uncertain { retry_after } => retry_after,
                    _ => None,
                };
                prop_assert!(after >= asked.unwrap_or_default());
                prop_assert!(after <= asked.unwrap_or_default() + secs(20));
                prop_assert!(after < remaining && elapsed + after <= secs(100));
                prop_assert!(attempt < 3 && has_budget && outcome != Outcome::Final);
                let is_uncertain = matches!(outcome, Outcome::Uncertain { .. });
                prop_assert!(effect != Effect::Unsafe || !is_uncertain);
            }
        }
    }
}
