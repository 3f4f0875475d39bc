//! Encryption of requests and answers.

use std::error::Error as _;

use airudder_client::wire::encryption::digest;
use airudder_client::{
    Answer, Auth, Client, Description, Effect, Encryption, EncryptionKey, Error, ErrorKind, Evidence, File,
    Method, Operation, Request, Signable, Signature, Signer, Style,
};

use crate::operations::{Download, ENVELOPE, Look, Ring, ring};
use crate::server::{Received, Reply, Server};

const OK: &str = r#"{"code":200,"data":"fine"}"#;

/// The key that the vendor's page prints for tests.
fn key() -> EncryptionKey {
    EncryptionKey::new("airudderredduria").unwrap()
}

fn client(server: &Server) -> Client {
    server.builder().encryption(key()).build().unwrap()
}

fn encrypted(plain: &str) -> Reply {
    Reply::new(200, "text/plain", key().encrypt(plain.as_bytes()))
        .with_header("Is-Encrypted", "1")
        .with_header("Signed", digest(plain.as_bytes()))
}

/// What the server makes of an encrypted text.
fn opened(request: &Received, text: &str) -> String {
    assert_eq!(request.header("is-encrypted"), Some("1"));
    let signed = request.header("signed").unwrap();
    String::from_utf8(key().open(text.as_bytes(), signed.as_bytes()).unwrap()).unwrap()
}

/// The GET of the vendor's example.
struct Detail(Option<&'static str>);

impl Operation for Detail {
    type Answer = String;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.detail",
        method: Method::Get,
        path: "/service/cloud/detail",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.query("TaskID", Style::Form, &self.0)
    }

    fn read(answer: Answer) -> Result<String, Error> {
        answer.json()
    }
}

#[tokio::test]
async fn the_vendors_example_is_sent_to_the_byte() {
    let server = Server::answering(encrypted(OK)).await;
    let detail = Detail(Some("69f531a01a9df58aa6de2487be610abb"));
    assert_eq!(client(&server).call(&detail).await.unwrap(), "fine");
    let call = server.calls().remove(0);
    assert_eq!(
        call.line,
        "GET /service/cloud/detail?qbj8cnqKnqR66qDS49ib9ymU1mpMCyp8Dm0gS1VvmnEqTxPGSBzruAU1sapP+cye HTTP/1.1"
    );
    assert_eq!(call.header("is-encrypted"), Some("1"));
    let signed = "6956d7af4c89b89f19f9ae0a8be4bcf12abe7c6ed893691733f3480ad3f3aabc";
    assert_eq!(call.header("signed"), Some(signed));
    assert!(call.header("authorization").unwrap().starts_with("Token "));
}

#[tokio::test]
async fn a_get_without_a_query_encrypts_an_empty_text() {
    let server = Server::answering(encrypted(OK)).await;
    client(&server).call(&Detail(None)).await.unwrap();
    let call = server.calls().remove(0);
    let query = call.line.split(['?', ' ']).nth(2).unwrap();
    assert_eq!((query.len(), opened(&call, query).as_str()), (24, ""));
}

#[tokio::test]
async fn a_post_encrypts_its_body_whole() {
    let server = Server::answering(encrypted(OK)).await;
    assert_eq!(client(&server).call(&ring()).await.unwrap(), "fine");
    let call = server.calls().remove(0);
    assert_eq!(opened(&call, &call.body), r#"{"callee":"+10000000001"}"#);
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.line, "POST /service/cloud/ring?callee=%2B10000000001 HTTP/1.1");
}

