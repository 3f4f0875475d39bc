//! What becomes of answers.

use std::error::Error as _;

use airudder_client::{Error, ErrorKind};

use crate::operations::{Bare, Download, Look, Remove, ring};
use crate::server::{Reply, Server};

const LOOK: Look = Look { id: "7" };

async fn look(reply: Reply) -> Result<Option<Vec<i64>>, Error> {
    Server::answering(reply).await.client().call(&LOOK).await
}

async fn ring_error(reply: Reply) -> Error {
    Server::answering(reply).await.client().call(&ring()).await.unwrap_err()
}

#[tokio::test]
async fn fields_come_in_any_order_and_codes_as_text() {
    for body in [
        r#"{"code":200,"status":"OK","data":[1,2]}"#,
        r#"{"data":[1,2],"more":{"a":[]},"status":"OK","code":200}"#,
        r#"{"data":[1,2],"code":"200","message":null}"#,
        r#"{"data":[1,2],"code":200,"message":{"odd":1},"status":7}"#,
    ] {
        assert_eq!(look(Reply::json(body)).await.unwrap(), Some(vec![1, 2]), "{body}");
    }
}

#[tokio::test]
async fn data_may_be_absent_where_the_type_allows() {
    for body in [r#"{"code":200}"#, r#"{"code":200,"data":null}"#] {
        assert_eq!(look(Reply::json(body)).await.unwrap(), None);
    }
    let error = ring_error(Reply::json(r#"{"code":200}"#)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains(r#"has no "data""#), "{error}");
    let server = Server::answering(Reply::json(r#"{"code":200}"#)).await;
    server.client().call(&Remove).await.unwrap();
}

#[tokio::test]
async fn the_code_decides_even_if_the_data_do_not_fit() {
    for body in [
        r#"{"code":500,"message":"busy","requestId":"r-1","data":{"not":"a list"}}"#,
        r#"{"data":"","requestId":"r-1","message":"busy","code":500}"#,
        r#"{"code":"500","status":"busy","message":"","requestId":"r-1"}"#,
    ] {
        let error = ring_error(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::Api, "{error}");
        assert_eq!(error.vendor_code().unwrap(), 500);
        assert_eq!(error.vendor_message(), Some("busy"));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.http_status(), Some(200));
        assert_eq!(error.attempts(), 1);
        assert!(error.may_have_taken_effect());
        assert_eq!(
            error.to_string(),
            "test.ring: the vendor failed on its side (HTTP 200), code 500: busy, request id r-1; it may have taken effect, \
             so check before sending it again"
        );
    }
}

#[tokio::test]
async fn only_a_certain_refusal_had_no_effect() {
    for (status, code, may_have_taken_effect) in [
        (200, 403, false),
        (200, 429, false),
        (400, 400, false),
        (403, 403, false),
        (429, 500, false),
        (200, 500, true),
        (200, 40_013, true),
        (500, 400, true),
        (502, 500, true),
    ] {
        let reply = Reply::json(format!(r#"{{"code":{code}}}"#)).with_status(status);
        let error = ring_error(reply).await;
        assert_eq!(error.may_have_taken_effect(), may_have_taken_effect, "{status} {code}");
        let kind = if code == 403 { ErrorKind::Auth } else { ErrorKind::Api };
        assert_eq!((error.kind(), error.http_status()), (kind, Some(status)));
    }
    let error = look(Reply::json("{}").with_status(500)).await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "a safe operation never has an effect");
}

#[tokio::test]
async fn a_page_is_no_decode_failure() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";
    let error = ring_error(Reply::new(502, "text/html", page)).await;
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(502)));
    assert_eq!(error.excerpt(), Some("<html> <head><title>502 Bad Gateway</title></head></html>"));
    assert!(error.to_string().contains("HTTP 502 without the vendor's envelope"), "{error}");
    assert!(error.may_have_taken_effect());

    let error = ring_error(Reply::new(503, "text/plain", "")).await;
    assert_eq!((error.kind(), error.excerpt()), (ErrorKind::Http, None));
    assert!(error.to_string().contains("HTTP 503 without a body"), "{error}");

    let error = ring_error(Reply::new(429, "text/plain", "slow down")).await;
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_success_that_is_no_json_says_what_it_is() {
    let error = ring_error(Reply::new(200, "text/html", "<html>maintenance</html>")).await;
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Decode, Some(200)));
    let text = error.to_string();
    assert!(text.contains(r#"HTTP 200, content type "text/html""#) && text.contains("maintenance"), "{text}");

    let error = ring_error(Reply::json("")).await;
    assert!(error.to_string().contains("the answer (HTTP 200) is empty"), "{error}");
    let error = ring_error(Reply::json(r#"{"code":200,"data":"cut"#)).await;
    assert!(error.to_string().contains("is not whole JSON"), "{error}");
    for body in ["[]", "{}", r#"{"code":"E1"}"#] {
        let error = ring_error(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

#[tokio::test]
async fn a_misfit_is_named_by_its_place_and_without_its_value() {
    for (body, place) in [
        (r#"{"data":["x",2],"code":200}"#, "at data[0],"),
        (r#"{"data":[1,"x"],"code":200}"#, "at data[1],"),
        (r#"{"code":200,"data":{"a":1}}"#, "at data,"),
    ] {
        let error = look(Reply::json(body)).await.unwrap_err();
        assert!(error.to_string().contains(place), "{error}");
    }
    let error = look(Reply::json(r#"{"data":[1,{"name":"canary"},3],"code":200}"#)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("not as expected at data[1]"), "{error}");
    let source = error.source().unwrap().to_string();
    assert!(!format!("{error} {error:?} {source}").contains("canary"), "{source}");
    assert!(!error.to_string().contains(&source));
}

#[tokio::test]
async fn without_an_envelope_the_whole_body_is_read() {
    let server = Server::answering(Reply::json("[1,2]")).await;
    assert_eq!(server.client().call(&Bare).await.unwrap(), [1, 2]);
    let server = Server::answering(Reply::json("[1,2] x")).await;
    assert_eq!(server.client().call(&Bare).await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_download_is_its_bytes_or_the_refusal() {
    let server = Server::answering(Reply::new(200, "audio/wav", vec![0, 159, 146, 150])).await;
    assert_eq!(server.client().call(&Download).await.unwrap()[..], [0, 159, 146, 150]);
    let server = Server::answering(Reply::json(r#"{"code":404,"message":"gone"}"#)).await;
    let error = server.client().call(&Download).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Api && error.is_not_found());
}

#[tokio::test]
async fn what_came_with_the_data_can_be_had() {
    let reply =
        Reply::json(r#"{"data":"fine","requestId":9,"code":200}"#).with_header("X-Served-By", "canary-host");
    let response = Server::answering(reply).await.client().call(&ring()).response().await.unwrap();
    let meta = response.meta;
    assert_eq!((meta.status, meta.attempts), (200, 1));
    assert_eq!((meta.code.unwrap().get(), meta.request_id.as_deref()), (200, Some("9")));
    assert_eq!(meta.headers["x-served-by"], "canary-host");
    assert!(!meta.elapsed.is_zero());
    assert!(!format!("{meta:?}").contains("canary"));
}

#[tokio::test]
async fn a_body_over_the_cap_is_not_read() {
    for has_length in [true, false] {
        let mut reply = Reply::json(format!(r#"{{"code":200,"data":"{}"}}"#, "x".repeat(100_000)));
        reply.has_length = has_length;
        let server = Server::answering(reply).await;
        let client = server.builder().max_body_size(50_000).build().unwrap();
        let error = client.call(&ring()).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::BodyTooLarge, Some(200)));
        assert!(error.to_string().contains("max_body_size") && error.may_have_taken_effect());
        server.client().call(&ring()).await.unwrap();
    }
}

#[tokio::test]
async fn redirects_are_refused() {
    let reply = Reply::new(302, "text/html", "moved")
        .with_header("Location", "https://user:canary@elsewhere.example.com/login?token=canary");
    let server = Server::answering(reply).await;
    let error = server.client().call(&ring()).await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(302)));
    let text = error.to_string();
    assert!(
        text.contains("redirects to elsewhere.example.com (HTTP 302) and redirects are not followed"),
        "{text}"
    );
    assert!(!text.contains("canary"));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_404_on_an_assumed_path_names_the_override() {
    for reply in [Reply::json(r#"{"code":404}"#), Reply::new(404, "text/html", "<h1>Not Found</h1>")] {
        let error = look(reply).await.unwrap_err();
        assert!(error.is_not_found());
        let text = error.to_string();
        assert!(text.contains("/service/cloud/look/{id} is assumed"), "{text}");
        assert!(text.contains(r#"ClientBuilder::path("test.look", "/right/path")"#), "{text}");
    }
    let error = ring_error(Reply::json(r#"{"code":404}"#)).await;
    assert!(error.is_not_found() && !error.to_string().contains("assumed"));
}
