//! Signatures of the chatbot's requests, by the rule that the client assumes.

use airudder_wire::signature::{SIGN, SIGN_KEY, SignatureKey};
use bytes::Bytes;
use http::request::Parts;

use crate::reply::Refusal;
use crate::shared::Settings;

/// Whether a request carries the right signature.
pub(crate) fn check(settings: &Settings, parts: &Parts, content: &Bytes) -> Result<(), Refusal> {
    let header = |name: &str| parts.headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let signed = if content.is_empty() { parts.uri.query().unwrap_or_default().as_bytes() } else { content };
    let is_right = SignatureKey::new(&settings.signing_secret).is_ok_and(|key| {
        key.sign(signed) == header(SIGN) && settings.signing_key.as_bytes() == header(SIGN_KEY)
    });
    is_right.then_some(()).ok_or_else(|| Refusal::new(401, "the signature is missing or wrong"))
}