#[tokio::test]
async fn the_request_for_a_token_is_in_clear_unless_told_otherwise() {
    let server = Server::start(|request, count| {
        let Reply { body, .. } = Reply::token(count);
        let token = String::from_utf8(body).unwrap();
        match (request.is_token(), request.header("is-encrypted")) {
            (true, None) => Reply::json(token),
            (true, Some(_)) => encrypted(&token),
            (false, _) => encrypted(OK),
        }
    })
    .await;
    client(&server).call(&ring()).await.unwrap();
    let encryption = Encryption::new(key()).encrypt_token_request();
    server.builder().encryption(encryption).build().unwrap().call(&ring()).await.unwrap();
    let tokens = server.tokens();
    assert!(tokens[0].header("signed").is_none() && tokens[0].body.contains("APPSecret"));
    assert!(opened(&tokens[1], &tokens[1].body).contains("APPSecret"));
    assert!(server.calls().iter().all(|call| call.header("authorization").unwrap().contains("canary-token")));
}

#[tokio::test]
async fn a_call_in_clear_is_sent_and_answered_in_clear() {
    let server = Server::answering(Reply::ok()).await;
    assert_eq!(client(&server).call(&ring()).in_clear().await.unwrap(), "fine");
    let call = server.calls().remove(0);
    assert_eq!((call.header("is-encrypted"), call.header("signed")), (None, None));
    assert_eq!(call.body, r#"{"callee":"+10000000001"}"#);
}

#[tokio::test]
async fn a_failure_is_read_from_an_encrypted_answer() {
    let refusal = encrypted(r#"{"code":400,"message":"bad task"}"#);
    for reply in [refusal.clone(), refusal.with_status(400)] {
        let server = Server::answering(reply).await;
        let error = client(&server).call(&ring()).await.unwrap_err();
        assert_eq!((error.kind(), error.vendor_message()), (ErrorKind::Api, Some("bad task")));
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_whether_told_encrypted_or_not() {
    for refused in [encrypted(r#"{"code":401}"#), Reply::refused(), Reply::refused().with_status(401)] {
        let server = Server::start(move |request, count| match (request.is_token(), count) {
            (true, _) => Reply::token(count),
            (false, 0) => refused.clone(),
            (false, _) => encrypted(OK),
        })
        .await;
        client(&server).call(&ring()).await.unwrap();
        assert_eq!((server.tokens().len(), server.calls().len()), (2, 2));
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_an_encrypted_answer_is_told_alike() {
    let other = EncryptionKey::new("another key of16").unwrap();
    let mut not_signed = encrypted(OK);
    not_signed.headers.retain(|(name, _)| *name != "Signed");
    let mut falsely_signed = not_signed.clone();
    falsely_signed.headers.push(("Signed", digest(b"canary")));
    let with_body = |body: &str| Reply { body: body.into(), ..encrypted(OK) };
    let replies = [
        not_signed,
        falsely_signed,
        with_body(""),
        with_body(OK),
        with_body("qbj8"),
        with_body(&other.encrypt(OK.as_bytes())),
    ];
    let mut told = Vec::new();
    for reply in replies {
        let server = Server::answering(reply).await;
        let error = client(&server).call(&ring()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
        assert!(error.may_have_taken_effect());
        told.push(format!("{error} {:?} {:?}", error.excerpt(), error.source()));
    }
    // A client without a key cannot decrypt either.
    let server = Server::answering(encrypted(OK)).await;
    let error = server.client().call(&ring()).await.unwrap_err();
    told.push(format!("{error} {:?} {:?}", error.excerpt(), error.source()));
    assert!(told[0].contains("ClientBuilder::encryption"), "{}", told[0]);
    assert!(told.iter().all(|text| *text == told[0]), "{told:#?}");
}

#[tokio::test]
async fn a_failure_in_clear_is_what_it_is() {
    for (reply, kind) in [
        (Reply::new(502, "text/html", "<p>bad gateway</p>"), ErrorKind::Http),
        (Reply::json(r#"{"code":400,"message":"cannot decrypt"}"#), ErrorKind::Api),
        (Reply::new(200, "text/html", "<p>log in</p>"), ErrorKind::Decode),
    ] {
        let server = Server::answering(reply).await;
        let error = client(&server).call(&ring()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(!error.to_string().contains("in clear"), "{error}");
    }
}

#[tokio::test]
async fn a_success_in_clear_is_refused_unless_told_otherwise() {
    // Whatever its content type.
    for reply in [Reply::ok(), Reply::new(200, "text/plain", OK)] {
        let server = Server::answering(reply).await;
        let error = client(&server).call(&ring()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.may_have_taken_effect(), "the vendor did what was asked");
        assert!(error.to_string().contains("allow_clear_answers"), "{error}");
    }

    let server = Server::answering(Reply::ok()).await;
    let encryption = Encryption::new(key()).allow_clear_answers();
    let lenient = server.builder().encryption(encryption).build().unwrap();
    assert_eq!(lenient.call(&ring()).await.unwrap(), "fine");
}

#[tokio::test]
async fn a_recording_is_taken_as_it_comes() {
    let server = Server::answering(Reply::new(200, "audio/mpeg", "sound")).await;
    assert_eq!(client(&server).call(&Download).await.unwrap(), "sound");
}

/// The length and the type that it came with are those of the cipher text.
#[tokio::test]
async fn an_encrypted_answer_to_a_download_is_decrypted_whole() {
    for (plain, is_refusal) in [("sound", false), (r#"{"code":404,"message":"no such call"}"#, true)] {
        let server = Server::answering(encrypted(plain)).await;
        let mut content = Vec::new();
        let written = client(&server).call(&Download).download().to_writer(&mut content).await;
        for (fetched, content) in [
            (written.map(drop), content),
            match client(&server).call(&Download).await {
                Ok(bytes) => (Ok(()), bytes.to_vec()),
                Err(error) => (Err(error), Vec::new()),
            },
        ] {
            match fetched {
                Ok(()) => assert!(!is_refusal && content == plain.as_bytes(), "{content:?}"),
                Err(error) => assert!(is_refusal && error.is_not_found() && content.is_empty(), "{error}"),
            }
        }
    }
}

#[tokio::test]
async fn an_operation_without_authorisation_is_in_clear() {
    let server = Server::answering(Reply::json(r#"{"code":200}"#)).await;
    client(&server).call(&Look { id: "7" }).await.unwrap();
    assert_eq!(server.calls()[0].header("is-encrypted"), None);
}

/// Sends a file.
struct Upload;

impl Operation for Upload {
    type Answer = ();

    const DESCRIPTION: &'static Description =
        &Description { id: "test.upload", method: Method::Post, ..*Ring::DESCRIPTION };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.multipart_file("file", &File::new("list.csv", "+10000000001"))
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

#[tokio::test]
async fn what_cannot_be_encrypted_is_not_sent() {
    let server = Server::answering(Reply::ok()).await;
    let error = client(&server).call(&Upload).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidInput, 0));
    assert!(error.to_string().contains("Call::in_clear"), "{error}");
    assert!(server.calls().is_empty());

    client(&server).call(&Upload).in_clear().await.unwrap();
    assert!(server.calls()[0].body.contains("list.csv"));
}

/// An operation that is signed.
struct Say;

impl Operation for Say {
    type Answer = String;

    const DESCRIPTION: &'static Description =
        &Description { id: "test.say", auth: Auth::Signature, ..*Ring::DESCRIPTION };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.json("hello")
    }

    fn read(answer: Answer) -> Result<String, Error> {
        answer.json()
    }
}

struct Echo;

impl Signer for Echo {
    fn sign(&self, request: &Signable<'_>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        let sign = std::str::from_utf8(request.body)?.to_owned();
        Ok(Signature { sign, key: "key-1".to_owned() })
    }
}

#[tokio::test]
async fn a_signature_is_over_what_is_sent() {
    let server = Server::answering(encrypted(OK)).await;
    let client = server.builder().signer(Echo).encryption(key()).build().unwrap();
    client.call(&Say).await.unwrap();
    let call = server.calls().remove(0);
    assert_eq!(call.header("x-airudder-sign"), Some(call.body.as_str()));
    assert_eq!(opened(&call, &call.body), "\"hello\"");
}
