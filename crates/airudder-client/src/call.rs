//! A call before and while it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};

use crate::client::Core;
use crate::exchange::{Exchange, Limits};
use crate::{Answer, Description, Error, Meta, Outgoing, Response, request};

type Read<T> = fn(Answer) -> Result<T, Error>;

/// A call of an operation: nothing is sent until it is awaited.
///
/// Dropping it, or its future, ends it; what was sent by then may have taken effect.
#[must_use = "a call does nothing unless awaited"]
pub struct Call<T> {
    core: Arc<Core>,
    description: &'static Description,
    outgoing: Result<Outgoing, Error>,
    limits: Limits,
    read: Read<T>,
}

impl<T> Call<T> {
    pub(crate) fn new(
        core: Arc<Core>,
        description: &'static Description,
        outgoing: Result<Outgoing, Error>,
        read: Read<T>,
    ) -> Self {
        let limits = core.limits;
        Self { core, description, outgoing, limits, read }
    }

    /// Sets how long one attempt may take, instead of the client's
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// Sets how long the call may take in all, instead of the client's
    /// [`total_timeout`](crate::ClientBuilder::total_timeout).
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.limits.total = timeout;
        self
    }

    /// Adds a header, or replaces the one that the operation or the client would send.
    ///
    /// A header that cannot be sent, or that is the client's own (`Authorization`, `Host`, `Content-Length`,
    /// `Transfer-Encoding`), is an [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) once the call is awaited.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.outgoing = self.outgoing.and_then(|mut outgoing| {
            let (name, value) = request::header(name, value)?;
            if [AUTHORIZATION, HOST, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
                return Err(Error::invalid_input(format!(
                    "the header `{name}` is set by the client alone; leave it out"
                )));
            }
            outgoing.headers_mut().insert(name, value);
            Ok(outgoing)
        });
        self
    }

    /// Gives what came with the data as well: status, headers, code, request id, attempts and time.
    pub fn response(self) -> PendingResponse<T> {
        PendingResponse { pending: self.into_future() }
    }
}

impl<T> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pending<T>;

    fn into_future(self) -> Pending<T> {
        Pending {
            exchange: Exchange::new(self.core, self.description, self.outgoing, self.limits),
            read: self.read,
        }
    }
}

/// Shows no arguments: they may be personal data.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.description.id)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// The future of a [`Call`].
#[must_use = "a future does nothing unless awaited"]
pub struct Pending<T> {
    exchange: Exchange,
    read: Read<T>,
}

impl<T> Pending<T> {
    /// Keeps something of the answer, besides the data that are read from it.
    fn poll_with<K>(
        &mut self,
        cx: &mut Context<'_>,
        keep: fn(&Answer, &Exchange) -> K,
    ) -> Poll<Result<(T, K), Error>> {
        loop {
            let answer = ready!(self.exchange.poll_answer(cx))?;
            let status = answer.status();
            let kept = keep(&answer, &self.exchange);
            match (self.read)(answer) {
                Ok(data) => {
                    self.exchange.finish(Some(status), None);
                    return Poll::Ready(Ok((data, kept)));
                }
                // The vendor may say in the body that the token is refused: then there is another attempt.
                Err(error) => match self.exchange.after(error) {
                    Some(error) => return Poll::Ready(Err(error)),
                    None => continue,
                },
            }
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_with(cx, |_, _| ()).map_ok(|(data, ())| data)
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// The future of [`Call::response`].
#[must_use = "a future does nothing unless awaited"]
pub struct PendingResponse<T> {
    pending: Pending<T>,
}

impl<T> Future for PendingResponse<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().pending.poll_with(cx, Meta::new).map_ok(|(data, meta)| Response { data, meta })
    }
}

impl<T> fmt::Debug for PendingResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingResponse").finish_non_exhaustive()
    }
}
