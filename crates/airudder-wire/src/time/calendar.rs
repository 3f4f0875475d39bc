//! The Gregorian calendar, years 1 to 9999.

/// A day that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
}

/// A time of day; the second is 60 in a leap second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clock {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) nanosecond: u32,
}

const DAY: i64 = 86_400;

impl Day {
    pub(super) fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let fits = (1..=9999).contains(&year) && (1..=days_in_month(year, month)).contains(&day);
        fits.then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    pub(super) fn since_epoch(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
    }

    fn from_epoch_days(days: i64) -> Option<Self> {
        let days = days.checked_add(719_468)?;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = (shifted + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
    }
}

impl Clock {
    pub(super) fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Option<Self> {
        let fits = hour < 24 && minute < 60 && second <= 60 && nanosecond < 1_000_000_000;
        fits.then_some(Self { hour, minute, second, nanosecond })
    }

    fn since_midnight(self) -> i64 {
        i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }
}

/// Seconds since 1970-01-01 00:00:00 of the same zone.
pub(super) fn to_seconds(day: Day, clock: Clock) -> i64 {
    day.since_epoch() * DAY + clock.since_midnight()
}

/// The reverse of [`to_seconds`]; `None` outside of the years 1 to 9999.
pub(super) fn from_seconds(seconds: i64) -> Option<(Day, Clock)> {
    let day = Day::from_epoch_days(seconds.div_euclid(DAY))?;
    let rest = seconds.rem_euclid(DAY);
    let part = |value: i64| u8::try_from(value).ok();
    Some((day, Clock::new(part(rest / 3_600)?, part(rest / 60 % 60)?, part(rest % 60)?, 0)?))
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        let mut since_epoch = -719_162;
        while year <= 9999 {
            let today = Day::new(year, month, day).unwrap();
            assert_eq!(today.since_epoch(), since_epoch);
            assert_eq!(Day::from_epoch_days(since_epoch), Some(today));
            since_epoch += 1;
            (year, month, day) = match (month, day == days_in_month(year, month)) {
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
                (_, false) => (year, month, day + 1),
            };
        }
        assert_eq!(Day::from_epoch_days(-719_163), None);
        assert_eq!(Day::from_epoch_days(since_epoch), None);
        assert_eq!(Day::new(1970, 1, 1).unwrap().since_epoch(), 0);
    }

    #[test]
    fn days_that_do_not_exist() {
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 0, 1),
            (2024, 13, 1),
            (2024, 1, 0),
            (0, 1, 1),
        ] {
            assert_eq!(Day::new(year, month, day), None);
        }
        assert!(Day::new(2000, 2, 29).is_some());
        assert!(Clock::new(23, 59, 60, 999_999_999).is_some());
        assert_eq!(Clock::new(24, 0, 0, 0), None);
        assert_eq!(from_seconds(i64::MAX), None);
        assert_eq!(from_seconds(i64::MIN), None);
    }
}
