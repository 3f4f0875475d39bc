//! Identifiers that are strings in one place and integers in another.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::Deserializer;
use serde::{Serialize, Serializer};

use crate::Decode;
use crate::decode::deserialize_by_decode;
use crate::literal::Literal;
use crate::mismatch::{misfit, mismatch};
use crate::scalar::{Scalar, integer, is_exact};

/// An identifier, string or integer, written back in the form it came.
///
/// Two of them are equal when their texts are: the vendor sends the same id as `5` and as `"5"`.
///
/// ```
/// use airudder_wire::Id;
///
/// assert_eq!(Id::from(5), Id::from("5"));
/// assert_eq!(Id::from(5).as_str(), "5");
/// assert_eq!(serde_json::to_string(&[Id::from(5), Id::from("5")]).unwrap(), r#"[5,"5"]"#);
/// ```
#[derive(Clone)]
pub struct Id(Literal);

impl Id {
    /// The text of the identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Decode for Id {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "an identifier, string or integer";
        match Scalar::decode(deserializer, EXPECTED)? {
            Scalar::Text(text) => Ok(text.into()),
            Scalar::Number(number) => match integer::<i64>(&number) {
                Some(value) => Ok(value.into()),
                None if is_exact(&number) => Ok(Self(Literal::number(number))),
                None => Err(misfit(&number, &EXPECTED)),
            },
            Scalar::Bool(_) => Err(mismatch("boolean", &EXPECTED)),
        }
    }
}

deserialize_by_decode!(Id);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(formatter, "Id")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Id {}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(Literal::text(text))
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(Literal::text(text))
    }
}

macro_rules! from_integers {
    ($($integer:ident),*) => { $(
        impl From<$integer> for Id {
            fn from(value: $integer) -> Self {
                Self(Literal::number(value))
            }
        }
    )* };
}

// Of i32 as well, so that `Id::from(5)` needs no suffix.
from_integers!(i32, i64, u32, u64);

impl FromStr for Id {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use serde_json::json;

    use super::*;

    #[test]
    fn equal_by_text() {
        let ids =
            [Id::from(5), Id::from("5"), Id::from(5_u64), Id::from("5".to_owned()), "5".parse().unwrap()];
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1);
        assert_eq!(Id::from(5), "5");
        assert_eq!(
            format!("{:?} {:?} {:>3}", Id::from(5), Id::from("5"), Id::from(5)),
            r#"Id(5) Id("5")   5"#
        );
    }

    #[test]
    fn what_is_no_id() {
        assert_eq!(Id::decode(&json!(5.0)).unwrap(), Id::from(5));
        for value in [json!(true), json!(null), json!([]), json!({}), json!(1e300)] {
            assert!(Id::decode(&value).is_err(), "{value}");
        }
    }
}
