//! The time by which a token ages.

use std::time::Instant;

/// Tells the time; replaced in tests so that a day passes at once.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// The clock of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// A clock that stands still until it is moved.
#[cfg(test)]
#[derive(Clone)]
pub(crate) struct TestClock(std::sync::Arc<std::sync::Mutex<Instant>>);

#[cfg(test)]
impl TestClock {
    pub(crate) fn new() -> Self {
        Self(std::sync::Arc::new(std::sync::Mutex::new(Instant::now())))
    }

    pub(crate) fn advance(&self, by: std::time::Duration) {
        *self.0.lock().unwrap() += by;
    }
}

#[cfg(test)]
impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}
