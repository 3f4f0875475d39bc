//! Nothing that is printed has secrets or personal data in it.
//!
//! A binary of its own: what `tracing` records depends on the first thread that passes by.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code)]
#[path = "it/operations.rs"]
mod operations;
#[allow(dead_code)]
#[path = "it/server.rs"]
mod server;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use airudder_client::{
    Account, CallOptions, Client, Credentials, Error, File, MemoryTokenStore, Method, Request, StoredToken,
    TokenStore,
};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::operations::{Look, Ring};
use crate::server::{KEY, Reply, SECRET, Server};

const PHONE: &str = "+10000000001";
const NAME: &str = "canary-name";

/// What a subscriber writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn print(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text += &format!("{error}\n{error:?}\n");
        source = error.source();
    }
    text + error.excerpt().unwrap_or_default()
}

/// What a caller may set and get, with canaries in it.
async fn printed_of_calls(server: &Server, client: &Client) -> String {
    let options = CallOptions::new()
        .header("X-Name", NAME)
        .query("callee", PHONE)
        .body_field("debtor", NAME)
        .no_retry();
    let builder = server.builder().header("X-Name", NAME).query("name", NAME).body_field("callee", PHONE);
    let file = File::new(format!("{NAME}.wav"), NAME.as_bytes());
    let custom = || client.request(Method::Post, "/ring/{callee}").path_parameter("callee", PHONE).json(NAME);
    let raw = client.call(&Ring { callee: PHONE }).raw().await.unwrap();
    let response = client.call(&Ring { callee: PHONE }).options(options.clone()).response().await.unwrap();
    let download = custom().read_bytes().download();
    let mut text = format!("{options:?}{builder:?}{file:?}{:?}{raw:?}", custom());
    text += &format!("{:?}{:?}{download:?}", response.meta, custom().read_json::<String>().options(options));
    text += &format!("{:?}", download.stream());
    text
}

#[tokio::test]
async fn no_canary_is_printed() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let echo = format!(
        r#"{{"code":500,"message":"{PHONE} is busy","data":{{"name":"{NAME}","phone":10000000001}}}}"#
    );
    let misfit = format!(r#"{{"code":200,"data":{{"{PHONE}":["{NAME}"]}}}}"#);
    let page = format!("<p>Call to {PHONE} by token 0123456789abcdefghijklmnop failed, name=\"{NAME}\"</p>");
    let mut broken = Reply::ok();
    broken.hangs_up = true;
    let mut text = String::new();
    for reply in [
        Reply::ok(),
        Reply::json(echo),
        Reply::json(misfit),
        Reply::new(502, "text/html", page),
        Reply::json(format!(r#"{{"code":200,"data":"fine","{PHONE}":"{NAME}","since":"{NAME}"}}"#)),
        Reply::refused(),
        broken,
        Reply::new(302, "text/html", NAME).with_header("Location", format!("http://localhost/{NAME}")),
    ] {
        let server = Server::answering(reply).await;
        let client = server.client();
        let ring = Ring { callee: PHONE };
        let call = client.call(&ring);
        text += &format!("{client:?}{:?}{:?}{call:?}", server.builder(), Request::of(&ring).unwrap());
        let pending = std::future::IntoFuture::into_future(call);
        text += &format!("{pending:?}");
        match pending.await {
            Ok(data) => assert_eq!(data, "fine"),
            Err(error) => text += &print(&error),
        }
        if text.is_empty() {
            text += &printed_of_calls(&server, &client).await;
        }
        if let Err(error) = client.call(&Look { id: NAME }).await {
            text += &print(&error);
        }
        text += &format!("{}{:?}", client.drift(), client.drift());
    }
    text += &format!("{:?}", Credentials::new(KEY, SECRET));

    // A token of another process, which is due for renewal: the vendor refuses to give the next one.
    let server = Server::start(|request, _| match request.is_token() {
        true => Reply::json(r#"{"code":403,"message":"key is locked"}"#),
        false => Reply::ok(),
    })
    .await;
    let account = Account::new(&server.address, KEY);
    let minute = Duration::from_secs(60);
    let asked_at = SystemTime::now() - 23 * 60 * minute;
    let token = StoredToken::new("canary-token-stored", asked_at, asked_at + 24 * 60 * minute);
    let store = MemoryTokenStore::new();
    store.save(&account, &token).await.unwrap();
    text += &format!("{account:?}{token:?}{store:?}");
    let client = server.builder().token_store(store).build().unwrap();
    while !log.text().contains("the token was not renewed") {
        client.call(&Ring { callee: PHONE }).await.unwrap();
    }
    text += &format!("{client:?}");
    drop(guard);
    text += &log.text();

    for expected in [
        "test.ring",
        "otel.kind=\"client\"",
        "http.response.status_code=502",
        "resend_count=1",
        "attempt failed",
        "the vendor sent an unknown field",
        "Envelope.since",
        "Envelope.*",
        "DEBUG call{",
        "code 403",
    ] {
        assert!(text.contains(expected), "{expected} is missing from what was printed");
    }
    for canary in ["canary", PHONE, "0000000001", "0123456789abcdefghijklmnop"] {
        if let Some(at) = text.find(canary) {
            panic!("{canary} was printed: {}", &text[at.saturating_sub(300)..(at + 100).min(text.len())]);
        }
    }
}
