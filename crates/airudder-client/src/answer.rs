//! An answer before it is read.

use airudder_wire::Decode;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, LOCATION};

use crate::drift::DriftLog;
use crate::envelope::{self, Head};
use crate::error::ErrorKind;
use crate::{CodeClass, Description, Envelope, Error, redact};

/// An answer with a 2xx status, whose body was received whole.
///
/// Its `Debug` does not show the body or the headers: both may hold personal data.
#[derive(Clone)]
pub struct Answer {
    description: Description,
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    drift: DriftLog,
}

impl Answer {
    /// Takes what the transport received; an answer without a 2xx status is an error.
    pub(crate) fn receive(
        description: Description,
        response: http::Response<Bytes>,
        drift: &DriftLog,
    ) -> Result<Self, Error> {
        let (parts, body) = response.into_parts();
        let (status, drift) = (parts.status.as_u16(), drift.clone());
        let answer = Self { description, status, headers: parts.headers, body, drift };
        if parts.status.is_success() { Ok(answer) } else { Err(answer.failure()) }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the body is of this media type, by its header: `text/csv`, or `text/*` for all kinds of text.
    pub fn is_media_type(&self, media_type: &str) -> bool {
        let essence = content_type(&self.headers).split(';').next().unwrap_or_default().trim();
        let wanted = media_type.split(';').next().unwrap_or_default().trim();
        match wanted.strip_suffix("/*") {
            Some("*") => true,
            Some(kind) => essence.split('/').next().is_some_and(|other| other.eq_ignore_ascii_case(kind)),
            None => essence.eq_ignore_ascii_case(wanted),
        }
    }

    /// The whole body, envelope included.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Reads JSON: the data of the envelope if the operation has one, else the whole body.
    ///
    /// # Errors
    /// [`ErrorKind::Api`] or [`ErrorKind::Auth`] if the code means failure, [`ErrorKind::Decode`] if the body is not as
    /// expected.
    pub fn json<T: Decode>(self) -> Result<T, Error> {
        let Some(envelope) = self.description.envelope else {
            let is_misfit = |body: &[u8]| plain::<T>(body).is_err_and(|error| error.is_data());
            let (read, findings) = self.drift.observe(|| plain(&self.body));
            if read.is_ok() {
                self.drift.record(self.description.id, &findings);
            }
            return read.map_err(|error| self.unreadable(&error, &is_misfit));
        };
        let (read, findings) = self.drift.observe(|| envelope::read::<T>(envelope, &self.body));
        match read {
            Ok((head, _)) if !head.is_success(envelope) => Err(self.refused(head)),
            Ok((_, data)) => {
                self.drift.record(self.description.id, &findings);
                data.or_else(T::absent).ok_or_else(|| self.lacks_data(envelope))
            }
            Err(error) => {
                let is_misfit =
                    |body: &[u8]| envelope::read::<T>(envelope, body).is_err_and(|error| error.is_data());
                Err(self.explain(envelope, &error, &is_misfit))
            }
        }
    }

    /// Checks the code of the envelope, if the operation has one, and reads nothing.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn empty(self) -> Result<(), Error> {
        let Some(envelope) = self.description.envelope else { return Ok(()) };
        let (head, findings) = self.drift.observe(|| Head::of(envelope, &self.body));
        match head {
            Ok(head) if head.is_success(envelope) => {
                self.drift.record(self.description.id, &findings);
                Ok(())
            }
            Ok(head) => Err(self.refused(head)),
            Err(error) => Err(self.unreadable(&error, &|_| false)),
        }
    }

    /// The body as text.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes), and [`ErrorKind::Decode`] if it is not UTF-8.
    pub fn text(self) -> Result<String, Error> {
        let status = self.status;
        let body = self.bytes()?;
        String::from_utf8(body.into()).map_err(|error| {
            // The error holds the body, hence no source.
            let place = error.utf8_error().valid_up_to();
            let what = format!("the answer (HTTP {status}) is no UTF-8 text from byte {place} on");
            Error::new(ErrorKind::Decode, what).with_status(status)
        })
    }

    /// The body as it came.
    ///
    /// # Errors
    /// [`ErrorKind::Api`] or [`ErrorKind::Auth`] if it is an envelope whose code means failure instead.
    pub fn bytes(self) -> Result<Bytes, Error> {
        self.accepted().map(|answer| answer.body)
    }

    /// The answer itself, if it is no envelope whose code means failure.
    pub(crate) fn accepted(self) -> Result<Self, Error> {
        if let Some(envelope) = self.description.envelope
            && is_json(&self.headers)
            && let Ok(head) = Head::of(envelope, &self.body)
            && head.code.is_some()
            && !head.is_success(envelope)
        {
            return Err(self.refused(head));
        }
        Ok(self)
    }

    /// What the envelope says beside its data.
    pub(crate) fn head(&self) -> Head {
        let head = self.description.envelope.map(|envelope| Head::of(envelope, &self.body));
        head.and_then(Result::ok).unwrap_or_default()
    }

    fn error(&self, kind: ErrorKind, what: String) -> Error {
        Error::new(kind, what).with_status(self.status).with_raw(&self.headers, &self.body)
    }

