//! The one error of the client.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use airudder_wire::{Decode, MissingField};
use bytes::Bytes;
use http::HeaderMap;

use crate::retry::Outcome;
use crate::{Code, CodeClass, Description, Effect, Evidence, answer, redact};

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// It says where the call failed ([`kind`](Self::kind)), what the vendor said, and whether the call may have done
/// something all the same ([`may_have_taken_effect`](Self::may_have_taken_effect)). `Display` says what to do. Neither
/// `Display` nor `Debug` shows secrets or personal data.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What happened, in one sentence without its end.
    what: Cow<'static, str>,
    description: Option<Description>,
    status: Option<u16>,
    code: Option<Code>,
    vendor_message: Option<String>,
    request_id: Option<String>,
    excerpt: Option<String>,
    raw: Option<Raw>,
    retry_after: Option<Duration>,
    attempts: u32,
    elapsed: Duration,
    is_timeout: bool,
    /// Provably never sent, or refused before anything was done.
    is_without_effect: bool,
    source: Option<BoxError>,
}

/// The answer that an error is about.
struct Raw {
    headers: HeaderMap,
    body: Bytes,
}

/// Where a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was passed in cannot be sent; nothing was sent.
    InvalidInput,
    /// There was no connection; nothing was sent.
    Connect,
    /// There was no answer in time.
    Timeout,
    /// The connection broke.
    Io,
    /// The vendor did not accept the credentials or the token, or gave no token.
    Auth,
    /// The vendor answered with a code that means failure.
    Api,
    /// The HTTP status means failure, and the answer is not the vendor's envelope.
    Http,
    /// The answer cannot be read.
    Decode,
    /// The answer is longer than the cap.
    BodyTooLarge,
    /// A file could not be read to be sent, or what was received could not be written.
    Local,
    /// The pages of a list do not go on.
    Paging,
}

