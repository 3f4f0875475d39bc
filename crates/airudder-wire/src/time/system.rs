//! Moments of the system's clock.

use std::time::{Duration, SystemTime};

/// The moment so long after 1970-01-01 00:00:00 UTC; `None` where the system's clock does not reach.
pub(super) fn system_time(seconds: i64, nanoseconds: u32) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    second?.checked_add(Duration::from_nanos(nanoseconds.into()))
}
