//! One request on its way through the router.

use std::pin::Pin;
use std::sync::Arc;

use airudder_wire::DedupKey;
use bytes::Bytes;
use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::Router;
use crate::error::Chain;
use crate::http::{empty, taken};
use crate::{Error, Outcome};

/// Decodes a body and begins to handle it; each closure knows the type of its event.
pub(super) type Route = Arc<dyn Fn(&Router, &HeaderMap, &[u8]) -> Result<Accepted, Error> + Send + Sync>;

/// An event whose handler has not run yet.
pub(crate) struct Accepted {
    pub(super) name: &'static str,
    pub(super) key: DedupKey,
    pub(super) outcome: Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>,
}

/// Why a request goes nowhere.
#[derive(Clone, Copy)]
pub(crate) enum NoRoute {
    Path,
    Method,
}

impl NoRoute {
    pub(crate) fn response(self) -> Response<Bytes> {
        match self {
            Self::Path => empty(StatusCode::NOT_FOUND),
            Self::Method => {
                let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                response
            }
        }
    }
}

impl Router {
    /// The route of a path.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<&Route, NoRoute> {
        let Some(route) = self.routes.get(path) else {
            tracing::debug!(path, "there is no handler for this path");
            return Err(NoRoute::Path);
        };
        if method == Method::POST { Ok(route) } else { Err(NoRoute::Method) }
    }

    pub(crate) fn accept(&self, route: &Route, headers: &HeaderMap, body: &[u8]) -> Result<Accepted, Error> {
        route(self, headers, body)
    }

    /// Waits for the handler, and says what to answer.
    pub(crate) async fn finish(&self, path: &str, accepted: Result<Accepted, Error>) -> Response<Bytes> {
        let Accepted { name, key, outcome } = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(path, stage = ?error.stage(), error = %Chain(&error), "refused a callback");
                return error.response();
            }
        };
        match outcome.await {
            Ok(Outcome::Handled) => {
                tracing::debug!(path, event = name, %key, "handled an event");
                taken(self.answer.clone())
            }
            Ok(Outcome::Repeated) => {
                tracing::debug!(path, event = name, %key, "an event was handled before");
                taken(self.answer.clone())
            }
            Ok(Outcome::InHand) => {
                tracing::debug!(path, event = name, %key, "an event is being handled already");
                Outcome::InHand.response()
            }
            Err(error) => {
                let stage = error.stage();
                tracing::error!(path, event = name, %key, ?stage, error = %Chain(&error), "failed to handle an event");
                error.response()
            }
        }
    }
}
