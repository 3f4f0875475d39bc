//! What will happen, by the sandbox's clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// Events in the order of their moments, and of their arrival where these are the same.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Schedule<E> {
    next: u64,
    #[serde(bound(serialize = "E: Serialize", deserialize = "E: Deserialize<'de>"))]
    events: BinaryHeap<Reverse<Due<E>>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Due<E> {
    at: Moment,
    number: u64,
    event: E,
}

impl<E> Schedule<E> {
    /// Plans an event.
    pub fn plan(&mut self, at: Moment, event: E) {
        self.events.push(Reverse(Due { at, number: self.next, event }));
        self.next += 1;
    }

    /// When the first event comes.
    pub fn first(&self) -> Option<Moment> {
        self.events.peek().map(|Reverse(due)| due.at)
    }

    /// Takes the first event out, if its moment has come.
    pub fn take(&mut self, now: Moment) -> Option<(Moment, E)> {
        if self.first()? > now {
            return None;
        }
        self.events.pop().map(|Reverse(due)| (due.at, due.event))
    }
}

impl<E> Default for Schedule<E> {
    fn default() -> Self {
        Self { next: 0, events: BinaryHeap::new() }
    }
}

impl<E> Ord for Due<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl<E> PartialOrd for Due<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Due<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<E> Eq for Due<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order() {
        let at = Moment::from_millis;
        let mut schedule = Schedule::default();
        for (millis, event) in [(20, 'c'), (10, 'a'), (20, 'd'), (10, 'b'), (30, 'e')] {
            schedule.plan(at(millis), event);
        }
        let mut taken = Vec::new();
        while let Some((_, event)) = schedule.take(at(20)) {
            taken.push(event);
        }
        assert_eq!((taken, schedule.first()), (vec!['a', 'b', 'c', 'd'], Some(at(30))));
    }
}
