//! Times that are texts on the wire.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::de::Deserializer;
use serde::{Serialize, Serializer};

use super::InvalidTime;
use super::calendar::{Clock, Day, from_seconds};
use super::parse::Parts;
use super::system::system_time;
use crate::Decode;
use crate::decode::deserialize_by_decode;

macro_rules! text_time {
    ($(#[$doc:meta])* $name:ident, $form:literal, $example:literal, $is_strict:expr) => {
        $(#[$doc])*
        ///
        /// Reading is lenient: any of the vendor's forms will do, and a text that is no time at all is kept, only
        /// that its parts are `None`. It is written back exactly as it came. Parsing with `FromStr` is strict.
        ///
        /// Two are equal when their texts are; they are ordered by the moment first, where a missing offset counts
        /// as UTC.
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            pub(super) const INVALID: InvalidTime = InvalidTime::new($form, $example);

            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub(super) fn parts(&self) -> Option<Parts> {
                Parts::parse(&self.0)
            }

            /// The year, 1 to 9999.
            #[must_use]
            pub fn year(&self) -> Option<u16> {
                self.parts().map(|parts| parts.day.year)
            }

            /// The month, 1 to 12.
            #[must_use]
            pub fn month(&self) -> Option<u8> {
                self.parts().map(|parts| parts.day.month)
            }

            /// The day of the month, 1 to 31.
            #[must_use]
            pub fn day(&self) -> Option<u8> {
                self.parts().map(|parts| parts.day.day)
            }
        }

        impl Decode for $name {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::decode(deserializer).map(|text| Self(text.into()))
            }

            /// The empty text is `None` as well.
            fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let text = String::decode_option(deserializer)?;
                Ok(text.filter(|text| !text.is_empty()).map(|text| Self(text.into())))
            }
        }

        deserialize_by_decode!($name);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidTime;

            fn from_str(text: &str) -> Result<Self, InvalidTime> {
                let is_strict: fn(&str, Parts) -> bool = $is_strict;
                match Parts::parse(text) {
                    Some(parts) if is_strict(text, parts) => Ok(Self(text.into())),
                    _ => Err(Self::INVALID),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({:?})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                let key = |time: &Self| time.parts().map(|parts| parts.instant());
                key(self).cmp(&key(other)).then_with(|| self.0.cmp(&other.0))
            }
        }
    };
}

macro_rules! clock_time {
    ($name:ident) => {
        impl $name {
            fn clock(&self) -> Option<Clock> {
                self.parts()?.clock
            }

            /// The hour, 0 to 23.
            #[must_use]
            pub fn hour(&self) -> Option<u8> {
                self.clock().map(|clock| clock.hour)
            }

            /// The minute, 0 to 59.
            #[must_use]
            pub fn minute(&self) -> Option<u8> {
                self.clock().map(|clock| clock.minute)
            }

            /// The second, 0 to 59, or 60 in a leap second.
            #[must_use]
            pub fn second(&self) -> Option<u8> {
                self.clock().map(|clock| clock.second)
            }

            /// The fraction of the second, in nanoseconds.
            #[must_use]
            pub fn nanosecond(&self) -> Option<u32> {
                self.clock().map(|clock| clock.nanosecond)
            }

            /// The offset from UTC in seconds, east is positive; `None` when the text does not say.
            #[must_use]
            pub fn utc_offset_seconds(&self) -> Option<i32> {
                self.parts()?.offset
            }

            /// Seconds since 1970-01-01 00:00:00 UTC; `None` when the text does not say its offset.
            #[must_use]
            pub fn unix_seconds(&self) -> Option<i64> {
                self.parts()?.unix_seconds()
            }

            /// The moment as the system's clock tells it; `None` when the text does not say its offset.
            #[must_use]
            pub fn system_time(&self) -> Option<SystemTime> {
                system_time(self.unix_seconds()?, self.nanosecond()?)
            }
        }
    };
}

text_time! {
    /// A day, such as `2024-01-02`.
    Date, "YYYY-MM-DD", "2024-01-02", |text, parts| text == write_day(parts.day)
}

text_time! {
    /// A time without a zone, such as `2024-01-02 03:04:05`. Which zone is meant depends on the account.
    LocalTime, "YYYY-MM-DD HH:MM:SS", "2024-01-02 03:04:05",
    |text, parts| parts.clock.is_some_and(|clock| text == write_local(parts.day, clock))
}

text_time! {
    /// A time with its offset from UTC, such as `2024-01-02 03:04:05+08:00`.
    OffsetTime, "YYYY-MM-DD HH:MM:SS+HH:MM", "2024-01-02 03:04:05+08:00",
    |text, parts| match (parts.clock, parts.offset) {
        (Some(clock), Some(offset)) => text == write_offset(parts.day, clock, offset),
        _ => false,
    }
}

