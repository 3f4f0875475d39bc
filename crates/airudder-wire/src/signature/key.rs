//! HMAC-SHA256.

use std::{error, fmt};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Secret;

/// A key of signatures, prepared once.
#[derive(Clone)]
pub struct SignatureKey(Hmac<Sha256>);

impl SignatureKey {
    /// Prepares a key.
    ///
    /// # Errors
    ///
    /// If it is empty: anybody can sign with an empty key.
    pub fn new(key: &Secret) -> Result<Self, InvalidKey> {
        if key.expose().trim().is_empty() {
            return Err(InvalidKey(()));
        }
        Hmac::new_from_slice(key.expose().as_bytes()).map(Self).map_err(|_| InvalidKey(()))
    }

    /// The signature of some bytes, in lower-case hexadecimal. Compare it in constant time.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let mac = self.0.clone().chain_update(bytes).finalize().into_bytes();
        let mut text = [0; 64];
        for (digits, byte) in text.as_chunks_mut().0.iter_mut().zip(mac) {
            *digits = [digit(byte >> 4), digit(byte & 0xf)];
        }
        text
    }
}

/// Shows nothing of the key.
impl fmt::Debug for SignatureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureKey(***)")
    }
}

/// A hexadecimal digit, by arithmetic: looking it up in a table takes a time that depends on it.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + (value - 10) }
}

/// An empty key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(());

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of signatures is empty; use the one that the vendor gave you")
    }
}

impl error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_rfc_4231() {
        let key = SignatureKey::new(&"Jefe".into()).unwrap();
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(key.sign(b"what do ya want for nothing?"), expected.as_bytes());
    }

    #[test]
    fn an_empty_key_is_refused() {
        assert!(SignatureKey::new(&" ".into()).is_err());
    }
}
