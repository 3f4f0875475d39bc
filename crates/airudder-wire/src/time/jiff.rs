//! From and to the types of jiff. Forms without a fraction of the second cut it off.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned, civil};

use super::calendar::{Clock, Day};
use super::parse::Parts;
use super::{Date, DateTime, EpochMillis, EpochSeconds, InvalidTime, LocalTime, OffsetTime};

fn from_civil(date: civil::Date) -> Option<Day> {
    Day::new(date.year().try_into().ok()?, date.month().try_into().ok()?, date.day().try_into().ok()?)
}

fn to_civil(day: Day) -> Option<civil::Date> {
    civil::Date::new(day.year.try_into().ok()?, day.month.try_into().ok()?, day.day.try_into().ok()?).ok()
}

fn from_civil_time(time: civil::Time) -> Option<Clock> {
    let part = |value: i8| u8::try_from(value).ok();
    let nanosecond = time.subsec_nanosecond().try_into().ok()?;
    Clock::new(part(time.hour())?, part(time.minute())?, part(time.second())?, nanosecond)
}

fn to_civil_time(clock: Clock) -> Option<civil::Time> {
    let part = |value: u8| i8::try_from(value).ok();
    // jiff has no leap seconds.
    let second = part(clock.second.min(59))?;
    civil::Time::new(part(clock.hour)?, part(clock.minute)?, second, clock.nanosecond.try_into().ok()?).ok()
}

fn to_zoned(parts: Parts) -> Option<Zoned> {
    let time = to_civil(parts.day)?.to_datetime(to_civil_time(parts.clock?)?);
    let zone = TimeZone::fixed(Offset::from_seconds(parts.offset?).ok()?);
    time.to_zoned(zone).ok()
}

fn from_zoned(zoned: &Zoned) -> Option<(Day, Clock, i32)> {
    Some((from_civil(zoned.date())?, from_civil_time(zoned.time())?, zoned.offset().seconds()))
}

impl TryFrom<&Date> for civil::Date {
    type Error = InvalidTime;

    fn try_from(date: &Date) -> Result<Self, InvalidTime> {
        date.parts().and_then(|parts| to_civil(parts.day)).ok_or(Date::INVALID)
    }
}

impl TryFrom<civil::Date> for Date {
    type Error = InvalidTime;

    fn try_from(date: civil::Date) -> Result<Self, InvalidTime> {
        from_civil(date).map(Self::from_day).ok_or(Self::INVALID)
    }
}

impl TryFrom<&LocalTime> for civil::DateTime {
    type Error = InvalidTime;

    fn try_from(time: &LocalTime) -> Result<Self, InvalidTime> {
        let read = |parts: Parts| Some(to_civil(parts.day)?.to_datetime(to_civil_time(parts.clock?)?));
        time.parts().and_then(read).ok_or(LocalTime::INVALID)
    }
}

impl TryFrom<civil::DateTime> for LocalTime {
    type Error = InvalidTime;

    fn try_from(time: civil::DateTime) -> Result<Self, InvalidTime> {
        let parts = from_civil(time.date()).zip(from_civil_time(time.time()));
        parts.map(|(day, clock)| Self::from_parts(day, clock)).ok_or(Self::INVALID)
    }
}

impl TryFrom<&OffsetTime> for Zoned {
    type Error = InvalidTime;

    fn try_from(time: &OffsetTime) -> Result<Self, InvalidTime> {
        time.parts().and_then(to_zoned).ok_or(OffsetTime::INVALID)
    }
}

impl TryFrom<&OffsetTime> for Timestamp {
    type Error = InvalidTime;

    fn try_from(time: &OffsetTime) -> Result<Self, InvalidTime> {
        Zoned::try_from(time).map(|zoned| zoned.timestamp())
    }
}

impl TryFrom<&Zoned> for OffsetTime {
    type Error = InvalidTime;

    fn try_from(zoned: &Zoned) -> Result<Self, InvalidTime> {
        let (day, clock, offset) = from_zoned(zoned).ok_or(Self::INVALID)?;
        Self::from_parts(day, clock, offset)
    }
}

impl TryFrom<&DateTime> for Zoned {
    type Error = InvalidTime;

    fn try_from(time: &DateTime) -> Result<Self, InvalidTime> {
        time.parts().and_then(to_zoned).ok_or(DateTime::INVALID)
    }
}

