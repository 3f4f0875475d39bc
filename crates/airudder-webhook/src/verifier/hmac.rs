//! HMAC-SHA256, assumed.

use std::fmt;

use ::hmac::{Hmac, KeyInit as _, Mac as _};
use airudder_wire::Secret;
use http::HeaderMap;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use super::Verifier;
use crate::header::{self, SIGN};
use crate::{BoxError, InvalidKey, KeyRing};

/// HMAC-SHA256 of the body as it was received, in lower-case hexadecimal, in the header [`X-AIRudder-Sign`](SIGN).
///
/// **Assumed.** Of the vendor's rule only the header is known, on one callback (the end of a chatbot session); which
/// digest it holds, over what, and written how, was never seen. Should every callback of the vendor be refused although
/// the key is right, this guess is wrong: implement [`Verifier`].
///
/// It says who sent a body and that it is whole, not when it was sent: there is no time in it, so that a body that was
/// caught on its way can be sent again. A [`DuplicateGuard`](crate::DuplicateGuard) is what stops that.
#[derive(Clone)]
pub struct HmacSha256(Vec<Signer>);

impl HmacSha256 {
    /// Accepts what is signed with any of the keys.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if a key is empty.
    pub fn new(keys: impl Into<KeyRing>) -> Result<Self, InvalidKey> {
        keys.into().iter().map(Signer::new).collect::<Result<_, _>>().map(Self)
    }
}

impl Verifier for HmacSha256 {
    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), BoxError> {
        let sign = header::only(headers, &SIGN)?.as_bytes();
        // Every key is tried, so that the time does not tell which one it was.
        let tried = self.0.iter().map(|signer| signer.sign(body).ct_eq(sign));
        if tried.fold(Choice::from(0), |matches, one| matches | one).into() {
            Ok(())
        } else {
            Err(format!("the header {SIGN} fits none of the keys").into())
        }
    }
}

/// Shows no key.
impl fmt::Debug for HmacSha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacSha256({} keys)", self.0.len())
    }
}

/// A key, prepared once.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(key: &Secret) -> Result<Self, InvalidKey> {
        // Anybody can sign with an empty key.
        if key.expose().trim().is_empty() {
            return Err(InvalidKey(()));
        }
        Hmac::new_from_slice(key.expose().as_bytes()).map(Self).map_err(|_| InvalidKey(()))
    }

    /// The signature, in lower-case hexadecimal.
    pub(crate) fn sign(&self, body: &[u8]) -> [u8; 64] {
        let mac = self.0.clone().chain_update(body).finalize().into_bytes();
        let mut text = [0; 64];
        for (digits, byte) in text.as_chunks_mut().0.iter_mut().zip(mac) {
            *digits = [digit(byte >> 4), digit(byte & 0xf)];
        }
        text
    }
}

/// A hexadecimal digit, by arithmetic: looking it up in a table takes a time that depends on it.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + (value - 10) }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn signed(sign: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(SIGN, HeaderValue::from_static(sign))])
    }

    #[test]
    fn the_digest_is_that_of_rfc_4231() {
        let body = b"what do ya want for nothing?";
        let headers = signed("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let verify = |keys| HmacSha256::new(keys).unwrap().verify(&headers, body).is_ok();
        assert!(verify(KeyRing::new("Jefe")));
        assert!(verify(KeyRing::new("new").with("Jefe")));
        assert!(verify(KeyRing::new("Jefe").with("new")));
        assert!(!verify(KeyRing::new("new")));
        let upper = signed("5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
        assert!(HmacSha256::new("Jefe").unwrap().verify(&upper, body).is_err());
    }

    #[test]
    fn keys_are_neither_empty_nor_shown() {
        assert!(HmacSha256::new("").is_err());
        assert!(HmacSha256::new(KeyRing::new("key").with(" ")).is_err());
        assert_eq!(format!("{:?}", HmacSha256::new("Jefe").unwrap()), "HmacSha256(1 keys)");
    }
}
