//! Files that are sent as they are read.

use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::{
    Answer, Auth, Client, ClientBuilder, Credentials, Description, Effect, Error, ErrorKind, Evidence, File,
    Hook, Method, Operation, Request, Retry, RetryPolicy, Signable, Signature, Signer,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::server::{self, Received, Reply, Server};

struct Upload(File);

impl Operation for Upload {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.upload",
        method: Method::Post,
        path: "/upload",
        effect: Effect::Idempotent,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: None,
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.multipart_field("name", "a")?;
        request.multipart_file("file", &self.0)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

/// Text of several pieces, in which no two lines are alike.
fn content() -> String {
    (0..40_000).map(|line| format!("+{line:011}\n")).collect()
}

fn client(server: &Server) -> Client {
    server.builder().retry(RetryPolicy::default().initial_backoff(Duration::from_millis(1))).build().unwrap()
}

#[tokio::test]
async fn a_file_is_sent_anew_with_each_attempt() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("list.csv");
    fs::write(&path, content()).unwrap();
    let server = Server::start(|request, count| match (request.is_token(), count) {
        (true, _) => Reply::token(count),
        (_, 0) => Reply::json("{}").with_status(429).with_header("Retry-After", "0"),
        (_, 1) => Reply { hangs_up: true, ..Reply::ok() },
        _ => Reply::ok(),
    })
    .await;
    let file = File::from_path(&path).await.unwrap().with_content_type("text/csv");
    client(&server).call(&Upload(file)).await.unwrap();
    let calls = server.calls();
    assert_eq!(calls.len(), 3);
    let boundary = calls[0].header("content-type").unwrap().split_once("boundary=").unwrap().1;
    let expected = [
        &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n"),
        &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n"),
        "Content-Type: text/csv\r\n\r\n",
        &content(),
        &format!("\r\n--{boundary}--\r\n"),
    ]
    .concat();
    for call in &calls {
        assert!(call.body == expected);
        assert_eq!(call.header("content-length"), Some(&*expected.len().to_string()));
        assert_eq!(call.header("transfer-encoding"), None);
    }
}

#[tokio::test]
async fn boundaries_of_files_are_random_and_their_length_is_known() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "0123456789").unwrap();
    let upload = Upload(File::from_path(&path).await.unwrap());
    let (one, other) = (Request::of(&upload).unwrap(), Request::of(&upload).unwrap());
    assert_ne!(one.content_type(), other.content_type());
    assert!(one.content_type().unwrap().split_once("boundary-").unwrap().1.len() >= 32);
    assert!(one.body().is_empty());
    let same = Request::of(&Upload(File::new("a", "0123456789"))).unwrap();
    let longer = 3 * (one.content_type().unwrap().len() - same.content_type().unwrap().len());
    assert_eq!(one.body_len(), same.body_len() + longer as u64);
    assert!(!format!("{upload:?}", upload = upload.0).contains(path.to_str().unwrap()));
}

#[tokio::test]
async fn a_file_that_changed_is_not_sent() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "0123456789").unwrap();
    let upload = Upload(File::from_path(&path).await.unwrap());
    let server = Server::answering(Reply::ok()).await;
    for change in [Some("012345678"), Some("0123456789a"), None] {
        match change {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let error = client(&server).call(&upload).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Local, 0), "{error}");
        assert!(!error.may_have_taken_effect());
    }
    assert!(server.calls().is_empty());
    let error = File::from_path(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Local);
    let error = File::from_path(folder.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

struct Unauthorised(File);

impl Operation for Unauthorised {
    type Answer = ();

    const DESCRIPTION: &'static Description =
        &Description { id: "test.open", auth: Auth::None, effect: Effect::Unsafe, ..*Upload::DESCRIPTION };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.multipart_file("file", &self.0)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

/// Opens a server when a call is sent again.
struct Opens(SocketAddr, Arc<Mutex<Vec<Received>>>);

impl Hook for Opens {
    fn on_retry(&self, retry: &Retry<'_>) {
        assert_eq!(retry.error, ErrorKind::Connect);
        let listener = std::net::TcpListener::bind(self.0).unwrap();
        listener.set_nonblocking(true).unwrap();
        let (listener, seen) = (TcpListener::from_std(listener).unwrap(), Arc::clone(&self.1));
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            server::serve(stream, &seen, &|_, _| Reply::ok()).await;
        });
    }
}

#[tokio::test]
async fn a_refused_connection_costs_no_byte_of_the_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, content()).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let seen: Arc<Mutex<Vec<Received>>> = Arc::default();
    let client: Client = ClientBuilder::new(Credentials::new("key", "secret"), format!("http://{closed}"))
        .retry(RetryPolicy::default().initial_backoff(Duration::from_millis(1)))
        .hook(Opens(closed, Arc::clone(&seen)))
        .build()
        .unwrap();
    client.call(&Unauthorised(File::from_path(&path).await.unwrap())).await.unwrap();
    assert!(seen.lock().unwrap()[0].body.contains(&content()));
}

struct Signed(File);

impl Operation for Signed {
    type Answer = ();

    const DESCRIPTION: &'static Description =
        &Description { id: "test.signed", auth: Auth::Signature, ..*Upload::DESCRIPTION };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.multipart_file("file", &self.0)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

struct Fixed;

impl Signer for Fixed {
    fn sign(&self, _: &Signable<'_>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Signature { sign: "sign".to_owned(), key: "key".to_owned() })
    }
}

#[tokio::test]
async fn a_file_that_is_read_as_it_is_sent_cannot_be_signed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "a").unwrap();
    let server = Server::answering(Reply::json("{}")).await;
    let client: Client = ClientBuilder::signed(Fixed, &server.address).build().unwrap();
    client.call(&Signed(File::new("a", "a"))).await.unwrap();
    let error = client.call(&Signed(File::from_path(&path).await.unwrap())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("File::new"), "{error}");
    assert_eq!(server.calls().len(), 1);
}
