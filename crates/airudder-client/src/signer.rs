//! Signatures of requests, for the operations that ask for one.

use std::fmt;
use std::time::SystemTime;

use airudder_wire::signature::{SIGN, SIGN_KEY};
use http::HeaderValue;

use crate::{Error, Method};

/// What a signature can be made over: the request as it will be sent.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Signable<'a> {
    /// The HTTP method.
    pub method: Method,
    /// The path, percent-encoded.
    pub path: &'a str,
    /// The query without its question mark; empty if there is none.
    pub query: &'a str,
    /// The body; empty if there is none.
    pub body: &'a [u8],
    /// When it is signed, by the client's clock.
    pub time: SystemTime,
}

/// Shows no values: they may be personal data.
impl fmt::Debug for Signable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signable")
            .field("method", &self.method)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The two headers of a signed request.
#[derive(Clone)]
pub struct Signature {
    /// `X-AIRudder-Sign`.
    pub sign: String,
    /// `X-AIRudder-Sign-Key`.
    pub key: String,
}

impl Signature {
    /// The headers, marked as sensitive.
    pub(crate) fn headers(&self) -> Result<[(&'static str, HeaderValue); 2], Error> {
        let header = |name: &'static str, text: &str| {
            let mut value = HeaderValue::from_str(text).map_err(|error| {
                Error::invalid_input(format!(
                    "the signer's {name} is no header value; it must be visible ASCII"
                ))
                .with_source(error)
            })?;
            value.set_sensitive(true);
            Ok::<_, Error>((name, value))
        };
        Ok([header(SIGN, &self.sign)?, header(SIGN_KEY, &self.key)?])
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(***)")
    }
}

/// Signs requests.
///
/// The chatbot's operations are signed; **how was never seen**. Whoever knows the rule implements this trait;
/// [`HmacSigner`] is a guess.
///
/// A signer is asked once for each attempt and must not block.
pub trait Signer: Send + Sync {
    /// The signature of a request.
    ///
    /// # Errors
    ///
    /// Whatever stands in the way; nothing is sent then.
    fn sign(&self, request: &Signable<'_>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>>;
}

#[cfg(feature = "hmac")]
pub use hmac_sha256::HmacSigner;

#[cfg(feature = "hmac")]
mod hmac_sha256 {
    use std::fmt;

    use airudder_wire::Secret;
    use airudder_wire::signature::SignatureKey;

    use super::{Signable, Signature, Signer};

    /// HMAC-SHA256 in lower-case hexadecimal.
    ///
    /// **Assumed**: the vendor's rule was never seen. This one signs the body, or the query where there is no body, with
    /// the secret as the key. Should the vendor refuse it, implement [`Signer`].
    #[derive(Clone)]
    pub struct HmacSigner {
        key: String,
        secret: Secret,
    }

    impl HmacSigner {
        /// Signs with a secret; `key` is the name that the vendor gave to it.
        pub fn new(key: impl Into<String>, secret: impl Into<Secret>) -> Self {
            Self { key: key.into(), secret: secret.into() }
        }
    }

    impl fmt::Debug for HmacSigner {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("HmacSigner").finish_non_exhaustive()
        }
    }

    impl Signer for HmacSigner {
        fn sign(
            &self,
            request: &Signable<'_>,
        ) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
            let key = SignatureKey::new(&self.secret)?;
            let sign =
                key.sign(if request.body.is_empty() { request.query.as_bytes() } else { request.body });
            Ok(Signature { sign: String::from_utf8_lossy(&sign).into_owned(), key: self.key.clone() })
        }
    }

    #[cfg(test)]
    mod tests {
        use std::time::SystemTime;

        use super::*;
        use crate::Method;

        #[test]
        fn the_digest_is_that_of_rfc_4231() {
            let signer = HmacSigner::new("key-1", "Jefe");
            let request = Signable {
                method: Method::Post,
                path: "/api",
                query: "",
                body: b"what do ya want for nothing?",
                time: SystemTime::UNIX_EPOCH,
            };
            let signature = signer.sign(&request).unwrap();
            assert_eq!(signature.sign, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
            assert_eq!(signature.key, "key-1");
            assert!(!format!("{signer:?} {signature:?} {request:?}").contains("Jefe"));
        }
    }
}
