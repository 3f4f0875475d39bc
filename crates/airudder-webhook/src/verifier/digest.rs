//! The digest of the vendor's encryption scheme.

use airudder_wire::encryption::digest;
use http::HeaderMap;
use subtle::ConstantTimeEq as _;

use super::{Covers, Verifier};
use crate::BoxError;
use crate::header::{self, SIGNED};

/// SHA-256 of the text before encryption, in lower-case hexadecimal, in the header [`Signed`](SIGNED).
///
/// Documented by the vendor for encrypted requests and answers; that callbacks carry it is **assumed**.
///
/// **It proves nothing about the sender.** There is no key in it: whoever can write a body can write its digest. It finds
/// a body that was damaged, or decrypted with the wrong key. Where the body must come encrypted
/// ([`ReceiverBuilder::encryption_key`](crate::ReceiverBuilder::encryption_key)) the two together keep out who knows
/// neither the key nor an encrypted body; who has listened can send what was sent before, and put blocks of it together
/// anew.
#[derive(Clone, Copy, Debug)]
pub struct SignedDigest;

impl Verifier for SignedDigest {
    fn verify(&self, headers: &HeaderMap, text: &[u8]) -> Result<(), BoxError> {
        let signed = header::only(headers, &SIGNED)?.as_bytes();
        if digest(text).as_bytes().ct_eq(signed).into() {
            Ok(())
        } else {
            Err(format!("the header {SIGNED} is not the digest of the text").into())
        }
    }

    fn covers(&self) -> Covers {
        Covers::Text
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_digest_is_that_of_the_vendors_page() {
        let digest = "6956d7af4c89b89f19f9ae0a8be4bcf12abe7c6ed893691733f3480ad3f3aabc";
        let headers = HeaderMap::from_iter([(SIGNED, HeaderValue::from_static(digest))]);
        let text = b"TaskID=69f531a01a9df58aa6de2487be610abb";
        assert!(SignedDigest.verify(&headers, text).is_ok());
        assert!(SignedDigest.verify(&headers, b"TaskID=1").is_err());
        assert!(SignedDigest.verify(&HeaderMap::new(), text).is_err());
    }
}
