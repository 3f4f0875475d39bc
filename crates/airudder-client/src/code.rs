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

    /// What kind of failure it is, as far as that is known: the codes follow those of HTTP where they were seen.
    pub const fn class(self) -> CodeClass {
        match self.0 {
            401 | 403 => CodeClass::Auth,
            404 => CodeClass::NotFound,
            429 => CodeClass::RateLimited,
            400..=499 => CodeClass::Invalid,
            500..=599 => CodeClass::Server,
            _ => CodeClass::Unknown,
        }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// What kind of failure a [`Code`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeClass {
    /// The credentials, the token or the rights do not suffice (401, 403).
    Auth,
    /// There is no such thing (404).
    NotFound,
    /// Too many requests; this one was refused (429).
    RateLimited,
    /// The request is not as it should be (any other from 400 to 499).
    Invalid,
    /// The vendor failed (500 to 599); it may have acted before.
    Server,
    /// A code of which nothing is known; it is kept as it is.
    Unknown,
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
