//! An extractor and a service for axum.
//!
//! A [`Router`] is a service, so it can be mounted anywhere in an application:
//!
//! ```
//! fn application(callbacks: airudder_webhook::Router) -> axum::Router {
//!     axum::Router::new().nest_service("/airudder", callbacks)
//! }
//! ```
//!
//! [`Callback`] is for handlers of the application's own.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use airudder_wire::Event;
use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest};
use axum_core::response::IntoResponse;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower_service::Service;

use crate::error::Chain;
use crate::receiver::too_long;
use crate::{Error, Outcome, Receiver, Router, Stage};

/// Extracts the event of a callback; the state of the application must hold a [`Receiver`].
///
/// A callback that is refused is logged by `tracing` and answered by [`Error::response`]; the handler never sees it. Repeats
/// are not looked for: [`once`](crate::once) does that, and gives what the handler can return.
///
/// ```
/// use std::sync::Arc;
///
/// use airudder_webhook::axum::Callback;
/// use airudder_webhook::{Error, Event, MemoryGuard, Outcome, Receiver, once};
/// use axum::extract::{FromRef, State};
/// use axum::routing::post;
///
/// #[derive(Clone)]
/// struct Application {
///     receiver: Receiver,
///     guard: Arc<MemoryGuard>,
/// }
///
/// impl FromRef<Application> for Receiver {
///     fn from_ref(application: &Application) -> Self {
///         application.receiver.clone()
///     }
/// }
///
/// async fn handle<E: Event>(
///     State(application): State<Application>,
///     Callback(event): Callback<E>,
/// ) -> Result<Outcome, Error> {
///     let handling = async {
///         println!("{}", event.name());
///         Ok(())
///     };
///     once(&*application.guard, event.dedup_key(), handling).await
/// }
///
/// fn routes<E: Event + Sync>() -> axum::Router<Application> {
///     axum::Router::new().route("/callbacks", post(handle::<E>))
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Callback<E>(pub E);

impl<S, E> FromRequest<S> for Callback<E>
where
    S: Send + Sync,
    E: Event,
    Receiver: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Error> {
        let receiver = Receiver::from_ref(state);
        let (head, body) = request.into_parts();
        let read = read(body, receiver.max_body_size()).await;
        read.and_then(|body| receiver.decode(&head.headers, &body)).map(Self).inspect_err(|error| {
            let path = head.uri.path();
            tracing::warn!(path, stage = ?error.stage(), error = %Chain(error), "refused a callback");
        })
    }
}

impl Service<Request<Body>> for Router {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let router = self.clone();
        Box::pin(async move { Ok(router.serve(request).await.map(Body::from)) })
    }
}

impl Router {
    /// The body is read only if the path and the method are right.
    async fn serve(&self, request: Request<Body>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        let route = match self.find(&head.method, path) {
            Ok(route) => route,
            Err(nowhere) => return nowhere.response(),
        };
        let accepted = match read(body, self.max_body_size()).await {
            Ok(body) => self.accept(route, &head.headers, &body),
            Err(error) => Err(error),
        };
        self.finish(path, accepted).await
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response<Body> {
        self.response().map(Body::from)
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response<Body> {
        self.response().map(Body::from)
    }
}

/// Reads a body up to a cap; one that announces more is not read at all.
async fn read(body: Body, max: usize) -> Result<Bytes, Error> {
    if body.size_hint().lower() > max as u64 {
        return Err(too_long());
    }
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_long()),
        Err(error) => Err(Error::new(Stage::Reading, "the body broke off").with_source(error)),
    }
}
