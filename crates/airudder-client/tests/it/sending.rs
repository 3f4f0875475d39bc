//! How calls are sent.

use std::time::Duration;

use airudder_client::{Call, Client, ErrorKind, Pending, PendingResponse};

use crate::operations::{Look, ring};
use crate::server::{Reply, Server};

#[test]
fn everything_crosses_threads() {
    fn crosses<T: Send + 'static>() {}
    fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<Client>();
    // Whatever the answer is.
    crosses::<Call<std::rc::Rc<()>>>();
    crosses::<Pending<std::rc::Rc<()>>>();
    crosses::<PendingResponse<std::rc::Rc<()>>>();
}

#[tokio::test]
async fn a_call_has_the_clients_headers_and_its_own() {
    let server = Server::answering(Reply::ok()).await;
    let client = server.client();
    client.call(&ring()).await.unwrap();
    client.call(&ring()).header("X-Trace", "t-1").header("user-agent", "mine/1").await.unwrap();
    let client = server.builder().user_agent("other/2").build().unwrap();
    client.call(&ring()).await.unwrap();
    let calls = server.calls();
    assert_eq!(calls[0].line, "POST /service/cloud/ring?callee=%2B10000000001 HTTP/1.1");
    assert_eq!(calls[0].body, r#"{"callee":"+10000000001"}"#);
    assert_eq!(calls[0].header("content-type"), Some("application/json"));
    assert!(calls[0].header("user-agent").unwrap().starts_with("airudder-rust/"));
    assert_eq!((calls[1].header("x-trace"), calls[1].header("user-agent")), (Some("t-1"), Some("mine/1")));
    assert_eq!(calls[2].header("user-agent"), Some("other/2"));
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_told_when_awaited() {
    let server = Server::answering(Reply::ok()).await;
    for (name, value) in
        [("x y", "1"), ("x", "a\r\nb: c"), ("authorization", "Token mine"), ("content-length", "1")]
    {
        let error = server.client().call(&ring()).header(name, value).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("test.ring")));
        assert!(!error.may_have_taken_effect() && error.to_string().contains(name), "{error}");
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn paths_are_filled_and_can_be_replaced() {
    let server = Server::answering(Reply::json(r#"{"code":200}"#)).await;
    let client = server.builder().address(format!("{}/base/", server.address)).build().unwrap();
    assert_eq!(client.address(), format!("{}/base", server.address));
    client.call(&Look { id: "a/b c?ä" }).await.unwrap();
    let client = server.builder().path("test.look", "/v2/{id}/look").build().unwrap();
    client.call(&Look { id: "7" }).await.unwrap();
    let lines: Vec<_> = server.calls().into_iter().map(|call| call.line).collect();
    assert_eq!(
        lines,
        ["GET /base/service/cloud/look/a%2Fb%20c%3F%C3%A4 HTTP/1.1", "GET /v2/7/look HTTP/1.1"]
    );

    let client = server.builder().path("test.look", "/v2/look").build().unwrap();
    let error = client.call(&Look { id: "7" }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("`/v2/look` lacks {id}"), "{error}");
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn a_value_that_makes_another_path_is_never_sent() {
    let server = Server::answering(Reply::ok()).await;
    for id in ["", ".", ".."] {
        let error = server.client().call(&Look { id }).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidInput, 0), "{error}");
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn an_attempt_and_a_call_have_their_time() {
    let server = Server::answering(Reply::ok().with_delay(Duration::from_secs(5))).await;
    let short = Duration::from_millis(100);
    for (call, option) in [
        (server.client().call(&ring()).attempt_timeout(short), "attempt_timeout"),
        (server.client().call(&ring()).total_timeout(short), "total_timeout"),
        (server.builder().attempt_timeout(short).build().unwrap().call(&ring()), "attempt_timeout"),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert!(error.is_timeout() && error.may_have_taken_effect());
        assert!(error.to_string().contains(option), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_waits_for_its_token_in_vain_was_not_sent() {
    let server = Server::start(|_, _| Reply::token(0).with_delay(Duration::from_secs(5))).await;
    let error = server.client().call(&ring()).total_timeout(Duration::from_millis(100)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn endless_timeouts_are_fine() {
    let server = Server::answering(Reply::ok()).await;
    let call = server.client().call(&ring()).attempt_timeout(Duration::MAX).total_timeout(Duration::MAX);
    assert_eq!(call.await.unwrap(), "fine");
}

#[tokio::test]
async fn a_broken_connection_is_not_sent_again() {
    let mut reply = Reply::ok();
    reply.hangs_up = true;
    let server = Server::answering(reply).await;
    let error = server.client().call(&ring()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Io, 1));
    assert!(error.may_have_taken_effect());
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::answering(Reply::ok()).await;
    let client = server.builder().address(format!("http://{closed}")).build().unwrap();
    for error in
        [client.call(&ring()).await.unwrap_err(), client.call(&Look { id: "7" }).await.map(drop).unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(!error.may_have_taken_effect());
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[tokio::test]
async fn nothing_is_sent_before_a_call_is_awaited() {
    let server = Server::answering(Reply::ok()).await;
    drop(server.client().call(&ring()));
    drop(server.client().call(&ring()).response());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(server.tokens().is_empty() && server.calls().is_empty());
}