text_time! {
    /// A time by RFC 3339, such as `2024-01-02T03:04:05Z`.
    DateTime, "YYYY-MM-DDTHH:MM:SS[.fraction]Z, or with +HH:MM instead of Z (RFC 3339)", "2024-01-02T03:04:05Z",
    |text, parts| parts.offset.is_some() && is_rfc3339(text)
}

clock_time!(LocalTime);
clock_time!(OffsetTime);
clock_time!(DateTime);

impl Date {
    /// A day.
    ///
    /// # Errors
    ///
    /// When there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidTime> {
        Day::new(year, month, day).map(Self::from_day).ok_or(Self::INVALID)
    }

    pub(super) fn from_day(day: Day) -> Self {
        Self(write_day(day).into())
    }
}

impl LocalTime {
    /// A time without a zone.
    ///
    /// # Errors
    ///
    /// When there is no such time.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Result<Self, InvalidTime> {
        let day = Day::new(year, month, day).ok_or(Self::INVALID)?;
        let clock = Clock::new(hour, minute, second, 0).ok_or(Self::INVALID)?;
        Ok(Self::from_parts(day, clock))
    }

    pub(super) fn from_parts(day: Day, clock: Clock) -> Self {
        Self(write_local(day, clock).into())
    }
}

impl OffsetTime {
    /// A time and its offset from UTC in seconds, which are whole minutes: `8 * 3600` is +08:00.
    ///
    /// # Errors
    ///
    /// When there is no such time or offset.
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        utc_offset_seconds: i32,
    ) -> Result<Self, InvalidTime> {
        let day = Day::new(year, month, day).ok_or(Self::INVALID)?;
        let clock = Clock::new(hour, minute, second, 0).ok_or(Self::INVALID)?;
        Self::from_parts(day, clock, utc_offset_seconds)
    }

    /// The moment so many seconds after 1970-01-01 00:00:00 UTC, written with this offset from UTC in seconds.
    ///
    /// # Errors
    ///
    /// When it is outside of the years 1 to 9999, or there is no such offset.
    pub fn from_unix_seconds(seconds: i64, utc_offset_seconds: i32) -> Result<Self, InvalidTime> {
        let local = seconds.checked_add(utc_offset_seconds.into()).and_then(from_seconds);
        let (day, clock) = local.ok_or(Self::INVALID)?;
        Self::from_parts(day, clock, utc_offset_seconds)
    }

    pub(super) fn from_parts(day: Day, clock: Clock, offset: i32) -> Result<Self, InvalidTime> {
        let fits = offset % 60 == 0 && offset.unsigned_abs() < 86_400;
        if fits { Ok(Self(write_offset(day, clock, offset).into())) } else { Err(Self::INVALID) }
    }
}

impl DateTime {
    /// The moment so many seconds after 1970-01-01 00:00:00 UTC.
    ///
    /// # Errors
    ///
    /// When it is outside of the years 1 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, InvalidTime> {
        let (day, clock) = from_seconds(seconds).ok_or(Self::INVALID)?;
        Ok(Self::from_parts(day, clock))
    }

    /// In UTC, with as many digits of a fraction as it takes.
    pub(super) fn from_parts(day: Day, clock: Clock) -> Self {
        let fraction = match clock.nanosecond {
            0 => String::new(),
            nanosecond => format!(".{nanosecond:09}").trim_end_matches('0').to_owned(),
        };
        Self(format!("{}T{}{fraction}Z", write_day(day), write_clock(clock)).into())
    }
}

