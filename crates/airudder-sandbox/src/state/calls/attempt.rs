//! What becomes of one attempt at a number.

use std::time::Duration;

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use crate::state::Id;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Answered,
    Busy,
    NoAnswer,
    Refused,
}

impl Outcome {
    /// As `RingType`, whose values nobody has seen: these are ours.
    pub fn ring_type(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
        }
    }
}

/// An attempt at a number: how long it rings, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub outcome: Outcome,
    /// In seconds.
    ring: u8,
    /// In seconds; none unless it is answered.
    talk: u8,
    /// The robot's grade as a letter; a dash unless it is answered.
    grade: u8,
    /// Who ends the talk.
    callee_hangs_up: bool,
}

/// The letters, those that come more often several times.
const GRADES: &[u8] = b"AAABBBBCCDDDEEFFG";

impl Attempt {
    /// Decides about an attempt by the id of its call alone, so that nothing else that happens meanwhile changes it.
    pub fn draw(call: Id, number: u16) -> Self {
        // Seeds that lie close together give chances that are alike, so the attempts lie a random distance apart.
        let (seed, distance) = (call.0 as u64, (call.0 >> 64) as u64);
        let mut rng = Rng::with_seed(seed.wrapping_add(distance.wrapping_mul(number.into())));
        let (outcome, ring) = match rng.u8(..100) {
            0..60 => (Outcome::Answered, rng.u8(3..20)),
            60..80 => (Outcome::NoAnswer, rng.u8(30..45)),
            80..92 => (Outcome::Busy, rng.u8(1..4)),
            _ => (Outcome::Refused, rng.u8(3..15)),
        };
        let is_answered = outcome == Outcome::Answered;
        Self {
            outcome,
            ring,
            talk: if is_answered { rng.u8(5..120) } else { 0 },
            grade: rng.choice(GRADES).copied().filter(|_| is_answered).unwrap_or(b'-'),
            callee_hangs_up: rng.bool(),
        }
    }

    /// From dialling to hanging up.
    pub fn length(&self) -> Duration {
        Duration::from_secs(u64::from(self.ring)) + self.talk()
    }

    /// How long it is talked.
    pub fn talk(&self) -> Duration {
        Duration::from_secs(self.talk.into())
    }

    pub fn is_answered(&self) -> bool {
        self.outcome == Outcome::Answered
    }

    /// As `Intention`.
    pub fn intention(&self) -> String {
        if self.is_answered() { char::from(self.grade).to_string() } else { UNGRADED.to_owned() }
    }

    /// As `HangupType`, whose values nobody has seen: these are ours. None unless it was answered.
    pub fn hangup_type(&self) -> Option<&'static str> {
        self.is_answered().then_some(if self.callee_hangs_up { "callee" } else { "robot" })
    }
}

/// The intention of a call that nobody graded.
pub(crate) const UNGRADED: &str = "--";

#[cfg(test)]
mod tests {
    use super::*;

    fn draws() -> impl Iterator<Item = Attempt> {
        let mut rng = Rng::with_seed(1);
        std::iter::repeat_with(move || Attempt::draw(Id(rng.u128(..)), 1)).take(10_000)
    }

    #[test]
    fn outcomes_have_their_shares() {
        let share = |outcome| draws().filter(|attempt| attempt.outcome == outcome).count() / 100;
        let shares = [Outcome::Answered, Outcome::NoAnswer, Outcome::Busy, Outcome::Refused].map(share);
        for (share, expected) in shares.into_iter().zip([60, 20, 12, 8]) {
            assert!(share.abs_diff(expected) <= 2, "{shares:?}");
        }
    }

    #[test]
    fn attempts_at_one_number_differ() {
        let differ = draws().count()
            - (0..10_000)
                .filter(|n| {
                    let id = Id(fastrand::Rng::with_seed(*n).u128(..));
                    Attempt::draw(id, 1).outcome == Attempt::draw(id, 2).outcome
                })
                .count();
        // Two independent draws agree by 0.6² + 0.2² + 0.12² + 0.08² = 0.42.
        assert!((5_500..6_100).contains(&differ), "{differ}");
    }

    #[test]
    fn only_what_was_answered_is_talked_through_and_graded() {
        for attempt in draws() {
            let is_answered = attempt.is_answered();
            assert_eq!(attempt.talk() > Duration::ZERO, is_answered);
            assert_eq!(attempt.intention() == UNGRADED, !is_answered);
            assert_eq!(attempt.hangup_type().is_some(), is_answered);
        }
    }
}
