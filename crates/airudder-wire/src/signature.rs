//! Signatures of requests and callbacks.
//!
//! **Assumed**: of the vendor's rule only the names of the headers are known. [`SignatureKey`] is the guess that the signer of
//! requests and the verifier of callbacks share: HMAC-SHA256 in lower-case hexadecimal.

#[cfg(feature = "signature")]
mod key;

#[cfg(feature = "signature")]
pub use key::{InvalidKey, SignatureKey};

/// The header with the signature.
pub const SIGN: &str = "x-airudder-sign";
/// The header that names the key of a signed request.
pub const SIGN_KEY: &str = "x-airudder-sign-key";
