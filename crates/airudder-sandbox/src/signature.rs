//! Signatures of the chatbot's requests, by the rule that the client assumes.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::request::Parts;
use sha2::Sha256;

use crate::reply::Refusal;
use crate::shared::Settings;

/// Whether a request carries the right signature.
pub(crate) fn check(settings: &Settings, parts: &Parts, content: &Bytes) -> Result<(), Refusal> {
    let header =
        |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let refusal = || Refusal::new(401, "the signature is missing or wrong");
    if header("x-airudder-sign-key") != settings.signing_key {
        return Err(refusal());
    }
    let signature = hex::decode(header("x-airudder-sign")).map_err(|_| refusal())?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(settings.signing_secret.as_bytes()).map_err(|_| refusal())?;
    mac.update(if content.is_empty() { parts.uri.query().unwrap_or_default().as_bytes() } else { content });
    mac.verify_slice(&signature).map_err(|_| refusal())
}
