//! Which callbacks are there, which are due, and which are done.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::targets::Targets;
use super::{Attempt, CallbackEntry, CallbackOutcome};
use crate::clock::Moment;
use crate::state::Random;

/// How often a callback is pushed at most: the vendor's rule.
const ATTEMPTS: usize = 5;
/// How long after an abnormal answer it is pushed again: the vendor's rule.
const PAUSE: Duration = Duration::from_secs(60);
/// How many callbacks are remembered that are done.
const REMEMBERED: usize = 10_000;

/// A callback that has come about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Push {
    /// The document.
    pub document: String,
    /// The callback in it.
    pub callback: String,
    /// The body.
    pub body: Json,
}

/// How callbacks are pushed, beside the vendor's rule.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Habits {
    /// The longest that one is held back, by chance, so that others overtake it.
    pub hold_back: Duration,
    /// The share of those that are pushed once more although they were taken.
    pub duplicates: f64,
}

impl Habits {
    /// Whether callbacks come in the order in which they came about.
    pub fn is_ordered(&self) -> bool {
        self.hold_back.is_zero()
    }
}

/// All callbacks. Those that are due stay due until they are answered, so that none is lost with the process.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ledger {
    pub targets: Targets,
    /// Those that the sandbox was started with this time.
    #[serde(skip)]
    pub habits: Habits,
    /// Apart from the chance of the calls, so that their outcomes do not depend on the habits.
    random: Random,
    next: u64,
    open: BTreeMap<u64, Open>,
    due: VecDeque<u64>,
    done: VecDeque<CallbackEntry>,
    counts: Counts,
}

/// How many there were of each kind, those too that are no longer remembered.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Callbacks without an address.
    pub not_sent: u64,
    /// Callbacks that were answered normally.
    pub taken: u64,
    /// Callbacks that were answered abnormally too often.
    pub given_up: u64,
    /// Pushes, each time that one was.
    pub pushes: u64,
    /// Those of them that were not the first of their callback.
    pub repeats: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    entry: CallbackEntry,
    /// It is to be pushed once more when it has been taken.
    is_doubled: bool,
}

/// A push that is due.
pub(crate) struct Due {
    pub number: u64,
    pub url: Option<String>,
    pub text: String,
}

impl Ledger {
    pub fn new(seed: u64) -> Self {
        Self {
            targets: Targets::default(),
            habits: Habits::default(),
            random: Random::new(!seed),
            next: 0,
            open: BTreeMap::new(),
            due: VecDeque::new(),
            done: VecDeque::new(),
            counts: Counts::default(),
        }
    }

    /// Takes a callback in, and says when it is due.
    pub fn add(&mut self, push: Push, now: Moment) -> (u64, Option<Moment>) {
        let number = self.next;
        self.next += 1;
        let is_wanted = self.targets.of(&push.document).is_some();
        let outcome = if is_wanted { CallbackOutcome::Waiting } else { CallbackOutcome::NotSent };
        let Push { document, callback, body } = push;
        let attempts = Vec::new();
        let entry = CallbackEntry { number, at: now, document, callback, body, attempts, outcome };
        if !is_wanted {
            self.counts.not_sent += 1;
            self.finish(entry);
            return (number, None);
        }
        let is_doubled = self.random.rng().f64() < self.habits.duplicates;
        self.open.insert(number, Open { entry, is_doubled });
        (number, Some(now + self.held_back()))
    }

    /// The moment of a callback has come.
    pub fn ready(&mut self, number: u64) {
        self.due.push_back(number);
    }

    /// The first of those that are due.
    pub fn due(&self, count: usize) -> Vec<Due> {
        let open = self.due.iter().filter_map(|number| self.open.get(number));
        open.take(count)
            .map(|Open { entry, .. }| Due {
                number: entry.number,
                url: self.targets.of(&entry.document).map(str::to_owned),
                text: entry.body.to_string(),
            })
            .collect()
    }

    /// Notes what became of a push, and says when the callback is to be pushed again.
    pub fn answered(&mut self, number: u64, attempt: Attempt) -> Option<Moment> {
        // It is one of the first, for these are pushed.
        if let Some(at) = self.due.iter().position(|due| *due == number) {
            self.due.remove(at);
        }
        let mut open = self.open.remove(&number)?;
        let at = attempt.at;
        let was_taken = open.entry.outcome == CallbackOutcome::Taken;
        let is_normal = attempt.is_normal();
        self.counts.pushes += 1;
        self.counts.repeats += u64::from(!open.entry.attempts.is_empty());
        open.entry.attempts.push(attempt);
        let again = if was_taken {
            None
        } else if is_normal {
            open.entry.outcome = CallbackOutcome::Taken;
            self.counts.taken += 1;
            open.is_doubled.then(|| at + self.held_back())
        } else if open.entry.attempts.len() < ATTEMPTS {
            Some(at + PAUSE)
        } else {
            open.entry.outcome = CallbackOutcome::GivenUp;
            self.counts.given_up += 1;
            None
        };
        match again {
            Some(_) => drop(self.open.insert(number, open)),
            None => self.finish(open.entry),
        }
        again
    }

    /// Whether a callback is due.
    pub fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// A callback, whether it is done or not.
    pub fn get(&self, number: u64) -> Option<&CallbackEntry> {
        let is_it = |entry: &&CallbackEntry| entry.number == number;
        self.open.get(&number).map(|open| &open.entry).or_else(|| self.done.iter().rev().find(is_it))
    }

    /// All that are remembered, by their numbers.
    pub fn entries(&self) -> Vec<CallbackEntry> {
        let open = self.open.values().map(|open| &open.entry);
        let mut entries: Vec<_> = self.done.iter().chain(open).cloned().collect();
        entries.sort_by_key(|entry| entry.number);
        entries
    }

    /// How many there were of each kind.
    #[cfg(feature = "page")]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many there were in all.
    #[cfg(feature = "page")]
    pub fn total(&self) -> u64 {
        self.next
    }

    /// How many are still to be taken.
    #[cfg(feature = "page")]
    pub fn waiting(&self) -> u64 {
        self.next - self.counts.not_sent - self.counts.taken - self.counts.given_up
    }

    /// The last so many, the latest first.
    #[cfg(feature = "page")]
    pub fn latest(&self, count: usize) -> Vec<&CallbackEntry> {
        let open = self.open.values().rev().map(|open| &open.entry);
        let mut entries: Vec<_> = open.take(count).chain(self.done.iter().rev().take(count)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.number));
        entries.truncate(count);
        entries
    }

    fn held_back(&mut self) -> Duration {
        self.habits.hold_back.mul_f64(self.random.rng().f64())
    }

    fn finish(&mut self, entry: CallbackEntry) {
        if self.done.len() == REMEMBERED {
            self.done.pop_front();
        }
        self.done.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn what_waits_and_what_is_due_survive_a_restart() {
        let now = Moment::from_millis(1_894_698_000_000);
        let mut state = State::new(1);
        state.callbacks.targets.set(None, "http://127.0.0.1/").unwrap();
        for _ in 0..2 {
            let (document, callback) = ("workflow".to_owned(), "callFinished".to_owned());
            state.outbox.push(Push { document, callback, body: Json::Null });
        }
        state.run(now);
        state.pushed(0, Attempt::new(now, Err("down".to_owned())));
        let mut state: State = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        let due = |state: &State| state.callbacks.due(9).iter().map(|due| due.number).collect::<Vec<_>>();
        assert_eq!(due(&state), [1]);
        state.run(now + PAUSE);
        assert_eq!(due(&state), [1, 0]);
    }
}
