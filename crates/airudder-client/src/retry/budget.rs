//! How much a client may send again.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Decision, RetryPolicy, Situation};

/// How many times a client may send again, over all of its calls: it keeps a vendor in trouble from being flooded.
///
/// There are some retries in reserve; each one takes one from it, and calls that succeed fill it up again. By default
/// there are 20, and ten calls that succeed earn one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    reserve: u32,
    calls_per_retry: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { reserve: 20, calls_per_retry: 10 }
    }
}

impl RetryBudget {
    /// A budget with so many retries in reserve, and one more for so many calls that succeed. Zero calls are taken for one.
    #[must_use]
    pub fn new(reserve: u32, calls_per_retry: u32) -> Self {
        Self { reserve, calls_per_retry: calls_per_retry.max(1) }
    }

    /// No limit but those of each call.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(u32::MAX, 1)
    }
}

/// What is left of a budget.
pub(crate) struct Reserve {
    budget: RetryBudget,
    /// In shares: `calls_per_retry` of them are one retry.
    shares: AtomicU32,
}

impl Reserve {
    pub(crate) fn new(budget: RetryBudget) -> Self {
        Self { budget, shares: AtomicU32::new(Self::full(budget)) }
    }

    fn full(budget: RetryBudget) -> u32 {
        budget.reserve.saturating_mul(budget.calls_per_retry)
    }

    /// Has a policy decide, with chance and with what is left here; a retry that it decides for is taken.
    pub(crate) fn decide(&self, policy: &RetryPolicy, situation: Situation) -> Decision {
        let has_budget = self.take();
        let decision = policy.decide(&Situation { has_budget, ..situation }, fastrand::f64());
        if has_budget && !matches!(decision, Decision::Retry { .. }) {
            self.give_back();
        }
        decision
    }

    /// Takes a retry, if there is one.
    fn take(&self) -> bool {
        self.change(|shares| shares.checked_sub(self.budget.calls_per_retry))
    }

    /// Gives a retry back that was not made.
    fn give_back(&self) {
        self.add(self.budget.calls_per_retry);
    }

    /// Notes a call that succeeded.
    pub(crate) fn earn(&self) {
        self.add(1);
    }

    fn add(&self, more: u32) {
        let full = Self::full(self.budget);
        // Nearly always it is full, and nothing is written.
        self.change(|shares| (shares < full).then(|| shares.saturating_add(more).min(full)));
    }

    fn change(&self, new: impl Fn(u32) -> Option<u32>) -> bool {
        self.shares.fetch_update(Ordering::Relaxed, Ordering::Relaxed, new).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_spent_and_earned() {
        let reserve = Reserve::new(RetryBudget::new(2, 3));
        assert!(reserve.take() && reserve.take() && !reserve.take());
        reserve.earn();
        reserve.earn();
        assert!(!reserve.take());
        reserve.earn();
        assert!(reserve.take() && !reserve.take());
        reserve.give_back();
        assert!(reserve.take() && !reserve.take());
    }

    #[test]
    fn the_reserve_does_not_grow_beyond_its_size() {
        let reserve = Reserve::new(RetryBudget::new(1, 2));
        for _ in 0..100 {
            reserve.earn();
        }
        assert!(reserve.take() && !reserve.take());
        assert!(!Reserve::new(RetryBudget::new(0, 1)).take());
        let unlimited = Reserve::new(RetryBudget::unlimited());
        assert!((0..100).all(|_| unlimited.take()));
    }
}
