//! The headers that carry meaning.

use airudder_wire::{encryption, signature};
use http::{HeaderMap, HeaderName, HeaderValue};

/// `X-AIRudder-Sign`: the signature of a callback.
pub const SIGN: HeaderName = HeaderName::from_static(signature::SIGN);
/// `Signed`: the SHA-256 of the text before encryption, in lower-case hexadecimal.
pub const SIGNED: HeaderName = HeaderName::from_static(encryption::SIGNED);
/// `Is-Encrypted`: `1` if the body is encrypted.
pub const IS_ENCRYPTED: HeaderName = HeaderName::from_static(encryption::IS_ENCRYPTED);

/// The value of a header that must be there once: of two values, one may be somebody else's.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a HeaderValue, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(format!("the header {name} is missing")),
        (Some(_), Some(_)) => Err(format!("the header {name} is there more than once")),
    }
}

/// Whether the headers say that the body is encrypted.
pub(crate) fn is_encrypted(headers: &HeaderMap) -> Result<bool, String> {
    if !headers.contains_key(&IS_ENCRYPTED) {
        return Ok(false);
    }
    match only(headers, &IS_ENCRYPTED)?.as_bytes() {
        b"1" => Ok(true),
        b"0" => Ok(false),
        _ => Err(format!("the header {IS_ENCRYPTED} is neither 0 nor 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_counts_only_once() {
        let mut headers = HeaderMap::new();
        assert_eq!(is_encrypted(&headers), Ok(false));
        headers.insert(IS_ENCRYPTED, HeaderValue::from_static("1"));
        assert_eq!(is_encrypted(&headers), Ok(true));
        headers.append(IS_ENCRYPTED, HeaderValue::from_static("0"));
        assert!(is_encrypted(&headers).is_err());
        headers.insert(IS_ENCRYPTED, HeaderValue::from_static("true"));
        assert!(is_encrypted(&headers).is_err());
    }
}
