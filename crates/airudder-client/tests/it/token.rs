//! The token: fetched once, replaced when refused.

use std::time::Duration;

use airudder_client::ErrorKind;
use tokio::task::JoinSet;

use crate::operations::{Download, ring};
use crate::server::{KEY, Reply, SECRET, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_cold_calls_fetch_one_token() {
    let server = Server::start(|request, count| match request.is_token() {
        true => Reply::token(count).with_delay(Duration::from_millis(100)),
        false => Reply::ok(),
    })
    .await;
    let client = server.client();
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move { client.call(&ring()).await });
    }
    while let Some(outcome) = calls.join_next().await {
        assert_eq!(outcome.unwrap().unwrap(), "fine");
    }
    assert_eq!(server.tokens().len(), 1);
    let calls = server.calls();
    assert_eq!(calls.len(), 1_000);
    assert!(calls.iter().all(|call| call.header("authorization") == Some("Token canary-token-0")));
}

#[tokio::test]
async fn the_token_request_is_as_documented() {
    let server = Server::answering(Reply::ok()).await;
    server.client().call(&ring()).await.unwrap();
    let token = server.tokens().remove(0);
    assert_eq!(token.line, "POST /service/cloud/auth HTTP/1.1");
    assert_eq!(token.body, format!(r#"{{"APPKey":"{KEY}","APPSecret":"{SECRET}"}}"#));
    assert_eq!(token.header("content-type"), Some("application/json"));
    assert_eq!(token.header("authorization"), None);
}

/// HTTP 401, or the code 401 in an answer with HTTP 200, in JSON or instead of a download.
#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_resent_once() {
    for status in [200, 401] {
        let server = Server::start(move |request, count| match (request.is_token(), count) {
            (true, count) => Reply::token(count),
            (false, 0) => Reply::refused().with_status(status),
            (false, _) => Reply::ok(),
        })
        .await;
        let response = server.client().call(&ring()).response().await.unwrap();
        assert_eq!((response.data.as_str(), response.meta.attempts), ("fine", 2));
        let tokens: Vec<_> =
            server.calls().iter().map(|call| call.header("authorization").unwrap().to_owned()).collect();
        assert_eq!(tokens, ["Token canary-token-0", "Token canary-token-1"]);
    }
}

#[tokio::test]
async fn a_refused_download_is_resent_too() {
    let server = Server::start(|request, count| match (request.is_token(), count) {
        (true, count) => Reply::token(count),
        (false, 0) => Reply::refused(),
        (false, _) => Reply::new(200, "audio/wav", "RIFF"),
    })
    .await;
    assert_eq!(server.client().call(&Download).await.unwrap(), "RIFF");
}

#[tokio::test]
async fn never_more_than_one_resend() {
    for status in [200, 401] {
        let server = Server::answering(Reply::refused().with_status(status)).await;
        let error = server.client().call(&ring()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Auth, 2));
        assert!(error.is_auth() && !error.may_have_taken_effect());
        assert_eq!((server.tokens().len(), server.calls().len()), (2, 2));
    }
}

/// Two calls leave with the first token. One is refused at once and gets a second token; the refusal of the other comes
/// late and must not cost a third.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_refusal_does_not_wipe_the_newer_token() {
    let server = Server::start(|request, count| {
        let is_old = request.header("authorization") == Some("Token canary-token-0");
        match (request.is_token(), is_old, count) {
            (true, ..) => Reply::token(count),
            (false, true, 0) => Reply::refused().with_delay(Duration::from_millis(300)),
            (false, true, _) => Reply::refused(),
            (false, false, _) => Reply::ok(),
        }
    })
    .await;
    let client = server.client();
    let late = tokio::spawn({
        let client = client.clone();
        async move { client.call(&ring()).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.call(&ring()).await.unwrap();
    late.await.unwrap().unwrap();
    assert_eq!(server.tokens().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_takes_over_when_the_first_is_dropped() {
    let server = Server::start(|request, count| match request.is_token() {
        true => Reply::token(count).with_delay(Duration::from_millis(200)),
        false => Reply::ok(),
    })
    .await;
    let client = server.client();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { client.call(&ring()).await })
    };
    let first = spawn();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let others: Vec<_> = (0..10).map(|_| spawn()).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.abort();
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), "fine");
    }
    assert_eq!(server.tokens().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_token_request_fails_all_who_wait_and_the_next_call_tries_again() {
    let server = Server::start(|request, count| match (request.is_token(), count) {
        (true, 0) => {
            Reply::json(r#"{"code":403,"message":"key is locked"}"#).with_delay(Duration::from_millis(100))
        }
        (true, count) => Reply::token(count),
        (false, _) => Reply::ok(),
    })
    .await;
    let client = server.client();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.call(&ring()).await });
    }
    while let Some(outcome) = calls.join_next().await {
        let error = outcome.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(error.operation(), Some("test.ring"));
        assert_eq!(error.vendor_code().unwrap(), 403);
        assert_eq!(error.vendor_message(), Some("key is locked"));
        assert_eq!(error.attempts(), 0);
        assert!(!error.may_have_taken_effect());
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.to_string().starts_with("platform.obtainToken: "), "{source}");
    }
    assert_eq!((server.tokens().len(), server.calls().len()), (1, 0));
    client.call(&ring()).await.unwrap();
    assert_eq!(server.tokens().len(), 2);
}

#[tokio::test]
async fn an_answer_without_a_token_is_an_auth_error() {
    let server = Server::start(|_, _| Reply::json(r#"{"code":200,"data":{}}"#)).await;
    let error = server.client().call(&ring()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(server.calls().is_empty());
}
