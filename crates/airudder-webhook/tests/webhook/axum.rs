//! The extractor and the service, through axum itself.

use std::sync::Arc;

use airudder_webhook::axum::Callback;
use airudder_webhook::testing::Delivery;
use airudder_webhook::{
    DEFAULT_ANSWER, Error, Event as _, MemoryGuard, Outcome, Receiver, Router, Unsigned, once,
};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use futures_util::stream;
use http::{Request, StatusCode};
use tower_service::Service as _;

use crate::events::Call;

#[derive(Clone)]
struct Application {
    receiver: Receiver,
    guard: Arc<MemoryGuard>,
}

impl FromRef<Application> for Receiver {
    fn from_ref(application: &Application) -> Self {
        application.receiver.clone()
    }
}

async fn handle(
    State(application): State<Application>,
    Callback(call): Callback<Call>,
) -> Result<Outcome, Error> {
    let handling = async { if call.callid == "bad" { Err("no".into()) } else { Ok(()) } };
    once(&*application.guard, call.dedup_key(), handling).await
}

fn receiver() -> Receiver {
    Receiver::builder(Unsigned).max_body_size(40).build()
}

/// The same by both ways: `/extractor` and `/router/calls`.
fn application() -> axum::Router {
    let router = Router::new(receiver()).on("/calls", |call: Call| async move {
        if call.callid == "bad" { Err("no".into()) } else { Ok(()) }
    });
    let application = Application { receiver: receiver(), guard: Arc::default() };
    axum::Router::new()
        .route("/extractor", post(handle))
        .with_state(application)
        .nest_service("/router", router)
}

async fn send(path: &str, bodies: impl IntoIterator<Item = Body>) -> Vec<(StatusCode, Bytes)> {
    let mut application = application();
    let mut answers = Vec::new();
    for body in bodies {
        let request = Request::post(path).body(body).unwrap();
        let response: Response = application.call(request).await.unwrap();
        answers.push((response.status(), to_bytes(response.into_body(), 100).await.unwrap()));
    }
    answers
}

fn call(callid: &str) -> Body {
    Body::from(Delivery::of(&Call::new(callid)).unwrap().request("/").unwrap().into_body())
}

/// A body that comes in pieces and announces no length; what comes after them is an error.
fn pieces(count: usize) -> Body {
    let pieces = std::iter::repeat_n(Ok("          "), count).chain([Err("reset")]);
    Body::from_stream(stream::iter(pieces))
}

#[tokio::test]
async fn events_are_handled_once() {
    for path in ["/extractor", "/router/calls"] {
        let answers = send(path, [call("1"), call("1"), call("bad"), call("bad")]).await;
        let taken = (StatusCode::OK, Bytes::from(DEFAULT_ANSWER));
        let failed = (StatusCode::SERVICE_UNAVAILABLE, Bytes::new());
        assert_eq!(answers, [taken.clone(), taken, failed.clone(), failed], "{path}");
    }
}

#[tokio::test]
async fn bodies_are_capped_while_they_come_in() {
    let refused = (StatusCode::BAD_REQUEST, Bytes::new());
    for path in ["/extractor", "/router/calls"] {
        // The last but one would go on for ever but for the cap, the last one breaks off below it.
        let bodies = [call(&"1".repeat(40)), pieces(usize::MAX), pieces(3)];
        assert_eq!(send(path, bodies).await, [refused.clone(), refused.clone(), refused.clone()], "{path}");
    }
}

#[tokio::test]
async fn the_body_of_another_path_is_not_read() {
    let never = Body::from_stream(stream::pending::<Result<&str, &str>>());
    assert_eq!(send("/router/other", [never]).await, [(StatusCode::NOT_FOUND, Bytes::new())]);
}
