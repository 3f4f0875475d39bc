//! Callbacks as events, and the key that tells a repeated push from a new one.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A callback that the vendor sends, or any of a product's callbacks.
///
/// The generated crates implement it; a receiver of callbacks asks no more of a type.
pub trait Event: Serialize + Sized + Send + 'static {
    /// Reads a whole body: verified, decrypted, JSON.
    ///
    /// # Errors
    ///
    /// When the body is not JSON, or a value in it does not fit its field. The error never shows a value.
    fn from_json(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Document and callback, such as `workflow.callFinished`; `workflow.unknown` for what no callback matches.
    fn name(&self) -> &'static str;

    /// What tells a repeated push from a new one: the documented fields that identify the event, or its whole
    /// content where they are absent.
    fn dedup_key(&self) -> DedupKey;

    /// When it happened, by the vendor's clock, where a field says so.
    fn occurred_at(&self) -> Option<SystemTime>;
}

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

/// Hashes what identifies an event. Each part goes in with its length, so that no two lists of fields run
/// together into the same bytes.
#[derive(Clone, Debug)]
pub struct DedupKeyBuilder(Sha256);

impl DedupKeyBuilder {
    /// Adds a field and its value.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.part(name.as_bytes()).part(value.as_bytes())
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
