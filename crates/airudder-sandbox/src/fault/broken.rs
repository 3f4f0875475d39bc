//! Answers as faults leave them.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use hyper::body::Frame;

use super::{Fault, alter};
use crate::catalog::Entry;
use crate::reply::{self, Refusal};

/// In how many pieces a slow body comes.
const PIECES: usize = 10;

/// A body: at once, or as a fault has it.
pub(crate) type Body = Either<Full<Bytes>, UnsyncBoxBody<Bytes, BrokenOff>>;

/// What goes back over the connection.
pub(crate) enum Sent {
    /// An answer.
    Response(Response<Body>),
    /// A reset, RST.
    Reset,
    /// The end of the connection.
    Closed,
}

impl Sent {
    /// The HTTP status; 0 when there is no answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Response(response) => response.status().as_u16(),
            Self::Reset | Self::Closed => 0,
        }
    }
}

/// The body ends here, too early.
#[derive(Debug)]
pub(crate) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body breaks off on demand")
    }
}

impl std::error::Error for BrokenOff {}

/// An answer without a fault.
pub(crate) fn plain(response: Response<Bytes>) -> Sent {
    Sent::Response(response.map(|content| Either::Left(Full::new(content))))
}

impl Fault {
    /// What is answered; `response` is what would be answered without the fault, and empty if it comes before acting.
    pub(crate) fn send(&self, entry: Option<&Entry>, response: Response<Bytes>, request_id: &str) -> Sent {
        let envelope = entry.and_then(|entry| entry.document.envelope);
        let refused = |code, message| reply::refused(envelope, &Refusal::new(code, message), request_id);
        plain(match self {
            Self::ResetBefore | Self::ResetAfter => return Sent::Reset,
            Self::CloseBefore | Self::CloseAfter => return Sent::Closed,
            Self::Truncated => return Sent::Response(truncated(response)),
            Self::SlowBody(time) => return Sent::Response(slow(response, *time)),
            Self::Delay(_) => response,
            Self::TooMany(wait) => {
                let mut response = refused(429, "too many requests, on demand");
                let seconds = wait.as_secs_f64().ceil();
                reply::set(&mut response, RETRY_AFTER, &seconds.to_string());
                response
            }
            Self::ErrorBefore(status) | Self::ErrorAfter(status) => refused(*status, "a failure, on demand"),
            Self::HtmlBefore | Self::HtmlAfter => html(),
            Self::ExpiredToken => refused(401, "the token has expired, on demand"),
            Self::WrongType => of_type(response, "text/html; charset=utf-8"),
            Self::UnknownEnum => alter::answer(entry, response, alter::unknown_values),
            Self::UnknownField => alter::answer(entry, response, alter::unknown_fields),
        })
    }
}

/// The page of a proxy that finds nothing behind it.
fn html() -> Response<Bytes> {
    const PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
        <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    reply::bytes(StatusCode::BAD_GATEWAY, "text/html", Bytes::from_static(PAGE.as_bytes()))
}

fn of_type(mut response: Response<Bytes>, media: &'static str) -> Response<Bytes> {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// Half of the body, and then the end of the connection.
fn truncated(response: Response<Bytes>) -> Response<Body> {
    let length = response.body().len().max(1);
    let half = response.body().slice(..response.body().len() / 2);
    let end = stream::once(async {
        // Lets the half go out first.
        tokio::task::yield_now().await;
        Err(BrokenOff)
    });
    let frames = stream::iter([Ok(Frame::data(half))]).chain(end);
    streamed(response, length, StreamBody::new(frames).boxed_unsync())
}

/// The body piece by piece.
fn slow(response: Response<Bytes>, time: Duration) -> Response<Body> {
    let content = response.body().clone();
    let size = content.len().div_ceil(PIECES).max(1);
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    let pieces = stream::unfold(content.clone(), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok(Frame::data(piece)), rest))
    });
    streamed(response, content.len(), StreamBody::new(pieces).boxed_unsync())
}

fn streamed(
    response: Response<Bytes>,
    length: usize,
    body: UnsyncBoxBody<Bytes, BrokenOff>,
) -> Response<Body> {
    let mut response = response.map(|_| Either::Right(body));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
