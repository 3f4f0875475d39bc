//! Times that are numbers on the wire.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::SystemTime;

use serde::de::Deserializer;
use serde::{Serialize, Serializer};

#[cfg(feature = "jiff")]
use super::InvalidTime;
use super::system::system_time;
use crate::Decode;
use crate::decode::deserialize_by_decode;
use crate::literal::Literal;
use crate::scalar::{Scalar, integer};

/// A number, or whatever came in its place.
#[derive(Clone)]
enum Epoch {
    Number(i64),
    Other(Box<Literal>),
}

impl Epoch {
    fn value(&self) -> Option<i64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Other(literal) => literal.as_i64(),
        }
    }

    /// Numbers are compared as such, the rest by their text.
    fn key(&self) -> Result<i64, &str> {
        match self {
            Self::Number(value) => Ok(*value),
            Self::Other(literal) => literal.as_i64().ok_or(literal.as_str()),
        }
    }
}

impl From<Scalar> for Epoch {
    fn from(scalar: Scalar) -> Self {
        if let Scalar::Number(number) = &scalar
            && let Some(value) = integer(number)
        {
            return Self::Number(value);
        }
        Self::Other(Box::new(scalar.into()))
    }
}

macro_rules! epoch {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $example:literal, $per_second:literal) => {
        $(#[$doc])*
        ///
        /// It is written back in the form it came, number or text; a new one is a number. A text that is no number
        /// is kept, only that its value is `None`. Two are equal when their values are.
        #[derive(Clone)]
        pub struct $name(Epoch);

        impl $name {
            #[cfg(feature = "jiff")]
            pub(super) const INVALID: InvalidTime = InvalidTime::new($unit, $example);

            #[doc = concat!("The time so many ", $unit, " after 1970-01-01 00:00:00 UTC.")]
            #[must_use]
            pub const fn new(value: i64) -> Self {
                Self(Epoch::Number(value))
            }

            #[doc = concat!("The ", $unit, " since 1970-01-01 00:00:00 UTC.")]
            #[must_use]
            pub fn value(&self) -> Option<i64> {
                self.0.value()
            }

            /// Seconds since 1970-01-01 00:00:00 UTC, rounded down.
            #[must_use]
            pub fn unix_seconds(&self) -> Option<i64> {
                self.value().map(|value| value.div_euclid($per_second))
            }

            /// The moment as the system's clock tells it.
            #[must_use]
            pub fn system_time(&self) -> Option<SystemTime> {
                let nanoseconds = self.value()?.rem_euclid($per_second) * (1_000_000_000 / $per_second);
                system_time(self.unix_seconds()?, nanoseconds.try_into().ok()?)
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self::new(value)
            }
        }

        impl Decode for $name {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Scalar::decode(deserializer, concat!("a time in ", $unit)).map(|scalar| Self(scalar.into()))
            }

            /// The empty text is `None` as well.
            fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let scalar = Scalar::decode_unless_empty(deserializer, concat!("a time in ", $unit))?;
                Ok(scalar.map(|scalar| Self(scalar.into())))
            }
        }

        deserialize_by_decode!($name);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match &self.0 {
                    Epoch::Number(value) => serializer.serialize_i64(*value),
                    Epoch::Other(literal) => literal.serialize(serializer),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    Epoch::Number(value) => write!(formatter, concat!(stringify!($name), "({})"), value),
                    Epoch::Other(literal) => literal.debug(formatter, stringify!($name)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    Epoch::Number(value) => fmt::Display::fmt(value, formatter),
                    Epoch::Other(literal) => formatter.pad(literal.as_str()),
                }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.key() == other.0.key()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.key().cmp(&other.0.key())
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.key().hash(state);
            }
        }
    };
}

epoch! {
    /// A time in milliseconds since 1970-01-01 00:00:00 UTC, such as `1704164645000`.
    EpochMillis, "milliseconds", "1704164645000", 1000
}

epoch! {
    /// A time in seconds since 1970-01-01 00:00:00 UTC, such as `1704164645`.
    EpochSeconds, "seconds", "1704164645", 1
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(text: &str) -> EpochMillis {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_form_is_kept() {
        for text in ["1704164645000", "\"1704164645000\"", "\"--\"", "18446744073709551615", "1.5", "true"] {
            assert_eq!(serde_json::to_string(&read(text)).unwrap(), text);
        }
        assert_eq!(serde_json::to_string(&EpochSeconds::new(-1)).unwrap(), "-1");
    }

    #[test]
    fn system_times() {
        let after = |millis| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        assert_eq!(read("1500").system_time(), after(1500));
        assert_eq!(read("\"1500\"").system_time(), after(1500));
        assert_eq!(read("\"--\"").system_time(), None);
        assert_eq!(EpochSeconds::new(1).system_time(), after(1000));
        let before = SystemTime::UNIX_EPOCH.checked_sub(Duration::from_millis(1));
        assert_eq!(EpochMillis::new(-1).system_time(), before);
        // Too far away or not, but never a panic.
        let _ = (EpochSeconds::new(i64::MAX).system_time(), EpochSeconds::new(i64::MIN).system_time());
    }

    #[test]
    fn values() {
        assert_eq!(read("1704164645999").unix_seconds(), Some(1_704_164_645));
        assert_eq!(read("-1").unix_seconds(), Some(-1));
        assert_eq!(read("\"--\"").value(), None);
        assert_eq!(read("\"5\""), EpochMillis::from(5));
        assert_ne!(read("\"--\""), read("\"-\""));
        assert!(EpochSeconds::new(5) < EpochSeconds::new(6));
        assert_eq!(format!("{:?} {:?}", read("5"), read("\"5\"")), r#"EpochMillis(5) EpochMillis("5")"#);
        assert_eq!(EpochMillis::decode_option(&serde_json::json!("")).unwrap(), None);
    }
}
