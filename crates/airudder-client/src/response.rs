//! An answer with what came beside its data.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::exchange::Exchange;
use crate::{Answer, Code};

/// The data of an answer and what came with it, from [`Call::response`](crate::Call::response).
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// What awaiting the call itself gives.
    pub data: T,
    /// What came with it.
    pub meta: Meta,
    /// The whole body as it came, envelope included.
    pub body: Bytes,
}

/// Shows the data as they show themselves, and no bytes: these may be personal data.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("data", &self.data)
            .field("meta", &self.meta)
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// What came with the data of an answer.
#[derive(Clone)]
#[non_exhaustive]
pub struct Meta {
    /// The HTTP status.
    pub status: u16,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The vendor's code.
    pub code: Option<Code>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// How long the call took, waiting for a token included.
    pub elapsed: Duration,
}

impl Meta {
    /// Reads the head of the envelope once more, which only those pay for who ask.
    pub(crate) fn new(answer: &Answer, exchange: &Exchange) -> Self {
        let head = answer.head();
        Self {
            status: answer.status(),
            headers: answer.headers().clone(),
            code: head.code,
            request_id: head.request_id,
            attempts: exchange.attempts(),
            elapsed: exchange.elapsed(),
        }
    }
}

impl fmt::Debug for Meta {
    // The values of headers may be cookies or personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("code", &self.code)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish()
    }
}
