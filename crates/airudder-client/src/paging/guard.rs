//! Notices a server that goes round in circles.

use std::collections::HashSet;

use serde::Serialize;

use crate::digest::{Digest, measure};

/// Knows the page before, and one further back.
pub(super) struct Guard {
    last: Option<Digest>,
    rows: HashSet<Digest>,
    /// An older page, now and then replaced by a newer one: it meets every circle in the end, however long (Brent).
    anchor: Option<Digest>,
    count: u64,
}

/// A page that the guard has looked at.
pub(super) struct Seen {
    pub(super) digest: Digest,
    rows: HashSet<Digest>,
}

impl Guard {
    /// Begins behind a page.
    pub(super) fn behind(last: Option<Digest>) -> Self {
        Self { last, rows: HashSet::new(), anchor: last, count: 1 }
    }

    /// Looks at a page; `None` if it was given before.
    pub(super) fn look<T: Serialize>(&self, items: &[T]) -> Option<Seen> {
        let mut digest = Digest::EMPTY;
        let mut rows = HashSet::with_capacity(items.len());
        for item in items {
            // What was read from JSON can be written as JSON.
            let row = measure(item).map_or(Digest::EMPTY, |(row, _)| row);
            digest.chain(row);
            rows.insert(row);
        }
        let is_known = [self.last, self.anchor].contains(&Some(digest));
        (!is_known).then_some(Seen { digest, rows })
    }

    /// Goes on behind that page, and tells how many of its rows the page before had as well.
    pub(super) fn pass(&mut self, page: Seen) -> usize {
        let repeated = page.rows.intersection(&self.rows).count();
        self.last = Some(page.digest);
        self.rows = page.rows;
        if self.count.is_power_of_two() {
            self.anchor = self.last;
        }
        self.count += 1;
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages until one is refused.
    fn pages(mut next: impl FnMut(usize) -> usize) -> usize {
        let mut guard = Guard::behind(None);
        for count in 0..1_000 {
            let Some(seen) = guard.look(&[next(count)]) else { return count };
            guard.pass(seen);
        }
        1_000
    }

    #[test]
    fn every_circle_is_met() {
        assert_eq!(pages(|count| count), 1_000);
        assert_eq!(pages(|_| 5), 1);
        assert_eq!(pages(|count| count.min(20)), 21, "the last page over and over");
        for length in 1..50 {
            for lead in 0..20 {
                let count = pages(|count| if count < lead { count } else { lead + (count - lead) % length });
                assert!(count <= 3 * (lead + length), "{length} after {lead}: {count}");
            }
        }
    }

    #[test]
    fn rows_that_come_again_are_counted() {
        let mut guard = Guard::behind(None);
        let first = guard.look(&[1, 2, 3]).unwrap();
        assert_eq!(guard.pass(first), 0);
        let second = guard.look(&[3, 4]).unwrap();
        assert_eq!(guard.pass(second), 1);
    }
}
