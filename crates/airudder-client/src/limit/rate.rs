//! So many requests in a time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many requests may begin in a time, and how many at once after a pause.
///
/// ```
/// use airudder_client::RateLimit;
///
/// let limit = RateLimit::per_second(20).burst(5);
/// # drop(limit);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// So many requests in a second, evenly spread. Zero is taken for one.
    #[must_use]
    pub fn per_second(requests: u32) -> Self {
        Self { interval: Duration::from_secs(1) / requests.max(1), burst: 1 }
    }

    /// So many requests in a minute, evenly spread. Zero is taken for one.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        Self { interval: Duration::from_secs(60) / requests.max(1), burst: 1 }
    }

    /// Sets how many requests may begin at once after a pause: 1 by default, and at least 1.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = requests.max(1);
        self
    }
}

/// The state of a limit: the generic cell rate algorithm, which needs one instant and no timer of its own.
pub(crate) struct Rate {
    limit: RateLimit,
    /// When the next request would begin if all came evenly.
    due: Mutex<Option<Instant>>,
}

impl Rate {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, due: Mutex::default() }
    }

    /// Takes a turn, or tells how long to wait before asking again.
    pub(crate) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = due.map_or(now, |due| due.max(now));
        let ahead = self.limit.interval.saturating_mul(self.limit.burst - 1);
        let wait = next.saturating_duration_since(now).saturating_sub(ahead);
        if !wait.is_zero() {
            return Err(wait);
        }
        *due = Some(next + self.limit.interval);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_followed_by_an_even_flow() {
        let rate = Rate::new(RateLimit::per_second(10).burst(3));
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        for _ in 0..3 {
            rate.take(at(0)).unwrap();
        }
        assert_eq!(rate.take(at(0)), Err(Duration::from_millis(100)));
        assert_eq!(rate.take(at(40)), Err(Duration::from_millis(60)));
        rate.take(at(100)).unwrap();
        assert_eq!(rate.take(at(100)), Err(Duration::from_millis(100)));
        for _ in 0..3 {
            rate.take(at(1_000)).unwrap();
        }
        rate.take(at(1_000)).unwrap_err();
    }

    #[test]
    fn zero_means_one() {
        assert_eq!(RateLimit::per_minute(0).burst(0), RateLimit::per_minute(1));
        assert_eq!(RateLimit::per_second(0), RateLimit::per_minute(60));
    }
}
