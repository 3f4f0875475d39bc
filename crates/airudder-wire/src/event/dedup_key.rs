//! The key that tells a repeated push from a new one.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::canonical;

/// What tells a repeated push from a new one: the same for each push of one event, and for no other event.
///
/// The first 128 bits of a SHA-256, so it holds no personal data in the clear and may be stored and printed.
/// `Display` writes it as 32 hexadecimal digits, which `FromStr` reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DedupKey([u8; 16]);

impl DedupKey {
    /// Begins the key of an event of this name.
    #[must_use]
    pub fn builder(name: &str) -> DedupKeyBuilder {
        DedupKeyBuilder(Sha256::new()).part(name.as_bytes())
    }

    /// A key that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key, to be stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for DedupKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for DedupKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DedupKey({self})")
    }
}

impl FromStr for DedupKey {
    type Err = InvalidDedupKey;

    fn from_str(text: &str) -> Result<Self, InvalidDedupKey> {
        // `from_str_radix` would take a sign.
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidDedupKey);
        }
        u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| InvalidDedupKey)
    }
}

/// A text that is no [`DedupKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDedupKey;

impl fmt::Display for InvalidDedupKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a deduplication key is 32 hexadecimal digits")
    }
}

impl std::error::Error for InvalidDedupKey {}

/// Hashes what identifies an event.
///
/// Each part goes in with its length, so that no two lists of fields run together into the same bytes.
///
/// ```
/// use airudder_wire::DedupKey;
///
/// let key = DedupKey::builder("shop.paid").field("order", "7").finish();
/// assert_eq!(key.to_string().parse(), Ok(key));
/// ```
#[derive(Clone, Debug)]
pub struct DedupKeyBuilder(Sha256);

impl DedupKeyBuilder {
    /// Adds a field and its value.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(name.as_bytes()).part(value.as_bytes())
    }

    /// Adds a field and its value, number and text alike; `None` when it has no single value, or an empty one.
    pub fn identity<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Option<Self> {
        let value = serde_json::to_value(value).ok()?;
        let text = canonical::scalar(&value).filter(|text| !text.is_empty())?;
        Some(self.field(name, &text))
    }

    /// Adds the whole content, whatever the order of its keys and their case.
    #[must_use]
    pub fn content<T: Serialize + ?Sized>(self, content: &T) -> Self {
        // What was read from JSON can be written as JSON.
        let content = serde_json::to_value(content).unwrap_or(Value::Null);
        self.part(canonical::text(&content).as_bytes())
    }

    /// The key.
    #[must_use]
    pub fn finish(self) -> DedupKey {
        let hash: [u8; 32] = self.0.finalize().into();
        DedupKey(hash.first_chunk().copied().unwrap_or_default())
    }

    fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(fields: &[(&str, &str)]) -> DedupKey {
        let key = DedupKey::builder("workflow.callFinished");
        fields.iter().fold(key, |key, (name, value)| key.field(name, value)).finish()
    }

    #[test]
    fn parts_do_not_run_together() {
        let keys = [key(&[]), key(&[("ab", "c")]), key(&[("a", "bc")]), key(&[("a", ""), ("bc", "")])];
        for (index, one) in keys.iter().enumerate() {
            assert!(keys.iter().skip(index + 1).all(|other| one != other), "{one}");
        }
    }

    #[test]
    fn identity_is_one_value_that_is_there() {
        let identity =
            |value: Value| DedupKey::builder("a").identity("id", &value).map(DedupKeyBuilder::finish);
        let five = DedupKey::builder("a").field("id", "5").finish();
        for value in [json!(5), json!("5"), json!(5.0)] {
            assert_eq!(identity(value), Some(five));
        }
        for value in [json!(null), json!(""), json!([5]), json!({"id": 5})] {
            assert_eq!(identity(value), None);
        }
    }

    #[test]
    fn content_is_no_identity() {
        let key = DedupKey::builder("a");
        assert_ne!(key.clone().content("b").finish(), key.clone().field("b", "").finish());
        assert_ne!(key.clone().content("b").finish(), key.finish());
    }

    #[test]
    fn text_and_back() {
        let key = key(&[("callid", "1")]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(DedupKey::from_bytes(*key.as_bytes()), key);
        for text in ["", "+1", "+0000000000000000000000000000001", "+00000000000000000000000000000001"] {
            assert_eq!(text.parse::<DedupKey>(), Err(InvalidDedupKey), "{text}");
        }
        assert_eq!(
            format!("{:?}", DedupKey::from_bytes([0xa5; 16])),
            format!("DedupKey({})", "a5".repeat(16))
        );
    }
}
