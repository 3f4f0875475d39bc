//! Keys in memory.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use airudder_wire::DedupKey;

use super::in_hand::InHand;
use super::{Claim, DuplicateGuard, GuardFuture};

/// Remembers keys in memory: for one process, until it ends.
///
/// When it is full it forgets the oldest key, however young. A key takes about a hundred bytes.
pub struct MemoryGuard {
    capacity: usize,
    retention: Duration,
    in_hand: InHand,
    recorded: Mutex<Recorded>,
}

#[derive(Default)]
struct Recorded {
    keys: HashSet<DedupKey>,
    /// The same keys, oldest first.
    order: VecDeque<(Instant, DedupKey)>,
}

impl MemoryGuard {
    /// How many keys are remembered by default.
    pub const DEFAULT_CAPACITY: usize = 100_000;
    /// How long a key is remembered by default. The vendor's repeats take about five minutes.
    pub const DEFAULT_RETENTION: Duration = Duration::from_secs(60 * 60);

    /// Remembers so many keys, for so long.
    #[must_use]
    pub fn new(capacity: usize, retention: Duration) -> Self {
        Self { capacity, retention, in_hand: InHand::default(), recorded: Mutex::default() }
    }

    fn is_recorded(&self, key: DedupKey, now: Instant) -> bool {
        let mut recorded = self.recorded();
        recorded.forget(self.capacity, self.retention, now);
        recorded.keys.contains(&key)
    }

    fn record_at(&self, key: DedupKey, now: Instant) {
        let mut recorded = self.recorded();
        if recorded.keys.insert(key) {
            recorded.order.push_back((now, key));
        }
        recorded.forget(self.capacity, self.retention, now);
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorded {
    fn forget(&mut self, capacity: usize, retention: Duration, now: Instant) {
        while let Some((at, key)) = self.order.front() {
            if self.order.len() <= capacity && now.saturating_duration_since(*at) < retention {
                break;
            }
            self.keys.remove(key);
            self.order.pop_front();
        }
    }
}

impl Default for MemoryGuard {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY, Self::DEFAULT_RETENTION)
    }
}

impl DuplicateGuard for MemoryGuard {
    fn claim(&self, key: DedupKey) -> GuardFuture<'_, Claim> {
        Box::pin(async move {
            let Some(taken) = self.in_hand.take(key) else { return Ok(Claim::InHand) };
            if self.is_recorded(key, Instant::now()) {
                return Ok(Claim::Recorded);
            }
            taken.keep();
            Ok(Claim::New)
        })
    }

    fn record(&self, key: DedupKey) -> GuardFuture<'_, ()> {
        self.record_at(key, Instant::now());
        Box::pin(ready(Ok(())))
    }

    fn release(&self, key: DedupKey) {
        self.in_hand.release(key);
    }
}

impl fmt::Debug for MemoryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryGuard")
            .field("capacity", &self.capacity)
            .field("retention", &self.retention)
            .field("keys", &self.recorded().keys.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn key(number: u8) -> DedupKey {
        DedupKey::from_bytes([number; 16])
    }

    #[test]
    fn a_full_guard_forgets_the_oldest() {
        let guard = MemoryGuard::new(2, HOUR);
        let now = Instant::now();
        for number in [1, 2, 2, 3] {
            guard.record_at(key(number), now);
        }
        assert_eq!([1, 2, 3].map(|number| guard.is_recorded(key(number), now)), [false, true, true]);
        let recorded = guard.recorded();
        assert_eq!((recorded.order.len(), recorded.keys.len()), (2, 2));
    }

    #[test]
    fn keys_expire() {
        let guard = MemoryGuard::new(10, HOUR);
        let now = Instant::now();
        guard.record_at(key(1), now);
        guard.record_at(key(2), now + HOUR / 2);
        let later = now + HOUR;
        assert_eq!([1, 2].map(|number| guard.is_recorded(key(number), later)), [false, true]);
        assert!(!guard.is_recorded(key(2), later + HOUR));
        assert!(guard.recorded().order.is_empty());
    }
}
