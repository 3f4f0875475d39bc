//! The way of bytes to the server and back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use url::Url;

use crate::error::BoxError;
use crate::http_client;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A body as it comes or goes, piece by piece.
pub(crate) type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// Sends one request and receives the head of its answer; tests put a script in its place.
pub(crate) trait Transport: Send + Sync {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Opened, Fault>>;
}

/// A request as it is sent. Not one of `http`, whose address would be parsed twice.
pub(crate) struct Request {
    pub(crate) method: http::Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// An answer whose body is yet to come.
pub(crate) type Opened = http::Response<BodyStream>;

/// The body of a request. Cloning shares it, so that each attempt has the whole of it.
#[derive(Clone)]
pub(crate) enum Body {
    /// All of it.
    Bytes(Bytes),
    /// Made anew for each attempt; its length is known.
    Stream { len: u64, make: Arc<dyn Fn() -> BodyStream + Send + Sync> },
}

impl Default for Body {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl Body {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { len, .. } => *len,
        }
    }

    /// What there is to sign or to encrypt; `None` if it is streamed.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Stream { .. } => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// No byte of the request was sent.
    Unsent { is_timeout: bool, source: BoxError },
    /// The server says that it did nothing with the request.
    Refused { source: BoxError },
    /// The request, or a part of it, may have arrived.
    Broken { source: BoxError },
}

/// Why a body is not whole.
#[derive(Debug)]
pub(crate) enum Cut {
    Broken(BoxError),
    TooLarge,
}

/// Reads a body to its end.
pub(crate) async fn collect(mut body: BodyStream, max_size: usize) -> Result<Bytes, Cut> {
    let mut next = async || poll_fn(|cx| body.as_mut().poll_next(cx)).await;
    let Some(first) = next().await.transpose().map_err(Cut::Broken)? else { return Ok(Bytes::new()) };
    let check = |len: usize| if len > max_size { Err(Cut::TooLarge) } else { Ok(()) };
    check(first.len())?;
    let Some(second) = next().await.transpose().map_err(Cut::Broken)? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    let mut piece = Some(second);
    while let Some(bytes) = piece {
        check(whole.len() + bytes.len())?;
        whole.extend_from_slice(&bytes);
        piece = next().await.transpose().map_err(Cut::Broken)?;
    }
    Ok(whole.freeze())
}

impl Transport for reqwest::Client {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Opened, Fault>> {
        let mut outgoing = reqwest::Request::new(request.method, request.url);
        *outgoing.headers_mut() = request.headers;
        *outgoing.body_mut() = Some(request.body.into());
        let outgoing = self.execute(outgoing);
        Box::pin(async move {
            let mut incoming = outgoing.await.map_err(fault)?;
            let (status, headers) = (incoming.status(), std::mem::take(incoming.headers_mut()));
            let mut opened = http::Response::new(Box::pin(Incoming(incoming)) as BodyStream);
            *opened.status_mut() = status;
            *opened.headers_mut() = headers;
            Ok(opened)
        })
    }
}

fn fault(error: reqwest::Error) -> Fault {
    let is_unsent = error.is_connect() || error.is_builder();
    let is_timeout = error.is_timeout();
    let is_refused = http_client::is_refused(&error);
    // The URL may hold personal data.
    let source = Box::new(error.without_url());
    match (is_unsent, is_refused) {
        (true, _) => Fault::Unsent { is_timeout, source },
        (false, true) => Fault::Refused { source },
        (false, false) => Fault::Broken { source },
    }
}

impl From<Body> for reqwest::Body {
    fn from(body: Body) -> Self {
        match body {
            Body::Bytes(bytes) => bytes.into(),
            Body::Stream { len, make } => Self::wrap(Outgoing { stream: Mutex::new(make()), left: len }),
        }
    }
}

/// The body of an answer.
struct Incoming(reqwest::Response);

impl Stream for Incoming {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The future keeps nothing of its own between two polls, so that each poll may make another.
        let chunk = pin!(self.get_mut().0.chunk()).poll(cx);
        chunk.map(|chunk| chunk.map_err(|error| error.without_url().into()).transpose())
    }
}

/// The body of a request that is streamed.
struct Outgoing {
    /// Never locked: reqwest asks for `Sync`, and the mutex has it.
    stream: Mutex<BodyStream>,
    left: u64,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let stream = this.stream.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = ready!(stream.as_mut().poll_next(cx)).transpose()? else {
            return Poll::Ready(None);
        };
        this.left = this.left.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Answers as a test says, from the request and how many came before it.
#[cfg(test)]
pub(crate) struct Script<F> {
    answer: F,
    count: std::sync::atomic::AtomicUsize,
}

/// What a script answers: an answer in one piece.
#[cfg(test)]
pub(crate) type Scripted = Result<http::Response<Bytes>, Fault>;

#[cfg(test)]
impl<F> Script<F> {
    pub(crate) fn new(answer: F) -> Self {
        Self { answer, count: std::sync::atomic::AtomicUsize::new(0) }
    }
}

#[cfg(test)]
impl<F, A> Transport for Script<F>
where
    F: Fn(http::Request<Bytes>, usize) -> A + Send + Sync,
    A: Future<Output = Scripted> + Send + 'static,
{
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Opened, Fault>> {
        let count = self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut seen = http::Request::new(request.body.bytes().cloned().unwrap_or_default());
        *seen.method_mut() = request.method;
        *seen.uri_mut() = request.url.as_str().parse().unwrap();
        *seen.headers_mut() = request.headers;
        let answer = (self.answer)(seen, count);
        Box::pin(async { answer.await.map(|response| response.map(once)) })
    }
}

/// A body in one piece.
pub(crate) fn once(bytes: Bytes) -> BodyStream {
    struct Once(Option<Bytes>);

    impl Stream for Once {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.take().map(Ok))
        }
    }

    Box::pin(Once(Some(bytes).filter(|bytes| !bytes.is_empty())))
}
