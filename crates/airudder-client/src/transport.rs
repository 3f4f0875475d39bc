//! The way of bytes to the server and back.

use std::future::Future;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};

use crate::error::BoxError;
use crate::http_client;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and receives one answer; tests put a script in its place.
pub(crate) trait Transport: Send + Sync {
    fn send(&self, request: http::Request<Bytes>, max_body_size: usize) -> BoxFuture<'_, Received>;
}

pub(crate) type Received = Result<http::Response<Bytes>, Fault>;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// No byte of the request was sent.
    Unsent { is_timeout: bool, source: BoxError },
    /// The server says that it did nothing with the request.
    Refused { source: BoxError },
    /// The request, or a part of it, may have arrived.
    Broken { source: BoxError },
    /// There was an answer, but too much of it.
    TooLarge { status: u16 },
}

impl Transport for reqwest::Client {
    fn send(&self, request: http::Request<Bytes>, max_body_size: usize) -> BoxFuture<'_, Received> {
        Box::pin(async move {
            let mut response = self.execute(request.try_into().map_err(fault)?).await.map_err(fault)?;
            let status = response.status();
            let mut body = BytesMut::new();
            while let Some(chunk) = response.chunk().await.map_err(fault)? {
                if body.len() + chunk.len() > max_body_size {
                    return Err(Fault::TooLarge { status: status.as_u16() });
                }
                body.extend_from_slice(&chunk);
            }
            let mut received = http::Response::new(body.freeze());
            *received.status_mut() = status;
            *received.headers_mut() = std::mem::take(response.headers_mut());
            Ok(received)
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

/// Answers as a test says, from the request and how many came before it.
#[cfg(test)]
pub(crate) struct Script<F> {
    answer: F,
    count: std::sync::atomic::AtomicUsize,
}

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
    A: Future<Output = Received> + Send + 'static,
{
    fn send(&self, request: http::Request<Bytes>, _: usize) -> BoxFuture<'_, Received> {
        let count = self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin((self.answer)(request, count))
    }
}
