//! Is a callback the vendor's?

mod digest;
mod hmac;
mod unsigned;

use http::HeaderMap;

use crate::BoxError;

pub use self::digest::SignedDigest;
pub use self::hmac::HmacSha256;
pub use self::unsigned::Unsigned;

/// Checks that a callback comes from the vendor and is whole.
///
/// How the vendor signs callbacks was never seen. Whoever knows implements this trait; [`HmacSha256`] is a guess.
/// Compare in constant time: `subtle` does it.
///
/// ```
/// use airudder_webhook::{BoxError, Verifier};
/// use http::HeaderMap;
///
/// /// Trusts a proxy that asks the peer for a certificate, and says so.
/// struct ByProxy;
///
/// impl Verifier for ByProxy {
///     fn verify(&self, headers: &HeaderMap, _body: &[u8]) -> Result<(), BoxError> {
///         let verified = headers.get("x-client-verify").is_some_and(|value| value == "SUCCESS");
///         if verified { Ok(()) } else { Err("the proxy has not verified the peer".into()) }
///     }
/// }
/// ```
pub trait Verifier: Send + Sync + 'static {
    /// Checks bytes, and the headers that came with them.
    ///
    /// It is called for each callback, from untrusted senders too, and must not block.
    ///
    /// # Errors
    ///
    /// Why the callback is refused: for the operator's log, so without personal data. The sender never sees it.
    fn verify(&self, headers: &HeaderMap, bytes: &[u8]) -> Result<(), BoxError>;

    /// What [`verify`](Self::verify) is given; by default the body as it was received.
    fn covers(&self) -> Covers {
        Covers::Received
    }
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Covers {
    /// The body as it was received, encrypted or not. Prefer it: nothing is decrypted then that was not verified.
    Received,
    /// The text after decryption.
    Text,
}
