//! From paths to handlers.

mod delivery;

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use airudder_wire::{DedupKey, Event};
use bytes::Bytes;
use http::{Request, Response};

use self::delivery::{Accepted, Route};
use crate::{BoxError, DuplicateGuard, Error, MemoryGuard, Outcome, Receiver, once};

/// The body of the answer to a callback that was taken.
///
/// **Assumed**: the vendor asks for an answer that is not "abnormal" and does not say what that is. This is what the vendor
/// itself answers when all is well; [`Router::answer`] sets another.
pub const DEFAULT_ANSWER: &str = r#"{"code":200,"status":"OK"}"#;

/// Takes requests, and gives each event to the handler of its path, once.
///
/// | what happens | answer | the vendor then |
/// |---|---|---|
/// | the handler succeeds, or the event was handled before | 200 and [the body](Self::answer) | stops |
/// | the handler or the guard fails, or an earlier push of the event is being handled | 503 | sends it again |
/// | the callback is refused: size, signature, decryption, decoding | 400 | sends it again, in vain |
/// | the path is not known, the method is not POST | 404, 405 | |
///
/// The answer waits for the handler. How long the vendor waits is not known, and a server drops the handler when the vendor
/// hangs up; so a handler should do no more than put the event where it is safe, and work is done from there:
/// [`hand_over`](Self::hand_over) to a queue of the process, or `in_transaction` (feature `sqlite`) to a table.
///
/// What is refused or fails is logged by `tracing`, with the reason and without the callback.
///
/// It is a service of axum by the feature `axum`, and of any server by [`handle`](Self::handle). Clones share everything.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use airudder_webhook::testing::Delivery;
/// use airudder_webhook::{HmacSha256, Receiver, Router};
/// # use airudder_webhook::{DedupKey, Event};
/// # #[derive(serde::Deserialize, serde::Serialize)]
/// # struct CallFinished { callid: String }
/// # impl Event for CallFinished {
/// #     fn from_json(body: &[u8]) -> Result<Self, serde_json::Error> { serde_json::from_slice(body) }
/// #     fn name(&self) -> &'static str { "workflow.callFinished" }
/// #     fn dedup_key(&self) -> DedupKey { DedupKey::builder(self.name()).field("callid", &self.callid).finish() }
/// #     fn occurred_at(&self) -> Option<std::time::SystemTime> { None }
/// # }
///
/// let receiver = Receiver::builder(HmacSha256::new("the key")?).build();
/// let router = Router::new(receiver).on("/calls", |call: CallFinished| async move {
///     println!("finished: {}", call.callid);
///     Ok(())
/// });
///
/// let request = Delivery::new(r#"{"callid": "1"}"#).signed("the key")?.request("/calls")?;
/// assert_eq!(router.handle(request).await.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Router {
    receiver: Receiver,
    guard: Arc<dyn DuplicateGuard>,
    answer: Bytes,
    routes: Arc<HashMap<String, Route>>,
}

impl Router {
    /// A router without paths, whose guard is a [`MemoryGuard`].
    pub fn new(receiver: Receiver) -> Self {
        Self {
            receiver,
            guard: Arc::new(MemoryGuard::default()),
            answer: Bytes::from_static(DEFAULT_ANSWER.as_bytes()),
            routes: Arc::default(),
        }
    }

    /// Sets the guard against duplicates, for all paths.
    #[must_use]
    pub fn guard(mut self, guard: impl DuplicateGuard) -> Self {
        self.guard = Arc::new(guard);
        self
    }

    /// Sets the body, JSON, of the answer to a callback that was taken. By default [`DEFAULT_ANSWER`].
    #[must_use]
    pub fn answer(mut self, body: impl Into<Bytes>) -> Self {
        self.answer = body.into();
        self
    }

