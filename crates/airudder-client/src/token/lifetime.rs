//! How long a token serves, and when the next one is asked for.

use std::time::Duration;

use crate::Error;

/// How long a token is used, from the moment it was asked for: 23 hours and 55 minutes.
///
/// The vendor lets it live for 24 hours; the margin is for requests under way and clocks that differ.
pub const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60 - 5 * 60);

/// Far more than any token lives, and far less than a clock can hold.
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The part of its life after which a token is renewed, at the earliest, and the part that chance adds to it.
const RENEWAL: f64 = 0.80;
const JITTER: f64 = 0.15;

/// The pause after the first failed renewal, and the longest; it doubles in between.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const MAX_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Refuses a lifetime that makes no sense.
pub(crate) fn check(lifetime: Duration) -> Result<(), Error> {
    if lifetime.is_zero() || lifetime > MAX_LIFETIME {
        return Err(Error::invalid_input(format!(
            "the lifetime of a token cannot be {lifetime:?}; give one above zero and up to a year"
        )));
    }
    Ok(())
}

/// How old a token is when it is renewed: drawn for each, so that processes which began together do not ask together.
pub(super) fn before_renewal(lifetime: Duration) -> Duration {
    lifetime.mul_f64(RENEWAL + JITTER * fastrand::f64())
}

/// How long to wait after this many renewals that failed in a row: the upper half is drawn.
pub(super) fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let longest = FIRST_PAUSE.saturating_mul(1 << doublings).min(MAX_PAUSE);
    longest.mul_f64(0.5 + 0.5 * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_between_80_and_95_percent_of_its_life() {
        let draws: Vec<_> = (0..10_000).map(|_| before_renewal(Duration::from_secs(1_000))).collect();
        let (first, last) = (draws.iter().min().unwrap(), draws.iter().max().unwrap());
        assert!(
            *first >= Duration::from_secs(800) && *last <= Duration::from_secs(950),
            "{first:?} {last:?}"
        );
        // Spread over the whole of it.
        assert!(*first < Duration::from_secs(805) && *last > Duration::from_secs(945), "{first:?} {last:?}");
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        for (failures, longest) in [(1, 5), (2, 10), (3, 20), (7, 300), (u32::MAX, 300)] {
            let longest = Duration::from_secs(longest);
            for _ in 0..1_000 {
                let pause = pause(failures);
                assert!(pause >= longest / 2 && pause <= longest, "{failures}: {pause:?}");
            }
        }
    }

    #[test]
    fn a_lifetime_is_above_zero_and_up_to_a_year() {
        for lifetime in [Duration::ZERO, Duration::MAX] {
            assert!(check(lifetime).unwrap_err().to_string().contains("up to a year"));
        }
        for lifetime in [Duration::from_nanos(1), DEFAULT_TOKEN_LIFETIME, MAX_LIFETIME] {
            check(lifetime).unwrap();
        }
    }
}
