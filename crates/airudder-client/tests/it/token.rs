//! The token: fetched once, renewed in time, replaced when refused, shared by a store.

use std::time::{Duration, SystemTime};

use airudder_client::{Account, ErrorKind, MemoryTokenStore, StoredToken, TokenStore as _};
use tokio::task::{JoinSet, yield_now};

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
async fn the_others_go_on_when_the_first_is_dropped() {
    let server = Server::start(|request, count| match request.is_token() {
        true => Reply::token(count).with_delay(Duration::from_millis(100)),
        false => Reply::ok(),
    })
    .await;
    let client = server.client();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { client.call(&ring()).await })
    };
    let first = spawn();
    while server.tokens().is_empty() {
        yield_now().await;
    }
    let others: Vec<_> = (0..10).map(|_| spawn()).collect();
    first.abort();
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), "fine");
    }
    assert_eq!(server.tokens().len(), 1);
}

/// What one runtime left half-done is of no use in the next, whose timers and connections are others.
#[test]
fn a_client_outlives_its_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let of_server =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = of_server.block_on(Server::start(|request, count| match (request.is_token(), count) {
        (true, 0) => Reply::token(0).with_delay(Duration::from_secs(3600)),
        (true, count) => Reply::token(count),
        (false, _) => Reply::ok(),
    }));
    let client = server.client();
    runtime().block_on(async {
        let call = tokio::spawn(client.call(&ring()).into_future());
        while server.tokens().is_empty() {
            yield_now().await;
        }
        drop(call);
    });
    assert_eq!(runtime().block_on(client.call(&ring()).into_future()).unwrap(), "fine");
    assert_eq!(server.tokens().len(), 2);
}

/// The token of the store is due for renewal: calls go on with it until the next one is there.
#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_wait_for_a_renewal() {
    let server = Server::start(|request, count| match request.is_token() {
        true => Reply::token(count).with_delay(Duration::from_millis(50)),
        false => Reply::ok(),
    })
    .await;
    let hour = Duration::from_secs(60 * 60);
    let asked_at = SystemTime::now() - 23 * hour;
    let store = MemoryTokenStore::new();
    let token = StoredToken::new("stored", asked_at, asked_at + 24 * hour);
    store.save(&Account::new(&server.address, KEY), &token).await.unwrap();
    let client = server.builder().token_store(store).build().unwrap();
    let is_renewed = || {
        let calls = server.calls();
        calls.last().is_some_and(|call| call.header("authorization") == Some("Token canary-token-0"))
    };
    while !is_renewed() {
        assert_eq!(client.call(&ring()).await.unwrap(), "fine");
    }
    assert_eq!(server.tokens().len(), 1);
    assert_eq!(server.calls()[0].header("authorization"), Some("Token stored"));
}

#[tokio::test]
async fn the_lifetime_can_be_set() {
    let server = Server::answering(Reply::ok()).await;
    let client = server.builder().token_lifetime(Duration::from_nanos(1)).build().unwrap();
    for calls in 1..=3 {
        client.call(&ring()).await.unwrap();
        assert_eq!(server.tokens().len(), calls);
    }
}

/// Two clients stand for two processes: they have nothing in common but a directory.
#[cfg(feature = "file-token-store")]
#[tokio::test]
async fn a_file_shares_a_token_and_its_replacement() {
    let server = Server::start(|request, count| {
        let is_refused = request.header("authorization") == Some("Token canary-token-0") && count >= 2;
        match (request.is_token(), is_refused) {
            (true, _) => Reply::token(count),
            (false, true) => Reply::refused(),
            (false, false) => Reply::ok(),
        }
    })
    .await;
    let directory = tempfile::TempDir::new().unwrap();
    let clients = [(); 2].map(|()| {
        let store = airudder_client::FileTokenStore::new(directory.path());
        server.builder().token_store(store).build().unwrap()
    });
    for tokens in 1..=2 {
        for client in &clients {
            client.call(&ring()).await.unwrap();
            assert_eq!(server.tokens().len(), tokens);
        }
    }
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
