//! A digest that is the same on every machine and in every version, unlike that of `std`.

use std::fmt;
use std::io;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::Serialize;

use crate::{Operation, Request};

/// FNV-1a of 64 bits: it tells one list from another that was taken for it by mistake. It keeps no secret and withstands
/// no attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Digest(u64);

impl Digest {
    /// Of nothing.
    pub(crate) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Continues with another digest, so that a list has one by those of its items.
    pub(crate) fn chain(&mut self, other: Self) {
        self.add(&other.0.to_be_bytes());
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// The digest of a value's JSON and how many bytes it takes, without keeping it.
pub(crate) fn measure(value: &impl Serialize) -> Result<(Digest, usize), serde_json::Error> {
    let mut meter = Meter { digest: Digest::EMPTY, len: 0 };
    serde_json::to_writer(&mut meter, value)?;
    Ok((meter.digest, meter.len))
}

/// Of a request as it would be sent; one that cannot be written says so when it is called.
pub(crate) fn of_request<O: Operation>(request: &O) -> Digest {
    let mut digest = Digest::EMPTY;
    if let Ok(outgoing) = Request::of(request) {
        for part in [outgoing.path().as_bytes(), b"?", outgoing.query().as_bytes(), b"\n", outgoing.body()] {
            digest.add(part);
        }
    }
    digest
}

struct Meter {
    digest: Digest,
    len: usize,
}

impl io::Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.add(bytes);
        self.len += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_fnv_1a() {
        // The vectors of the algorithm's authors.
        for (text, digest) in
            [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")]
        {
            let mut sum = Digest::EMPTY;
            sum.add(text.as_bytes());
            assert_eq!(sum.to_string(), digest);
            assert_eq!(digest.parse(), Ok(sum));
        }
    }

    #[test]
    fn measures_the_json() {
        let (digest, len) = measure(&["a", "ä"]).unwrap();
        let mut sum = Digest::EMPTY;
        sum.add(r#"["a","ä"]"#.as_bytes());
        assert_eq!((digest, len), (sum, r#"["a","ä"]"#.len()));
    }
}
