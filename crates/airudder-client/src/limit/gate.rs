//! The gates that requests pass: one for each group of operations, and one for all.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::RateLimit;
use super::rate::Rate;

/// What a request holds while it is under way.
pub(crate) type Permit = Option<OwnedSemaphorePermit>;

/// The gates of a client.
///
/// Those who wait pass in the order in which they came. Whoever is dropped while waiting leaves nothing behind: a turn is
/// taken at the moment of passing.
#[derive(Default)]
pub(crate) struct Gates {
    /// How many requests may be under way.
    concurrency: Option<Arc<Semaphore>>,
    /// By the beginning of an operation's id.
    rates: BTreeMap<String, Gate>,
    pauses: Pauses,
}

/// The limit of a group.
struct Gate {
    /// Held by the one who is next: a semaphore of one is a fair queue.
    queue: Semaphore,
    rate: Rate,
}

impl Gates {
    pub(crate) fn new(concurrency: Option<usize>, rates: &BTreeMap<String, RateLimit>) -> Self {
        let gate = |limit: &RateLimit| Gate { queue: Semaphore::new(1), rate: Rate::new(*limit) };
        Self {
            concurrency: concurrency
                .map(|limit| Arc::new(Semaphore::new(limit.clamp(1, Semaphore::MAX_PERMITS)))),
            rates: rates.iter().map(|(group, limit)| (group.clone(), gate(limit))).collect(),
            pauses: Pauses::default(),
        }
    }

    /// Waits until an operation may be sent.
    pub(crate) async fn pass(&self, operation: &'static str) -> Permit {
        let gate = self.gate(operation);
        if gate.is_none() && self.concurrency.is_none() && !self.pauses.is_any.load(Ordering::Acquire) {
            return None;
        }
        let _next = match gate {
            // The semaphore is never closed.
            Some(gate) => gate.queue.acquire().await.ok(),
            None => None,
        };
        let permit = match &self.concurrency {
            Some(concurrency) => Arc::clone(concurrency).acquire_owned().await.ok(),
            None => None,
        };
        loop {
            let now = Instant::now();
            let resumes = self.pauses.end(group(operation), now);
            let turn = match (resumes, gate) {
                (Some(resumes), _) => resumes,
                (None, Some(gate)) => match gate.rate.take(now) {
                    Ok(()) => return permit,
                    Err(wait) => now + wait,
                },
                (None, None) => return permit,
            };
            sleep_until(turn).await;
        }
    }

    /// Lets nothing of the operation's group pass for a time.
    pub(crate) fn pause(&self, operation: &'static str, wait: Duration) {
        self.pauses.begin(group(operation), wait);
    }

    /// The gate of the longest group that the operation is in.
    fn gate(&self, operation: &str) -> Option<&Gate> {
        let is_in = |group: &str| {
            operation.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.rates.iter().rev().find(|(group, _)| is_in(group)).map(|(_, gate)| gate)
    }
}

/// The product of an operation: the vendor's 429 is taken to be about all of it.
fn group(operation: &'static str) -> &'static str {
    operation.split('.').next().unwrap_or(operation)
}

/// Until when groups rest.
#[derive(Default)]
struct Pauses {
    /// Whether there is any, so that those who pass need no lock.
    is_any: AtomicBool,
    until: Mutex<BTreeMap<&'static str, Instant>>,
}

impl Pauses {
    fn begin(&self, group: &'static str, wait: Duration) {
        let Some(until) = Instant::now().checked_add(wait) else { return };
        let mut all = self.lock();
        let end = all.entry(group).or_insert(until);
        *end = until.max(*end);
        self.is_any.store(true, Ordering::Release);
    }

    /// When a group's rest is over, if it is not yet.
    fn end(&self, group: &'static str, now: Instant) -> Option<Instant> {
        if !self.is_any.load(Ordering::Acquire) {
            return None;
        }
        let mut all = self.lock();
        all.retain(|_, until| *until > now);
        self.is_any.store(!all.is_empty(), Ordering::Release);
        all.get(group).copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    fn gates(concurrency: Option<usize>, rates: &[(&str, RateLimit)]) -> Gates {
        let rates = rates.iter().map(|(group, limit)| ((*group).to_owned(), *limit)).collect();
        Gates::new(concurrency, &rates)
    }

    fn is_pending<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
        future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_is_kept_by_each_group() {
        let gates = gates(None, &[("a", RateLimit::per_second(1)), ("a.fast", RateLimit::per_second(100))]);
        let start = Instant::now();
        for _ in 0..4 {
            gates.pass("a.slow").await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        for _ in 0..11 {
            gates.pass("a.fast").await;
        }
        assert_eq!(start.elapsed().as_millis(), 3_100);
        for _ in 0..100 {
            gates.pass("ab.free").await;
        }
        assert_eq!(start.elapsed().as_millis(), 3_100);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_dropped_takes_no_turn_and_the_others_keep_their_order() {
        let gates = gates(None, &[("a", RateLimit::per_second(1))]);
        gates.pass("a.x").await;
        let start = Instant::now();
        let mut first = Box::pin(gates.pass("a.x"));
        let mut second = Box::pin(gates.pass("a.x"));
        let mut third = Box::pin(gates.pass("a.x"));
        for waiting in [&mut first, &mut second, &mut third] {
            assert!(is_pending(waiting.as_mut()));
        }
        drop(first);
        second.await;
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        third.await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_are_under_way_and_no_more() {
        let gates = gates(Some(2), &[]);
        let one = gates.pass("a.x").await;
        let two = gates.pass("b.x").await;
        let mut dropped = Box::pin(gates.pass("c.x"));
        assert!(is_pending(dropped.as_mut()));
        let mut three = pin!(gates.pass("d.x"));
        assert!(is_pending(three.as_mut()));
        drop(one);
        assert!(is_pending(three.as_mut()), "the place is that of the one who came first");
        drop(dropped);
        assert!(!is_pending(three.as_mut()));
        drop(two);
    }

    /// Calls that wait for a place must not be let out as a burst when places get free.
    #[tokio::test(start_paused = true)]
    async fn the_wait_for_a_place_does_not_save_up_turns() {
        let gates = gates(Some(1), &[("a", RateLimit::per_second(1))]);
        let held = gates.pass("b.x").await;
        let mut first = Box::pin(gates.pass("a.x"));
        let mut second = Box::pin(gates.pass("a.x"));
        assert!(is_pending(first.as_mut()) && is_pending(second.as_mut()));
        tokio::time::advance(Duration::from_secs(10)).await;
        drop(held);
        let start = Instant::now();
        drop(first.await);
        drop(second.await);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_for_all_of_a_product() {
        let gates = gates(None, &[]);
        let start = Instant::now();
        gates.pause("a.x", Duration::from_secs(5));
        gates.pause("a.y", Duration::from_secs(2));
        gates.pass("b.x").await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        gates.pass("a.z").await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert!(!gates.pauses.is_any.load(Ordering::Relaxed));
    }
}