    /// The error of an answer without a 2xx status.
    fn failure(&self) -> Error {
        if (300..400).contains(&self.status) {
            let host =
                self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map_or("nowhere", host);
            return self.error(
                ErrorKind::Http,
                format!(
                    "the server redirects to {host} (HTTP {}) and redirects are not followed, since they would carry the \
                     token elsewhere; if the server moved, set its address with ClientBuilder::address",
                    self.status
                ),
            );
        }
        if self.status == 407 {
            let what = "the proxy wants credentials (HTTP 407); give them to ClientBuilder::proxy, as \
                        http://user:password@proxy.example.com:3128";
            return self.error(ErrorKind::Http, what.to_owned());
        }
        let head = self.head();
        if head.code.is_some() {
            return self.refused(head);
        }
        let kind = if self.status == 401 { ErrorKind::Auth } else { ErrorKind::Http };
        let what = match self.body.is_empty() {
            _ if self.description.envelope.is_none() => format!("the server answered HTTP {}", self.status),
            true => format!("the server answered HTTP {} without a body", self.status),
            false => format!("the server answered HTTP {} without the vendor's envelope", self.status),
        };
        self.error(kind, what).with_excerpt(&self.body)
    }

    /// The error of an envelope whose code does not mean success.
    fn refused(&self, head: Head) -> Error {
        let Some(code) = head.code else {
            self.drift.misfit(self.description.id);
            let what = format!(
                "the answer (HTTP {}) has no readable code, so it is not the vendor's envelope",
                self.status
            );
            return self.error(ErrorKind::Decode, what).with_excerpt(&self.body);
        };
        let (kind, what) = match code.class() {
            CodeClass::Auth => (ErrorKind::Auth, "the vendor did not accept the token or the credentials"),
            _ if self.status == 401 => (ErrorKind::Auth, "the vendor did not accept the token"),
            CodeClass::RateLimited => {
                (ErrorKind::Api, "the vendor refused the call, since there are too many")
            }
            CodeClass::NotFound => (ErrorKind::Api, "the vendor knows no such thing"),
            CodeClass::Invalid => (ErrorKind::Api, "the vendor refused the call as invalid"),
            CodeClass::Server => (ErrorKind::Api, "the vendor failed on its side"),
            CodeClass::Unknown => (ErrorKind::Api, "the vendor refused the call"),
        };
        if code.class() == CodeClass::Unknown {
            self.drift.code(self.description.id);
        }
        let is_refusal = matches!(self.status, 200..=299 | 400..=499) && (400..500).contains(&code.get());
        let (message, request_id) = head.into_message();
        self.error(kind, format!("{what} (HTTP {})", self.status))
            .with_vendor(Some(code), message, request_id)
            .without_effect(is_refusal)
    }

    fn lacks_data(&self, envelope: &Envelope) -> Error {
        self.drift.misfit(self.description.id);
        let what = format!(
            "the answer (HTTP {}) has no {:?} where the operation promises some",
            self.status, envelope.data
        );
        self.error(ErrorKind::Decode, what).with_excerpt(&self.body)
    }

    /// What is wrong with an envelope that could not be read: a code that means failure goes before data that do not fit.
    fn explain(
        &self,
        envelope: &Envelope,
        error: &serde_json::Error,
        is_misfit: &dyn Fn(&[u8]) -> bool,
    ) -> Error {
        match Head::of(envelope, &self.body) {
            Ok(head) if head.code.is_some() && !head.is_success(envelope) => self.refused(head),
            _ => self.unreadable(error, is_misfit),
        }
    }

    fn unreadable(&self, error: &serde_json::Error, is_misfit: &dyn Fn(&[u8]) -> bool) -> Error {
        let status = self.status;
        let what = if self.body.is_empty() {
            format!("the answer (HTTP {status}) is empty")
        } else if error.is_data() {
            self.drift.misfit(self.description.id);
            match airudder_wire::json_path::find(&self.body, is_misfit).as_str() {
                "" => format!("the answer (HTTP {status}) is not as expected"),
                path => format!("the answer (HTTP {status}) is not as expected at {path}"),
            }
        } else {
            let content_type = redact::redact(content_type(&self.headers));
            format!("the answer (HTTP {status}, content type {content_type:?}) is not whole JSON")
        };
        let text = error.to_string();
        // The parser's position may be past the place, which is named already.
        let text = text.split(" at line ").next().filter(|_| error.is_data()).unwrap_or(&text);
        self.error(ErrorKind::Decode, what)
            .with_excerpt(&self.body)
            .with_source(Unreadable(redact::message(text)))
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("operation", &self.description.id)
            .field("status", &self.status)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Whether a body is said to be JSON, as an envelope is.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    content_type(headers).contains("json")
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads a whole body.
pub(crate) fn plain<T: Decode>(body: &[u8]) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let data = T::decode_or_absent(&mut deserializer)?;
    deserializer.end()?;
    Ok(data)
}

/// The host of a Location, without the path and the query: those may hold tokens.
fn host(location: &str) -> &str {
    let Some((_, rest)) = location.split_once("//") else { return "another path of the same host" };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// The words of a `serde_json` error, which may quote the body, redacted.
#[derive(Debug)]
struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
