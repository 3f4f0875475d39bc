//! Answers, in the vendor's envelopes.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value as Json};

use crate::catalog::Entry;
use crate::contract::Envelope;
use crate::recording::Recording;

/// What a handler makes of a request.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The documented example.
    Example,
    /// The payload of a success.
    Data(Json),
    /// A success without payload.
    Done,
    /// A refusal.
    Refused(Refusal),
    /// A recording instead of JSON. Its sound is made when it is sent, for that takes a while.
    Recording(Recording),
}

/// Why a request is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code of the envelope, in the numbers of HTTP.
    pub code: u16,
    /// In words.
    pub message: String,
}

impl Refusal {
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Something that is asked for is not there.
    pub fn unknown(what: &str) -> Self {
        Self::new(404, format!("there is no such {what}"))
    }

    /// What the request says cannot be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Result<Self, Refusal>> for Reply {
    fn from(result: Result<Self, Refusal>) -> Self {
        result.unwrap_or_else(Self::Refused)
    }
}

/// The envelope where no document says another.
const PLAIN: Envelope = Envelope {
    code: "code",
    status: Some("status"),
    message: "message",
    data: "data",
    request_id: None,
    success: 200,
};

/// A reply as it is sent.
pub(crate) fn response(entry: &Entry, reply: Reply, request_id: &str) -> Response<Bytes> {
    let envelope = entry.document.envelope.unwrap_or(PLAIN);
    let data = match reply {
        Reply::Refused(refusal) => return refused(Some(envelope), &refusal, request_id),
        Reply::Recording(recording) => return recorded(entry.operation.answer.media, &recording),
        Reply::Example if entry.operation.answer.media != "application/json" => {
            return bytes(StatusCode::OK, entry.operation.answer.media, Bytes::new());
        }
        Reply::Example => return json(StatusCode::OK, entry.example()),
        Reply::Data(data) => Some(data),
        Reply::Done => None,
    };
    let mut body = head(envelope, envelope.success, request_id);
    match envelope.status {
        Some(status) => body.insert(status.to_owned(), "OK".into()),
        None => body.insert(envelope.message.to_owned(), "Success".into()),
    };
    body.extend(data.map(|data| (envelope.data.to_owned(), data)));
    let body = Json::Object(body);
    // An answer that its document does not know is a bug of ours.
    debug_assert_eq!(entry.answer().violations("", &body), [""; 0], "{}", entry.operation.id);
    json(StatusCode::OK, &body)
}

/// A refusal as it is sent. The status repeats the code, where it can be one.
pub(crate) fn refused(envelope: Option<Envelope>, refusal: &Refusal, request_id: &str) -> Response<Bytes> {
    let envelope = envelope.unwrap_or(PLAIN);
    let http = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = head(envelope, refusal.code.into(), request_id);
    if let Some(status) = envelope.status {
        body.insert(status.to_owned(), http.canonical_reason().unwrap_or("Failed").into());
    }
    body.insert(envelope.message.to_owned(), refusal.message.as_str().into());
    json(http, &Json::Object(body))
}

fn head(envelope: Envelope, code: i64, request_id: &str) -> Map<String, Json> {
    let mut body = Map::from_iter([(envelope.code.to_owned(), code.into())]);
    body.extend(envelope.request_id.map(|name| (name.to_owned(), request_id.into())));
    body
}

/// A recording as it is sent.
pub(crate) fn recorded(media: &'static str, recording: &Recording) -> Response<Bytes> {
    let mut response = bytes(StatusCode::OK, media, recording.wav());
    set(&mut response, ETAG, &recording.tag());
    response
}

pub(crate) fn json(status: StatusCode, body: &Json) -> Response<Bytes> {
    bytes(status, "application/json", Bytes::from(body.to_string()))
}

pub(crate) fn bytes(status: StatusCode, media: &'static str, content: Bytes) -> Response<Bytes> {
    let mut response = Response::new(content);
    *response.status_mut() = status;
    if !media.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    }
    response
}

/// Sets a header whose value is made of visible ASCII; another value is left out.
pub(crate) fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