fn write_day(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

fn write_clock(clock: Clock) -> String {
    format!("{:02}:{:02}:{:02}", clock.hour, clock.minute, clock.second)
}

fn write_local(day: Day, clock: Clock) -> String {
    format!("{} {}", write_day(day), write_clock(clock))
}

fn write_offset(day: Day, clock: Clock, offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    format!("{}{sign}{:02}:{:02}", write_local(day, clock), minutes / 60, minutes % 60)
}

/// Of a text that is a time with an offset: does it have the `T`, the seconds and the colons that RFC 3339 wants?
fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied();
    let zone = match bytes.last() {
        Some(b'Z' | b'z') => bytes.len().checked_sub(1),
        _ => bytes.len().checked_sub(6).filter(|zone| at(zone + 3) == Some(b':')),
    };
    // The seconds end at 19, where either the fraction or the zone begins.
    let begins_well = matches!(at(10), Some(b'T' | b't')) && at(16) == Some(b':');
    begins_well
        && zone.is_some_and(|zone| {
            zone == 19 || (zone > 20 && at(19) == Some(b'.') && at(zone - 1) != Some(b' '))
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn parsing_is_strict() {
        assert!("2024-01-02".parse::<Date>().is_ok());
        assert!("2024-01-02 03:04:05".parse::<LocalTime>().is_ok());
        assert!("2024-01-02 03:04:05-03:30".parse::<OffsetTime>().is_ok());
        for text in ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123456789+08:00", "2024-01-02t03:04:05.5z"]
        {
            assert!(text.parse::<DateTime>().is_ok(), "{text}");
        }

        assert!("2024-01-02 00:00:00".parse::<Date>().is_err());
        for text in
            ["2024-01-02", "2024-01-02T03:04:05", "2024-01-02 03:04", "2024-01-02 03:04:05+08:00", "--", ""]
        {
            assert!(text.parse::<LocalTime>().is_err(), "{text}");
        }
        for text in ["2024-01-02 03:04:05", "2024-01-02 03:04:05Z", "2024-01-02 03:04:05+0800"] {
            assert!(text.parse::<OffsetTime>().is_err(), "{text}");
        }
        for text in [
            "2024-01-02 03:04:05Z",
            "2024-01-02T03:04Z",
            "2024-01-02T03:04:05",
            "2024-01-02T03:04:05+0800",
            "2024-01-02T03:04:05 +08:00",
            "2024-01-02T03:04:05,5Z",
            "2024-01-02T03:04:05.5+08",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn errors_give_an_example() {
        let error = "tomorrow".parse::<OffsetTime>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"expected a time of the form YYYY-MM-DD HH:MM:SS+HH:MM, for example "2024-01-02 03:04:05+08:00""#
        );
        for example in [LocalTime::INVALID, OffsetTime::INVALID, DateTime::INVALID, Date::INVALID] {
            assert!(Parts::parse(example.example()).is_some());
        }
    }

    #[test]
    fn parts() {
        let time = OffsetTime::new(2024, 1, 2, 3, 4, 5, -12_600).unwrap();
        assert_eq!(time.as_str(), "2024-01-02 03:04:05-03:30");
        assert_eq!((time.year(), time.month(), time.day()), (Some(2024), Some(1), Some(2)));
        assert_eq!((time.hour(), time.minute(), time.second()), (Some(3), Some(4), Some(5)));
        assert_eq!((time.nanosecond(), time.utc_offset_seconds()), (Some(0), Some(-12_600)));
        assert_eq!(time.unix_seconds(), Some(1_704_164_645 + 12_600));
        assert_eq!(LocalTime::new(2024, 1, 2, 3, 4, 5).unwrap().unix_seconds(), None);
        assert_eq!(Date::new(2024, 2, 29).unwrap().to_string(), "2024-02-29");
    }

    #[test]
    fn system_times() {
        let time: DateTime = "1970-01-01T08:00:01.5+08:00".parse().unwrap();
        assert_eq!(time.system_time(), SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(1500)));
        assert_eq!(LocalTime::new(2024, 1, 2, 3, 4, 5).unwrap().system_time(), None);
    }

    #[test]
    fn what_is_no_time_is_kept() {
        let time: LocalTime = serde_json::from_str("\"--\"").unwrap();
        assert_eq!((time.as_str(), time.year(), time.hour(), time.unix_seconds()), ("--", None, None, None));
        let earliest: LocalTime = serde_json::from_str("\"0001-01-01 00:00:00\"").unwrap();
        assert_eq!(earliest.year(), Some(1));
        assert!(time < earliest);
        // An integer too, as its text.
        assert_eq!(serde_json::from_str::<DateTime>("1704164645").unwrap().as_str(), "1704164645");
    }

    #[test]
    fn what_cannot_be_made() {
        assert!(Date::new(2023, 2, 29).is_err());
        assert!(LocalTime::new(2024, 1, 2, 24, 0, 0).is_err());
        assert!(OffsetTime::new(2024, 1, 2, 3, 4, 5, 30).is_err());
        assert!(OffsetTime::new(2024, 1, 2, 3, 4, 5, 86_400).is_err());
        assert!(OffsetTime::from_unix_seconds(i64::MAX, 0).is_err());
        assert!(OffsetTime::from_unix_seconds(i64::MAX, 60).is_err());
        assert!(OffsetTime::from_unix_seconds(0, i32::MIN).is_err());
        assert!(DateTime::from_unix_seconds(i64::MIN).is_err());
    }

    #[test]
    fn the_moment_orders() {
        let early: DateTime = serde_json::from_str("\"2024-01-02T03:04:05+08:00\"").unwrap();
        let late: DateTime = serde_json::from_str("\"2024-01-02 00:00:00Z\"").unwrap();
        let later: DateTime = serde_json::from_str("\"2024-01-02 00:00:00.5Z\"").unwrap();
        assert!(early < late && late < later);
    }
}
