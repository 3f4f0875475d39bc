//! Requests and answers as the `http` crate has them.

use airudder_wire::Event;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};

use crate::router::DEFAULT_ANSWER;
use crate::{Error, Outcome, Receiver, Stage};

impl Receiver {
    /// Reads the event of a request, whatever its method and path.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn decode_request<E: Event>(&self, request: &Request<impl AsRef<[u8]>>) -> Result<E, Error> {
        self.decode(request.headers(), request.body().as_ref())
    }
}

impl Outcome {
    /// What to answer: 200, which stops the vendor's repeats, or 503, which asks for one.
    pub fn response(self) -> Response<Bytes> {
        match self {
            Self::Handled | Self::Repeated => taken(Bytes::from_static(DEFAULT_ANSWER.as_bytes())),
            Self::InHand => empty(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl Error {
    /// What to answer, without a word of the reason: 400 if the callback was not accepted, 503 if handling it failed.
    ///
    /// After either the vendor sends it again, up to five times in all.
    pub fn response(&self) -> Response<Bytes> {
        empty(match self.stage() {
            Stage::Guard | Stage::Handler => StatusCode::SERVICE_UNAVAILABLE,
            Stage::Reading | Stage::Size | Stage::Signature | Stage::Decryption | Stage::Decoding => {
                StatusCode::BAD_REQUEST
            }
        })
    }
}

/// 200 with a body of JSON.
pub(crate) fn taken(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(crate) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
