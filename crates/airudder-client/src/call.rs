//! A call before and while it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;

use crate::attempt::{Mode, Received};
use crate::client::Core;
use crate::exchange::Exchange;
use crate::{
    Answer, Auth, CallOptions, Description, Download, Effect, Error, Meta, Outgoing, Response, RetryPolicy,
};

type Read<T> = fn(Answer) -> Result<T, Error>;

/// A call of an operation: nothing is sent until it is awaited.
///
/// Dropping it, or its future, ends it; what was sent by then may have taken effect.
#[must_use = "a call does nothing unless awaited"]
pub struct Call<T> {
    pub(crate) core: Arc<Core>,
    pub(crate) description: Description,
    pub(crate) outgoing: Result<Outgoing, Error>,
    pub(crate) options: CallOptions,
    read: Read<T>,
}

impl<T> Call<T> {
    pub(crate) fn new(
        core: Arc<Core>,
        description: Description,
        outgoing: Result<Outgoing, Error>,
        read: Read<T>,
    ) -> Self {
        Self { core, description, outgoing, options: CallOptions::new(), read }
    }

    /// Takes these options in place of all that were set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// [`CallOptions::attempt_timeout`].
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.attempt_timeout(timeout))
    }

    /// [`CallOptions::total_timeout`].
    pub fn total_timeout(self, timeout: Duration) -> Self {
        self.set(|options| options.total_timeout(timeout))
    }

    /// [`CallOptions::deadline`].
    pub fn deadline(self, deadline: Instant) -> Self {
        self.set(|options| options.deadline(deadline))
    }

    /// [`CallOptions::retry`].
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.set(|options| options.retry(policy))
    }

    /// [`CallOptions::no_retry`].
    pub fn no_retry(self) -> Self {
        self.set(CallOptions::no_retry)
    }

    /// [`CallOptions::effect`].
    pub fn effect(self, effect: Effect) -> Self {
        self.set(|options| options.effect(effect))
    }

    /// [`CallOptions::header`].
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(|options| options.header(name, value))
    }

    /// [`CallOptions::query`].
    pub fn query(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(|options| options.query(name, value))
    }

    /// [`CallOptions::body_field`].
    pub fn body_field(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(|options| options.body_field(name, value))
    }

    /// [`CallOptions::in_clear`].
    #[cfg(feature = "encryption")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
    pub fn in_clear(self) -> Self {
        self.set(CallOptions::in_clear)
    }

    fn set(mut self, set: impl FnOnce(CallOptions) -> CallOptions) -> Self {
        self.options = set(self.options);
        self
    }

    /// Gives the answer as it came, with its status, headers and bytes, instead of what is read from it. An envelope whose
    /// code means failure is an error all the same.
    pub fn raw(self) -> Call<Answer> {
        let Self { core, description, outgoing, options, .. } = self;
        Call { core, description, outgoing, options, read: Answer::accepted }
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
        let read = self.read;
        Pending { exchange: self.exchange(Mode::Whole), read }
    }
}

impl<T> Call<T> {
    /// Begins the exchange, with what the client and the caller add to the request.
    pub(crate) fn exchange(self, mode: Mode) -> Exchange {
        let effect = self.effect_in_force();
        let Self { core, mut description, outgoing, options, .. } = self;
        description.effect = effect;
        let outgoing = outgoing.and_then(|mut outgoing| {
            // The request for the token is the client's own.
            if !matches!(description.auth, Auth::None) {
                core.extras.add_to(&mut outgoing, false)?;
            }
            options.extras.add_to(&mut outgoing, true)?;
            #[cfg(feature = "encryption")]
            outgoing.set_in_clear(options.is_in_clear);
            Ok(outgoing)
        });
        Exchange::new(core, description, outgoing, options, mode)
    }

    /// What the operation does, unless the caller or the client knows better.
    pub(crate) fn effect_in_force(&self) -> Effect {
        let better = self.options.effect.or_else(|| self.core.effects.get(self.description.id).copied());
        better.unwrap_or(self.description.effect)
    }

    /// The same call, to be sent besides this one; `None` if the operation could not be written.
    pub(crate) fn duplicate(&self) -> Option<Self> {
        let outgoing = self.outgoing.as_ref().ok()?.clone();
        let (core, options) = (Arc::clone(&self.core), self.options.clone());
        Some(Self { core, description: self.description, outgoing: Ok(outgoing), options, read: self.read })
    }
}

impl Call<Bytes> {
    /// Receives the answer piece by piece, instead of all of it at once: into a file, a writer or a stream.
    pub fn download(self) -> Download {
        Download::new(self)
    }
}

/// Shows no arguments: they may be personal data.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.description.id)
            .field("options", &self.options)
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
            let answer = match ready!(self.exchange.poll_received(cx))? {
                Received::Whole(answer) => answer,
                // Only asked for by downloads.
                Received::Stream(streamed) => streamed.head,
            };
            let status = answer.status();
            let kept = keep(&answer, &self.exchange);
            match (self.read)(answer) {
                Ok(data) => {
                    self.exchange.succeed(status);
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
        let keep =
            |answer: &Answer, exchange: &Exchange| (Meta::new(answer, exchange), answer.body().clone());
        self.get_mut().pending.poll_with(cx, keep).map_ok(|(data, (meta, body))| Response {
            data,
            meta,
            body,
        })
    }
}

impl<T> fmt::Debug for PendingResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingResponse").finish_non_exhaustive()
    }
}