    /// Gives what comes to a path to a handler; a later one for the same path takes its place.
    ///
    /// The type of the event decides what the path takes: one callback, or all of a product by its `Event`.
    ///
    /// An event whose handler fails is sent again by the vendor, up to five times in all. It runs
    /// [at least once](DuplicateGuard), so it should be repeatable.
    #[must_use]
    pub fn on<E, F, R>(self, path: impl Into<String>, handler: F) -> Self
    where
        E: Event,
        F: Fn(E) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.route(path, move |guard, key, event: E| {
            let handler = Arc::clone(&handler);
            // The handler is not even called for an event that was handled before.
            async move { once(&*guard, key, async move { handler(event).await }).await }
        })
    }

    /// Gives what comes to a path to a function that puts it into a queue, and answers at once.
    ///
    /// When the queue is full the function should fail, so that the vendor sends the event again. What waits in the memory
    /// of a process dies with it.
    ///
    /// ```
    /// # use airudder_webhook::{Event, Router};
    /// use tokio::sync::mpsc::{Sender, error::TrySendError};
    ///
    /// fn queued<E: Event>(router: Router, queue: Sender<E>) -> Router {
    ///     router.hand_over("/calls", move |event: E| {
    ///         // The error holds the event, which is personal: it must not get into a log.
    ///         queue.try_send(event).map_err(|error| match error {
    ///             TrySendError::Full(_) => "the queue is full".into(),
    ///             TrySendError::Closed(_) => "the queue is closed".into(),
    ///         })
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn hand_over<E, F>(self, path: impl Into<String>, queue: F) -> Self
    where
        E: Event,
        F: Fn(E) -> Result<(), BoxError> + Send + Sync + 'static,
    {
        self.on(path, move |event: E| ready(queue(event)))
    }

    /// Gives what comes to a path to an effect on a guard's database, in one transaction with the key: exactly once, see
    /// [`SqliteGuard::transaction`](crate::SqliteGuard::transaction).
    ///
    /// This guard serves this path; it may be the router's as well.
    #[cfg(feature = "sqlite")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
    #[must_use]
    pub fn in_transaction<E, F>(self, path: impl Into<String>, guard: &crate::SqliteGuard, effect: F) -> Self
    where
        E: Event,
        F: Fn(&rusqlite::Transaction<'_>, E) -> Result<(), BoxError> + Send + Sync + 'static,
    {
        let (guard, effect) = (guard.clone(), Arc::new(effect));
        self.route(path, move |_, key, event: E| {
            let (guard, effect) = (guard.clone(), Arc::clone(&effect));
            async move { guard.transaction(key, move |transaction| effect(transaction, event)).await }
        })
    }

    /// Takes a request and says what to answer.
    ///
    /// The body is there already, so the server should have capped it: see [`Receiver::max_body_size`].
    pub async fn handle(&self, request: Request<impl AsRef<[u8]>>) -> Response<Bytes> {
        match self.find(request.method(), request.uri().path()) {
            Ok(route) => {
                let accepted = self.accept(route, request.headers(), request.body().as_ref());
                self.finish(request.uri().path(), accepted).await
            }
            Err(nowhere) => nowhere.response(),
        }
    }

    #[cfg(feature = "axum")]
    pub(crate) fn max_body_size(&self) -> usize {
        self.receiver.max_body_size()
    }

    fn route<E, F, R>(mut self, path: impl Into<String>, handle: F) -> Self
    where
        E: Event,
        F: Fn(Arc<dyn DuplicateGuard>, DedupKey, E) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Outcome, Error>> + Send + 'static,
    {
        let route: Route = Arc::new(move |router, headers, body| {
            let event: E = router.receiver.decode(headers, body)?;
            let (name, key) = (event.name(), event.dedup_key());
            let outcome = Box::pin(handle(Arc::clone(&router.guard), key, event));
            Ok(Accepted { name, key, outcome })
        });
        Arc::make_mut(&mut self.routes).insert(path.into(), route);
        self
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("receiver", &self.receiver)
            .field("paths", &self.routes.keys())
            .finish_non_exhaustive()
    }
}
