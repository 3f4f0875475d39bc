//! The vendor's result code.

use std::fmt;

/// The `code` of an answer's envelope.
///
/// The vendor's table of codes is open, so this is a number and no enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(i64);

impl Code {
    /// The token or the credentials are not accepted.
    pub const UNAUTHORIZED: Self = Self(401);
    /// There is no such thing.
    pub const NOT_FOUND: Self = Self(404);
    /// Too many requests; this one was refused.
    pub const TOO_MANY_REQUESTS: Self = Self(429);

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for Code {
    fn from(code: i64) -> Self {
        Self(code)
    }
}

impl From<Code> for i64 {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl PartialEq<i64> for Code {
    fn eq(&self, other: &i64) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
