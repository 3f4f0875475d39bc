//! Reads every form of time the vendor uses.

use super::calendar::{Clock, Day, to_seconds};

/// The parts that a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) day: Day,
    pub(super) clock: Option<Clock>,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
}

impl Parts {
    /// Reads `YYYY-MM-DD`, then perhaps a space or `T` and `HH:MM[:SS[.fraction]]`, then perhaps `Z` or an offset
    /// `+HH:MM`, `+HHMM` or `+HH`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = Cursor(text.as_bytes());
        let year = rest.number(4)?;
        rest.expect(b"-")?;
        let month = rest.digits()?;
        rest.expect(b"-")?;
        let day = Day::new(year.try_into().ok()?, month, rest.digits()?)?;
        if rest.0.is_empty() {
            return Some(Self { day, clock: None, offset: None });
        }
        rest.expect(b" Tt")?;
        let clock = rest.clock()?;
        let offset = rest.offset()?;
        rest.0.is_empty().then_some(Self { day, clock: Some(clock), offset })
    }

    /// Seconds since the epoch, if the offset is known.
    pub(super) fn unix_seconds(&self) -> Option<i64> {
        Some(to_seconds(self.day, self.clock?) - i64::from(self.offset?))
    }

    /// For ordering: as if a missing time of day were midnight and a missing offset zero.
    pub(super) fn instant(&self) -> (i64, u32) {
        let clock = self.clock.unwrap_or(Clock { hour: 0, minute: 0, second: 0, nanosecond: 0 });
        (to_seconds(self.day, clock) - i64::from(self.offset.unwrap_or(0)), clock.nanosecond)
    }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// One byte out of `allowed`.
    fn expect(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + u32::from(self.expect(b"0123456789")? - b'0')))
    }

    /// A number of two digits.
    fn digits(&mut self) -> Option<u8> {
        self.number(2)?.try_into().ok()
    }

    fn clock(&mut self) -> Option<Clock> {
        let hour = self.digits()?;
        self.expect(b":")?;
        let minute = self.digits()?;
        if self.expect(b":").is_none() {
            return Clock::new(hour, minute, 0, 0);
        }
        let second = self.digits()?;
        let nanosecond = if self.expect(b".,").is_some() { self.fraction()? } else { 0 };
        Clock::new(hour, minute, second, nanosecond)
    }

    /// The digits of a fraction, of which there must be one, as nanoseconds; more than nine are cut off.
    fn fraction(&mut self) -> Option<u32> {
        let mut nanosecond = self.number(1)? * 100_000_000;
        let mut unit = 10_000_000;
        while let Some(digit) = self.number(1) {
            nanosecond += digit * unit;
            unit /= 10;
        }
        Some(nanosecond)
    }

    /// The offset, `Some(None)` if there is none; `None` if what is there is no offset.
    #[allow(clippy::option_option)]
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        // Go prints a space before it.
        let _ = self.expect(b" ");
        let sign = match self.expect(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(Some(0)),
        };
        let hours = self.digits()?;
        let _ = self.expect(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits()? };
        let fits = hours < 24 && minutes < 60;
        fits.then_some(Some(sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms() {
        let day = Day::new(2024, 1, 2).unwrap();
        let clock = |nanosecond| Clock::new(3, 4, 5, nanosecond);
        let zone = Some(28_800);
        for (text, clock, offset) in [
            ("2024-01-02", None, None),
            ("2024-01-02 03:04:05", clock(0), None),
            ("2024-01-02T03:04:05", clock(0), None),
            ("2024-01-02 03:04", Clock::new(3, 4, 0, 0), None),
            ("2024-01-02 03:04:05.120", clock(120_000_000), None),
            ("2024-01-02T03:04:05.1234567899Z", clock(123_456_789), Some(0)),
            ("2024-01-02t03:04:05z", clock(0), Some(0)),
            ("2024-01-02 03:04:05+08:00", clock(0), zone),
            ("2024-01-02T03:04:05+0800", clock(0), zone),
            ("2024-01-02 03:04:05 +08", clock(0), zone),
            ("2024-01-02T03:04:05.5-03:30", clock(500_000_000), Some(-12_600)),
        ] {
            assert_eq!(Parts::parse(text), Some(Parts { day, clock, offset }), "{text}");
        }
    }

    #[test]
    fn no_times() {
        for text in [
            "",
            "--",
            "0000-00-00 00:00:00",
            "2024-1-2",
            "2024-02-30",
            "24-01-02",
            "2024-01-02 ",
            "2024-01-02 25:00:00",
            "2024-01-02 03",
            "2024-01-02 03:04:",
            "2024-01-02 03:04:05.",
            "2024-01-02 03:04:05x",
            "2024-01-02 03:04:05+",
            "2024-01-02 03:04:05+24:00",
            "2024-01-02 03:04:05+08:60",
            "2024-01-02 03:04:05Z ",
            "2024-01-02  03:04:05",
            "２024-01-02",
            "2024-01-02 03:04:05+08:000",
        ] {
            assert_eq!(Parts::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in prop_oneof![".*", "[0-9:TZ+. -]{0,40}"]) {
            let _ = Parts::parse(&text);
        }
    }
}