impl TryFrom<&DateTime> for Timestamp {
    type Error = InvalidTime;

    fn try_from(time: &DateTime) -> Result<Self, InvalidTime> {
        Zoned::try_from(time).map(|zoned| zoned.timestamp())
    }
}

/// Written in UTC.
impl TryFrom<Timestamp> for DateTime {
    type Error = InvalidTime;

    fn try_from(time: Timestamp) -> Result<Self, InvalidTime> {
        let (day, clock, _) = from_zoned(&time.to_zoned(TimeZone::UTC)).ok_or(Self::INVALID)?;
        Ok(Self::from_parts(day, clock))
    }
}

/// Written in UTC.
impl TryFrom<&Zoned> for DateTime {
    type Error = InvalidTime;

    fn try_from(zoned: &Zoned) -> Result<Self, InvalidTime> {
        zoned.timestamp().try_into()
    }
}

impl TryFrom<&EpochMillis> for Timestamp {
    type Error = InvalidTime;

    fn try_from(time: &EpochMillis) -> Result<Self, InvalidTime> {
        let value = time.value().and_then(|value| Self::from_millisecond(value).ok());
        value.ok_or(EpochMillis::INVALID)
    }
}

impl From<Timestamp> for EpochMillis {
    fn from(time: Timestamp) -> Self {
        Self::new(time.as_millisecond())
    }
}

impl TryFrom<&EpochSeconds> for Timestamp {
    type Error = InvalidTime;

    fn try_from(time: &EpochSeconds) -> Result<Self, InvalidTime> {
        let value = time.value().and_then(|value| Self::from_second(value).ok());
        value.ok_or(EpochSeconds::INVALID)
    }
}

impl From<Timestamp> for EpochSeconds {
    fn from(time: Timestamp) -> Self {
        Self::new(time.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let date = Date::new(2024, 2, 29).unwrap();
        let civil = civil::Date::try_from(&date).unwrap();
        assert_eq!(civil, civil::date(2024, 2, 29));
        assert_eq!(Date::try_from(civil), Ok(date));

        let local = LocalTime::new(2024, 1, 2, 3, 4, 5).unwrap();
        let civil = civil::DateTime::try_from(&local).unwrap();
        assert_eq!(civil, civil::date(2024, 1, 2).at(3, 4, 5, 0));
        assert_eq!(LocalTime::try_from(civil), Ok(local));

        let offset = OffsetTime::new(2024, 1, 2, 3, 4, 5, -12_600).unwrap();
        let zoned = Zoned::try_from(&offset).unwrap();
        assert_eq!(zoned.timestamp(), Timestamp::try_from(&offset).unwrap());
        assert_eq!(Some(zoned.timestamp().as_second()), offset.unix_seconds());
        assert_eq!(OffsetTime::try_from(&zoned), Ok(offset));

        let time: DateTime = "2024-01-02T03:04:05.000125Z".parse().unwrap();
        let timestamp = Timestamp::try_from(&time).unwrap();
        assert_eq!(timestamp.subsec_nanosecond(), 125_000);
        assert_eq!(DateTime::try_from(timestamp), Ok(time.clone()));
        assert_eq!(DateTime::try_from(&Zoned::try_from(&time).unwrap()), Ok(time));

        let millis = EpochMillis::new(1_704_164_645_123);
        assert_eq!(EpochMillis::from(Timestamp::try_from(&millis).unwrap()), millis);
        let seconds = EpochSeconds::new(-5);
        assert_eq!(EpochSeconds::from(Timestamp::try_from(&seconds).unwrap()), seconds);
    }

    #[test]
    fn what_is_no_time() {
        let time: OffsetTime = serde_json::from_str("\"--\"").unwrap();
        assert!(Zoned::try_from(&time).is_err());
        let local: DateTime = serde_json::from_str("\"2024-01-02 03:04:05\"").unwrap();
        assert!(Timestamp::try_from(&local).is_err());
        assert!(DateTime::try_from(Timestamp::MIN).is_err());
        assert!(Date::try_from(civil::date(-1, 1, 1)).is_err());
        assert!(Timestamp::try_from(&EpochSeconds::new(i64::MAX)).is_err());
        let leap: DateTime = "2016-12-31T23:59:60Z".parse().unwrap();
        assert_eq!(Timestamp::try_from(&leap).unwrap().as_second(), 1_483_228_799);
    }
}
