//! HMAC-SHA256, assumed.

use std::fmt;

use airudder_wire::signature::{InvalidKey, SignatureKey};
use http::HeaderMap;
use subtle::{Choice, ConstantTimeEq as _};

use super::Verifier;
use crate::header::{self, SIGN};
use crate::{BoxError, KeyRing};

/// HMAC-SHA256 of the body as it was received, in lower-case hexadecimal, in the header [`X-AIRudder-Sign`](SIGN).
///
/// **Assumed.** Of the vendor's rule only the header is known, on one callback (the end of a chatbot session); which
/// digest it holds, over what, and written how, was never seen. Should every callback of the vendor be refused although
/// the key is right, this guess is wrong: implement [`Verifier`].
///
/// It says who sent a body and that it is whole, not when it was sent: there is no time in it, so that a body that was
/// caught on its way can be sent again. A [`DuplicateGuard`](crate::DuplicateGuard) is what stops that.
#[derive(Clone)]
pub struct HmacSha256(Vec<SignatureKey>);

impl HmacSha256 {
    /// Accepts what is signed with any of the keys.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if a key is empty.
    pub fn new(keys: impl Into<KeyRing>) -> Result<Self, InvalidKey> {
        keys.into().iter().map(SignatureKey::new).collect::<Result<_, _>>().map(Self)
    }
}

impl Verifier for HmacSha256 {
    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), BoxError> {
        let sign = header::only(headers, &SIGN)?.as_bytes();
        // Every key is tried, so that the time does not tell which one it was.
        let tried = self.0.iter().map(|key| key.sign(body).as_slice().ct_eq(sign));
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
