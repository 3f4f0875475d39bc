//! Services of others: secrets that are sent as they are, answers that are told by status and media type, failures in the
//! service's own words.

use airudder_client::{
    Answer, Auth, Client, ClientBuilder, Description, Effect, Error, ErrorKind, Evidence, Key, KeyPlace,
    Keys, Method, Operation, Request, RetryPolicy,
};

use crate::server::{Reply, Server};

/// Rows or text, as the service likes.
struct Report;

#[derive(Debug, PartialEq)]
enum Rows {
    Listed(Vec<i64>),
    Written(String),
    Unknown(u16),
}

impl Operation for Report {
    type Answer = Rows;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.report",
        method: Method::Get,
        path: "/report",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::Keys(&[&[
            Key { scheme: "account", place: KeyPlace::Basic },
            Key { scheme: "key", place: KeyPlace::Query("key") },
        ]]),
        envelope: None,
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<Rows, Error> {
        match answer.status() {
            200 if answer.is_media_type("text/*") => answer.text().map(Rows::Written),
            200 => answer.json().map(Rows::Listed),
            status => Ok(Rows::Unknown(status)),
        }
    }
}

fn client(server: &Server) -> Client {
    let keys = Keys::new().with_basic("account", "ann", "canary-password").with("key", "canary-key");
    ClientBuilder::keyed(keys, &server.address).retry(RetryPolicy::never()).build().unwrap()
}

#[tokio::test]
async fn secrets_are_sent_and_no_token_is_asked_for() {
    let server = Server::answering(Reply::json("[1]")).await;
    client(&server).call(&Report).await.unwrap();
    let call = server.calls().remove(0);
    assert_eq!(call.header("authorization"), Some("Basic YW5uOmNhbmFyeS1wYXNzd29yZA=="));
    assert!(call.line.contains("/report?key=canary-key "), "{}", call.line);
    assert!(server.tokens().is_empty());
}

#[tokio::test]
async fn without_its_secrets_nothing_is_sent() {
    let server = Server::answering(Reply::json("[1]")).await;
    let client: Client =
        ClientBuilder::keyed(Keys::new().with("key", "canary-key"), &server.address).build().unwrap();
    let error = client.call(&Report).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("account and key"), "{error}");
    assert!(!format!("{error:?}").contains("canary") && server.calls().is_empty());
}

#[tokio::test]
async fn an_answer_is_told_by_its_status_and_media_type() {
    for (reply, rows) in [
        (Reply::json("[1,2]"), Rows::Listed(vec![1, 2])),
        (Reply::new(200, "Text/CSV; charset=utf-8", "1;2"), Rows::Written("1;2".to_owned())),
        (Reply::new(202, "text/plain", "later"), Rows::Unknown(202)),
    ] {
        let server = Server::answering(reply).await;
        assert_eq!(client(&server).call(&Report).await.unwrap(), rows);
    }
}

#[tokio::test]
async fn a_failure_can_be_read_in_the_words_of_the_service() {
    let server = Server::answering(Reply::json(r#"["canary",2]"#).with_status(409)).await;
    let error = client(&server).call(&Report).await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(409)));
    assert_eq!(error.json::<Vec<serde_json::Value>>().unwrap().len(), 2);
    assert_eq!(error.json::<Vec<i64>>(), None);
    assert_eq!(error.text().unwrap(), r#"["canary",2]"#);
    assert!(!error.to_string().contains("envelope"), "{error}");
}
