//! The time by which a token ages.

use std::time::{Instant, SystemTime};

/// Tells the time; replaced in tests so that a day passes at once.
pub(crate) trait Clock: Send + Sync {
    /// The time of this process, which never goes back: a token in memory ages by it.
    fn now(&self) -> Instant;

    /// The time of day, which several processes share: a token in a store ages by it.
    fn wall(&self) -> SystemTime;
}

/// The clock of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands still until it is moved.
#[cfg(test)]
#[derive(Clone)]
pub(crate) struct TestClock(std::sync::Arc<std::sync::Mutex<(Instant, SystemTime)>>);

#[cfg(test)]
impl TestClock {
    pub(crate) fn new() -> Self {
        let now = (Instant::now(), SystemTime::now());
        Self(std::sync::Arc::new(std::sync::Mutex::new(now)))
    }

    pub(crate) fn advance(&self, by: std::time::Duration) {
        let mut time = self.0.lock().unwrap();
        time.0 += by;
        time.1 += by;
    }
}

#[cfg(test)]
impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.0.lock().unwrap().0
    }

    fn wall(&self) -> SystemTime {
        self.0.lock().unwrap().1
    }
}
