//! The sandbox's own time.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use airudder_wire::OffsetTime;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// A point of the sandbox's time: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// As the vendor writes local times: `2030-01-15 09:00:00`. The sandbox lives in UTC.
    pub fn local(self) -> String {
        self.format("%Y-%m-%d %H:%M:%S")
    }

    /// As the vendor writes times with an offset: `2030-01-15 09:00:00+00:00`.
    pub fn offset(self) -> String {
        self.format("%Y-%m-%d %H:%M:%S%:z")
    }

    /// As RFC 3339 writes it: `2030-01-15T09:00:00Z`.
    pub fn rfc3339(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%SZ")
    }

    /// From a local time as the vendor writes it.
    pub fn from_local(text: &str) -> Option<Self> {
        let time = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
        Some(Self(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
    }

    /// From a time with an offset as the vendor writes it.
    pub fn from_offset(text: &str) -> Option<Self> {
        let time: OffsetTime = text.parse().ok()?;
        Some(Self(Timestamp::try_from(&time).ok()?.as_millisecond()))
    }

    fn format(self, format: &str) -> String {
        let time = Timestamp::from_millisecond(self.0).unwrap_or_default();
        time.to_zoned(Offset::UTC.to_time_zone()).strftime(format).to_string()
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub for Moment {
    type Output = Duration;

    /// Zero when `other` is later.
    fn sub(self, other: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(other.0)).unwrap_or(0))
    }
}

/// A clock that stands still or runs at some speed, and can be moved on.
#[derive(Debug)]
pub(crate) struct Clock {
    speed: f64,
    base: Mutex<Base>,
}

/// What the clock showed at an instant of real time.
#[derive(Clone, Copy, Debug)]
struct Base {
    moment: Moment,
    instant: Instant,
}

impl Clock {
    /// Starts at a moment; a second of real time is `speed` seconds here, none when it is zero.
    pub fn new(start: Moment, speed: f64) -> Self {
        Self { speed, base: Mutex::new(Base { moment: start, instant: Instant::now() }) }
    }

    /// What it shows.
    pub fn now(&self) -> Moment {
        self.shown(&lock(&self.base))
    }

    fn shown(&self, base: &Base) -> Moment {
        base.moment + base.instant.elapsed().mul_f64(self.speed)
    }

    /// How many of its seconds pass in one.
    #[cfg(feature = "page")]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Moves on to a moment, unless it is past.
    pub fn advance_to(&self, moment: Moment) {
        // Looked at and set in one go: of two who move it at once, the earlier must not take it back.
        let mut base = lock(&self.base);
        if moment > self.shown(&base) {
            *base = Base { moment, instant: Instant::now() };
        }
    }

    /// How long to wait in real time until a moment comes by itself; none when the clock stands still, or next to.
    pub fn until(&self, moment: Moment) -> Option<Duration> {
        Duration::try_from_secs_f64((moment - self.now()).as_secs_f64() / self.speed).ok()
    }
}

/// The value behind a lock, whatever became of others who held it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NINE: Moment = Moment::from_millis(1_894_698_000_000);

    #[test]
    fn times_are_written_as_the_vendor_does() {
        assert_eq!(NINE.local(), "2030-01-15 09:00:00");
        assert_eq!(NINE.offset(), "2030-01-15 09:00:00+00:00");
        assert_eq!(NINE.rfc3339(), "2030-01-15T09:00:00Z");
        assert_eq!(Moment::from_local("2030-01-15 09:00:00"), Some(NINE));
        assert_eq!(Moment::from_local("noon"), None);
        assert_eq!(Moment::from_offset("2030-01-15 17:00:00+08:00"), Some(NINE));
        assert_eq!(Moment::from_offset("2030-01-15 17:00:00"), None);
    }

    #[test]
    fn a_clock_that_stands_still_moves_when_it_is_told_to() {
        let clock = Clock::new(NINE, 0.0);
        assert_eq!(clock.now(), NINE);
        clock.advance_to(NINE + Duration::from_secs(60));
        clock.advance_to(NINE);
        assert_eq!(clock.now() - NINE, Duration::from_secs(60));
        assert_eq!(clock.until(NINE + Duration::from_secs(120)), None);
    }

    #[test]
    fn a_fast_clock_comes_sooner() {
        let clock = Clock::new(NINE, 3600.0);
        let wait = clock.until(clock.now() + Duration::from_secs(3600)).unwrap();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
    }

    #[test]
    fn what_would_never_come_is_not_waited_for() {
        for speed in [0.0, f64::MIN_POSITIVE, 1e-20] {
            let clock = Clock::new(NINE, speed);
            assert_eq!(clock.until(NINE + Duration::from_secs(60)), None, "{speed}");
        }
    }
}