impl ErrorKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Io => "io",
            Self::Auth => "auth",
            Self::Api => "api",
            Self::Http => "http",
            Self::Decode => "decode",
            Self::BodyTooLarge => "body_too_large",
            Self::Local => "local",
            Self::Paging => "paging",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            description: None,
            status: None,
            code: None,
            vendor_message: None,
            request_id: None,
            excerpt: None,
            raw: None,
            retry_after: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            is_timeout: kind == ErrorKind::Timeout,
            is_without_effect: matches!(kind, ErrorKind::InvalidInput | ErrorKind::Connect | ErrorKind::Auth),
            source: None,
        }))
    }

    pub(crate) fn invalid_input(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, what)
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_description(mut self, description: Description) -> Self {
        self.0.description = Some(description);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self.0.is_without_effect |= status == 429;
        self
    }

    /// Keeps what came of an answer that is not whole.
    pub(crate) fn with_answer(self, status: http::StatusCode, headers: &HeaderMap) -> Self {
        self.with_raw(headers, &Bytes::new()).with_status(status.as_u16())
    }

    pub(crate) fn with_raw(mut self, headers: &HeaderMap, body: &Bytes) -> Self {
        self.0.raw = Some(Raw { headers: headers.clone(), body: body.clone() });
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    pub(crate) fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn with_excerpt(mut self, body: &[u8]) -> Self {
        self.0.excerpt = Some(redact::excerpt(body)).filter(|excerpt| !excerpt.is_empty());
        self
    }

    pub(crate) fn with_vendor(
        mut self,
        code: Option<Code>,
        message: Option<String>,
        request_id: Option<String>,
    ) -> Self {
        self.0.code = code;
        self.0.vendor_message = message.filter(|message| !message.is_empty());
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_timeout(mut self, is_timeout: bool) -> Self {
        self.0.is_timeout = is_timeout;
        self
    }

    pub(crate) fn without_effect(mut self, is_without_effect: bool) -> Self {
        self.0.is_without_effect |= is_without_effect;
        self
    }

    /// Takes back that there certainly was no effect: another attempt of the call may have had one.
    pub(crate) fn with_possible_effect(mut self) -> Self {
        self.0.is_without_effect = false;
        self
    }

    /// Where the call failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The id of the operation, such as `workflow.createWorkflow`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.description.as_ref().map(|description| description.id)
    }

    /// The HTTP status of the answer, if there was one.
    pub fn http_status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's code, if the answer had one.
    pub fn vendor_code(&self) -> Option<Code> {
        self.0.code
    }

    /// What the vendor said, word for word: it may hold personal data.
    pub fn vendor_message(&self) -> Option<&str> {
        self.0.vendor_message.as_deref()
    }

    /// The vendor's id of the request, if the answer had one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The beginning of an answer that is not as expected, at most 200 characters of it.
    ///
    /// Masked are all texts in double quotes but the keys of JSON objects, e-mail addresses, numbers of seven or more
    /// digits, and long words of letters and digits. A name in plain text cannot be told from other words.
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// How many times the request was sent, or was tried to be; 0 if never.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether time ran out, be it for connecting, for an attempt or for the whole call.
    pub fn is_timeout(&self) -> bool {
        self.0.is_timeout
    }

    /// Whether the credentials or the token are not accepted, or there is no token.
    pub fn is_auth(&self) -> bool {
        self.0.kind == ErrorKind::Auth
    }

    /// Whether the vendor knows no such thing, or no such path.
    pub fn is_not_found(&self) -> bool {
        self.0.status == Some(404) || self.0.code == Some(Code::NOT_FOUND)
    }

    /// Whether the vendor refused the call since there were too many (HTTP 429, or the code 429); nothing was done.
    pub fn is_rate_limited(&self) -> bool {
        self.0.status == Some(429) || self.0.code == Some(Code::TOO_MANY_REQUESTS)
    }

    /// Whether the same call may be made again without harm, and with a chance: what failed is passing, and either the
    /// operation bears being sent twice or this call certainly had no effect.
    ///
    /// The client has sent it again itself, as often as its [`RetryPolicy`](crate::RetryPolicy) allows: wait a while first.
    pub fn is_retryable(&self) -> bool {
        let bears_it = self.0.description.as_ref().is_some_and(|it| it.effect != Effect::Unsafe);
        self.is_passing() && (bears_it || !self.may_have_taken_effect())
    }

    /// How long the vendor asks to wait before the next call, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How long the call took, with all attempts and waits.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The headers of the answer, if there was one. They may hold personal data.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.raw.as_ref().map(|raw| &raw.headers)
    }

    /// The body of the answer as it came, if there was one and it came whole. It may hold personal data.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.raw.as_ref().map(|raw| &raw.body).filter(|body| !body.is_empty())
    }

    /// The body of the answer as JSON, if it is of this type: what a service says about a failure in its own words. It may
    /// hold personal data.
    pub fn json<T: Decode>(&self) -> Option<T> {
        answer::plain(self.body()?).ok()
    }

    /// The body of the answer as text, if it is that. It may hold personal data.
    pub fn text(&self) -> Option<String> {
        String::from_utf8(self.body()?.to_vec()).ok()
    }

    /// Whether the vendor refused the token, so that another one may do. A 403 is about rights, and no token mends it.
    pub(crate) fn is_token_refused(&self) -> bool {
        self.is_auth() && (self.0.status == Some(401) || self.0.code == Some(Code::UNAUTHORIZED))
    }

    /// How the attempt failed, as far as sending again is concerned.
    pub(crate) fn outcome(&self) -> Outcome {
        let retry_after = self.0.retry_after;
        let is_unread = self.0.kind == ErrorKind::Io && self.0.is_without_effect;
        if self.0.kind == ErrorKind::Connect || is_unread {
            Outcome::NotReceived
        } else if self.is_rate_limited() {
            Outcome::Refused { retry_after }
        } else if self.is_passing() {
            Outcome::Uncertain { retry_after }
        } else {
            Outcome::Final
        }
    }

    /// Whether the same call might succeed another time.
    fn is_passing(&self) -> bool {
        let is_server_failure = || {
            let by_status = matches!(self.0.status, Some(500 | 502..=504 | 506..=599));
            by_status || self.0.code.is_some_and(|code| code.class() == CodeClass::Server)
        };
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Io => true,
            ErrorKind::Api | ErrorKind::Http => self.is_rate_limited() || is_server_failure(),
            ErrorKind::InvalidInput
            | ErrorKind::Auth
            | ErrorKind::Decode
            | ErrorKind::BodyTooLarge
            | ErrorKind::Local
            | ErrorKind::Paging => false,
        }
    }

    /// Whether the vendor may have done what was asked, in spite of the error.
    ///
    /// It is `false` only for certain: the operation changes nothing, or it was never sent, or the vendor refused it
    /// (401, 429, or a code from 400 to 499 in an answer whose HTTP status is 2xx or 4xx). Ask before sending again what
    /// must not happen twice.
    pub fn may_have_taken_effect(&self) -> bool {
        !self.0.is_without_effect && self.0.description.as_ref().is_none_or(|it| it.effect != Effect::Safe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(description) = &inner.description {
            write!(f, "{}: ", description.id)?;
        }
        f.write_str(&inner.what)?;
        if let Some(code) = inner.code {
            write!(f, ", code {code}")?;
        }
        if let Some(message) = &inner.vendor_message {
            write!(f, ": {}", redact::line(&redact::redact(message)))?;
        }
        if let Some(request_id) = &inner.request_id {
            write!(f, ", request id {}", redact::line(request_id))?;
        }
        if let Some(excerpt) = &inner.excerpt {
            write!(f, ", the answer begins: {excerpt}")?;
        }
        if inner.attempts > 1 {
            write!(f, " (after {} attempts)", inner.attempts)?;
        }
        let Some(description) = &inner.description else { return Ok(()) };
        if self.is_not_found() && description.evidence == Evidence::Assumed {
            write!(
                f,
                "; the path {} is assumed, not documented: if you know the right one, set it with \
                 ClientBuilder::path(\"{}\", \"/right/path\")",
                description.path, description.id
            )?;
        }
        if let Some(wait) = inner.retry_after {
            write!(f, "; the vendor asks to wait {wait:?}")?;
        }
        if description.effect == Effect::Unsafe && self.may_have_taken_effect() {
            f.write_str("; it may have taken effect, so check before sending it again")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("what", &inner.what)
            .field("operation", &self.operation())
            .field("http_status", &inner.status)
            .field("vendor_code", &inner.code)
            .field("vendor_message", &inner.vendor_message.as_deref().map(redact::redact))
            .field("request_id", &inner.request_id)
            .field("excerpt", &inner.excerpt)
            .field("body_len", &self.body().map(Bytes::len))
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .field("may_have_taken_effect", &self.may_have_taken_effect())
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// For `?` on the accessors of answers. The answer was there, so the call has taken effect.
impl From<MissingField> for Error {
    fn from(missing: MissingField) -> Self {
        Self::new(ErrorKind::Decode, "a field that should be there is missing from the answer")
            .with_source(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_and_crosses_threads() {
        fn crosses<T: StdError + Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn a_missing_field_becomes_an_error() {
        let error = Error::from(MissingField::new("Row", "id"));
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.source().unwrap().to_string().contains("Row"));
        assert!(!error.to_string().contains("Row"), "Display does not repeat the source");
    }
}
