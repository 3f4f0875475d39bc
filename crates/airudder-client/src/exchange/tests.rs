//! Calls over a scripted transport.

mod retrying;

use std::future::pending;

use bytes::Bytes;

use super::*;
use crate::clock::TestClock;
use crate::testing::Ring;
use crate::transport::{Fault, Script, Scripted};
use crate::{Answer, Client, ClientBuilder, Credentials, Effect, ErrorKind, Method, Operation, Request};

fn client<A>(
    answer: impl Fn(http::Request<Bytes>, usize) -> A + Send + Sync + 'static,
    clock: &TestClock,
) -> Client
where
    A: Future<Output = Scripted> + Send + 'static,
{
    builder().build_with(Script::new(answer), clock.clone()).unwrap()
}

fn builder() -> ClientBuilder<Client> {
    ClientBuilder::new(Credentials::new("key", "secret"), "http://localhost")
}

fn token() -> Scripted {
    Ok(http::Response::new(Bytes::from_static(br#"{"code":200,"data":{"token":"t"}}"#)))
}

fn is_token(request: &http::Request<Bytes>) -> bool {
    request.uri().path() == "/service/cloud/auth"
}

#[tokio::test]
async fn a_day_later_another_token_is_fetched() {
    let clock = TestClock::new();
    let (sent, seen) = std::sync::mpsc::channel();
    let script = move |request: http::Request<Bytes>, _| {
        sent.send(is_token(&request)).unwrap();
        async move { if is_token(&request) { token() } else { Ok(http::Response::default()) } }
    };
    let client = client(script, &clock);
    for _ in 0..2 {
        client.call(&Ring).await.unwrap();
        client.call(&Ring).await.unwrap();
        clock.advance(Duration::from_secs(24 * 60 * 60));
    }
    assert_eq!(seen.try_iter().collect::<Vec<_>>(), [true, false, false, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn the_default_timeouts_hold() {
    let silent = client(
        |request, _| async move { if is_token(&request) { token() } else { pending().await } },
        &TestClock::new(),
    );
    let error = silent.call(&Ring).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_taken_effect());
    assert!(error.to_string().contains("30s"), "{error}");

    let silent = client(|_, _| pending(), &TestClock::new());
    let error = silent.call(&Ring).await.unwrap_err();
    assert!(error.is_timeout() && !error.may_have_taken_effect(), "{error:?}");
}

/// The token comes with the last moment of the call.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_done_in_time_is_not_sent() {
    let script = |request, count| async move {
        assert!(is_token(&request) && count == 0, "the call must not be sent");
        tokio::time::sleep(Duration::from_secs(10)).await;
        token()
    };
    let client = client(script, &TestClock::new());
    let error = client.call(&Ring).total_timeout(Duration::from_secs(10)).await.unwrap_err();
    assert!(error.is_timeout() && !error.may_have_taken_effect());
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn faults_say_whether_anything_was_sent() {
    for (is_unsent, is_timeout, kind) in
        [(true, false, ErrorKind::Connect), (true, true, ErrorKind::Connect), (false, false, ErrorKind::Io)]
    {
        let script = move |request, _| async move {
            let source = "cause".into();
            match (is_token(&request), is_unsent) {
                (true, _) => token(),
                (false, true) => Err(Fault::Unsent { is_timeout, source }),
                (false, false) => Err(Fault::Broken { source }),
            }
        };
        let error = client(script, &TestClock::new()).call(&Ring).await.unwrap_err();
        assert_eq!((error.kind(), error.is_timeout()), (kind, is_timeout));
        assert_eq!(error.may_have_taken_effect(), !is_unsent);
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "cause");
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
    let answer = |request: http::Request<Bytes>, count| async move {
        let source = "scripted".into();
        match (is_token(&request), count) {
            (true, _) => token(),
            (false, 1) => Err(Fault::Broken { source }),
            _ => Err(Fault::Unsent { is_timeout: false, source }),
        }
    };
    let client = client(answer, &TestClock::new());
    let error = client.request(Method::Put, "/plan").read_nothing().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(error.may_have_taken_effect());
}
