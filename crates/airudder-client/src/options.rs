//! What a caller may change about one call.

use std::fmt;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use serde_json::Value;

use crate::{Effect, Error, Outgoing, RetryPolicy, request};

/// What a caller may change about a call. [`Call`](crate::Call) has the same methods; this is for settings that are kept.
///
/// What is not set is as the client has it. What cannot be sent is an
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) once the call is awaited.
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) effect: Option<Effect>,
    pub(crate) extras: Extras,
    #[cfg(feature = "encryption")]
    pub(crate) is_in_clear: bool,
}

/// What is added to a request.
#[derive(Clone, Default)]
pub(crate) struct Extras {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, Value)>,
    pub(crate) fields: Vec<(String, Value)>,
}

impl CallOptions {
    /// Changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long one attempt may take, instead of the client's
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long the call may take in all, with its attempts and waits, instead of the client's
    /// [`total_timeout`](crate::ClientBuilder::total_timeout).
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets when the call must be over, if the time that it may take in all does not end sooner.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets when the call is sent again, instead of the client's [`retry`](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sends once, whatever happens: [`RetryPolicy::never`].
    pub fn no_retry(self) -> Self {
        self.retry(RetryPolicy::never())
    }

    /// Says what the operation does if it is sent twice, should the caller know better than the documents.
    ///
    /// [`Effect::Idempotent`] on an operation that rings phones rings them twice sooner or later.
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// Adds a header, or replaces the one that the operation or the client would send.
    ///
    /// The client's own (`Authorization`, `Host`, `Content-Length`, `Transfer-Encoding`) cannot be set.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extras.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query, for what the operation does not know yet. A list becomes repeated parameters; null
    /// adds nothing.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extras.query.push((name.into(), value.into()));
        self
    }

    /// Adds a field to the object that the body is, for what the operation does not know yet.
    ///
    /// The body must be JSON or a form, and must not have the field already. Without a body, one is made.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extras.fields.push((name.into(), value.into()));
        self
    }

    /// Sends in clear though the client encrypts, and takes the answer as it comes.
    #[cfg(feature = "encryption")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
    pub fn in_clear(mut self) -> Self {
        self.is_in_clear = true;
        self
    }
}

impl Extras {
    /// Adds them to a request. Those of a call replace headers, those of a client do not.
    pub(crate) fn add_to(&self, outgoing: &mut Outgoing, replaces: bool) -> Result<(), Error> {
        for (name, value) in &self.headers {
            let (name, value) = request::header(name, value)?;
            if [AUTHORIZATION, HOST, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
                return Err(Error::invalid_input(format!(
                    "the header `{name}` is set by the client alone; leave it out"
                )));
            }
            if replaces || !outgoing.headers().contains_key(&name) {
                outgoing.headers_mut().insert(name, value);
            }
        }
        for (name, value) in &self.query {
            outgoing.add_query(name, value)?;
        }
        if !self.fields.is_empty() {
            outgoing.add_fields(&self.fields)?;
        }
        Ok(())
    }
}

/// Shows no values: they may be secret or personal.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |pairs: &[(String, Value)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("CallOptions")
            .field("attempt_timeout", &self.attempt_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .field("effect", &self.effect)
            .field("headers", &self.extras.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("query", &names(&self.extras.query))
            .field("body_fields", &names(&self.extras.fields))
            .finish()
    }
}
