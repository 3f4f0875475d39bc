//! Encryption of requests and answers.

use airudder_wire::encryption::{self, EncryptionKey, digest};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::envelope::Head;
use crate::error::ErrorKind;
use crate::transport::{self, Body};
use crate::{Auth, Error, Outgoing};

/// Says that a message is encrypted.
const IS_ENCRYPTED: HeaderName = HeaderName::from_static(encryption::IS_ENCRYPTED);
/// Has the digest of the text before encryption.
const SIGNED: HeaderName = HeaderName::from_static(encryption::SIGNED);

/// How a client encrypts, for [`ClientBuilder::encryption`](crate::ClientBuilder::encryption); a key alone will do.
///
/// Encrypted are the JSON body of a POST, PUT or PATCH, and the query of any other request, each as a whole; the other
/// headers and the path never are. Answers are decrypted, and their digest is checked, before anything is read from them.
///
/// **It does not replace TLS**: see [what it does not protect](airudder_wire::encryption).
///
/// # What the vendor does not say
///
/// Which operations take part is unknown. A call that does not is sent with [`Call::in_clear`](crate::Call::in_clear).
/// Assumed is that:
///
/// - the request for a token is in clear: the server cannot tell whose key it is before it knows the account
///   ([`encrypt_token_request`](Self::encrypt_token_request) changes that);
/// - `Content-Type` stays that of the JSON inside;
/// - the Base64 text stands behind the `?` as it is, `+` included, as in the vendor's example;
/// - a request without a query or a body is encrypted as an empty text;
/// - where a request has both, the query stays in clear: there is one digest, and the vendor puts that of the body there;
/// - forms and files cannot be encrypted: they are an error before anything is sent.
///
/// # Answers in clear
///
/// An answer that is not encrypted is taken as what it is if it means failure: a page of a proxy, or the vendor's words
/// about a request that it could not decrypt. Is it JSON and means success, it is an error, as the vendor says that
/// answers to encrypted requests are encrypted ([`allow_clear_answers`](Self::allow_clear_answers) changes that).
/// Recordings and other files are taken as they come; an encrypted one is received whole before it is decrypted.
#[derive(Clone, Debug)]
pub struct Encryption {
    key: EncryptionKey,
    encrypts_token_request: bool,
    allows_clear_answers: bool,
}

impl Encryption {
    /// Encrypts with the key agreed with the vendor.
    #[must_use]
    pub fn new(key: EncryptionKey) -> Self {
        Self { key, encrypts_token_request: false, allows_clear_answers: false }
    }

    /// Encrypts the operations without a token or a signature as well, of which the request for a token is the only one.
    #[must_use]
    pub fn encrypt_token_request(mut self) -> Self {
        self.encrypts_token_request = true;
        self
    }

    /// Takes answers in clear that mean success.
    #[must_use]
    pub fn allow_clear_answers(mut self) -> Self {
        self.allows_clear_answers = true;
        self
    }

    fn covers(&self, outgoing: &Outgoing) -> bool {
        !outgoing.is_in_clear() && (self.encrypts_token_request || outgoing.description().auth != Auth::None)
    }

    /// Encrypts a request that is whole but for its signature.
    pub(crate) fn seal(&self, outgoing: &Outgoing, request: &mut transport::Request) -> Result<(), Error> {
        if !self.covers(outgoing) {
            return Ok(());
        }
        let has_body = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
        let has_json = request.headers.get(CONTENT_TYPE).is_none_or(is_json);
        let body = request.body.bytes().filter(|_| has_json).ok_or_else(|| {
            Error::invalid_input(
                "this body is no JSON, and only JSON can be encrypted; send the call with Call::in_clear() if it may \
                 travel without",
            )
        })?;
        let digest = if has_body || !body.is_empty() {
            let (digest, text) = (digest(body), self.key.encrypt(body));
            request.body = Body::Bytes(text.into());
            digest
        } else {
            let query = request.url.query().unwrap_or_default().as_bytes();
            let (digest, text) = (digest(query), self.key.encrypt(query));
            // The letters of Base64 stay as they are.
            request.url.set_query(Some(&text));
            digest
        };
        let mut signed = HeaderValue::try_from(digest)
            .map_err(|error| Error::invalid_input("the digest makes no header").with_source(error))?;
        // Who guesses what was sent can check it against the digest.
        signed.set_sensitive(true);
        request.headers.insert(IS_ENCRYPTED, HeaderValue::from_static("1"));
        request.headers.insert(SIGNED, signed);
        Ok(())
    }
}

impl From<EncryptionKey> for Encryption {
    fn from(key: EncryptionKey) -> Self {
        Self::new(key)
    }
}

/// Decrypts an answer; one that is in clear stays as it is, if it may be in clear.
pub(crate) fn open(
    encryption: Option<&Encryption>,
    outgoing: &Outgoing,
    mut response: http::Response<Bytes>,
) -> Result<http::Response<Bytes>, Error> {
    if is_encrypted(response.headers()) {
        let signed = response.headers().get(SIGNED).map(HeaderValue::as_bytes).unwrap_or_default();
        let plain = encryption.and_then(|it| it.key.open(response.body(), signed).ok());
        // The same error whatever is wrong, so that nobody can learn from it.
        let plain = plain.ok_or_else(|| {
            undecoded(
                "the answer cannot be decrypted; check the key given to ClientBuilder::encryption",
                &response,
            )
        })?;
        // Both describe the cipher text.
        response.headers_mut().remove(CONTENT_LENGTH);
        if plain.trim_ascii_start().starts_with(b"{") {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        *response.body_mut() = plain.into();
    } else if encryption.is_some_and(|it| it.covers(outgoing) && !it.allows_clear_answers)
        && is_success(outgoing, &response)
    {
        return Err(undecoded(
            "the answer is in clear though the request was encrypted; if that is right, use Call::in_clear or \
             Encryption::allow_clear_answers",
            &response,
        ));
    }
    Ok(response)
}

fn undecoded(what: &'static str, response: &http::Response<Bytes>) -> Error {
    Error::new(ErrorKind::Decode, what).with_answer(response.status(), response.headers())
}

/// Whether an answer says that it is encrypted.
pub(crate) fn is_encrypted(headers: &HeaderMap) -> bool {
    headers.get(IS_ENCRYPTED).is_some_and(|value| value == "1")
}

/// Whether an answer in clear means success, and is no file.
fn is_success(outgoing: &Outgoing, response: &http::Response<Bytes>) -> bool {
    response.status().is_success()
        && match outgoing.description().envelope {
            Some(envelope) => Head::of(envelope, response.body()).is_ok_and(|head| head.is_success(envelope)),
            None => response.headers().get(CONTENT_TYPE).is_some_and(is_json),
        }
}

fn is_json(content_type: &HeaderValue) -> bool {
    let text = content_type.to_str().unwrap_or_default();
    let media_type = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}
