//! What the libraries underneath log of tunnels, proxies, TLS and HTTP/2 has no secrets or personal data in it.
//!
//! A binary of its own: what is logged, by `tracing` and by `log`, goes to one place for the whole process.

#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code)]
#[path = "it/authority.rs"]
mod authority;
#[allow(dead_code)]
#[path = "it/operations.rs"]
mod operations;
#[allow(dead_code)]
#[path = "it/server.rs"]
mod server;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use airudder_client::{Client, ClientBuilder, Credentials, TlsBackend};

use crate::authority::Authority;
use crate::operations::{Look, Ring};
use crate::server::{KEY, SECRET, chain};

const PHONE: &str = "+10000000001";

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tunnels one connection after the other, or refuses them all.
fn proxy(refuses: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                client.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap();
            if refuses {
                client.write_all(b"HTTP/1.1 407 Who Are You\r\n\r\n").unwrap();
                continue;
            }
            let server = TcpStream::connect(head.split(' ').nth(1).unwrap()).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            for (mut from, mut to) in [
                (client.try_clone().unwrap(), server.try_clone().unwrap()),
                (server.try_clone().unwrap(), client.try_clone().unwrap()),
            ] {
                thread::spawn(move || {
                    io::copy(&mut from, &mut to).map(|_| to.shutdown(std::net::Shutdown::Write))
                });
            }
        }
    });
    port
}

#[cfg(feature = "http2")]
fn with_http2(builder: ClientBuilder<Client>) -> ClientBuilder<Client> {
    builder.http2()
}

#[cfg(not(feature = "http2"))]
fn with_http2(builder: ClientBuilder<Client>) -> ClientBuilder<Client> {
    builder
}

/// Answers over HTTP/2 if the client offers it.
async fn start(authority: &Authority) -> String {
    #[cfg(feature = "http2")]
    {
        use crate::server::Reply;

        let acceptor = authority.acceptor(&["h2"]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.unwrap();
                    let mut connection = h2::server::handshake(stream).await.unwrap();
                    while let Some(Ok((request, mut respond))) = connection.accept().await {
                        let is_token = request.uri().path() == "/service/cloud/auth";
                        let reply = if is_token { Reply::token(0) } else { Reply::ok() };
                        let mut stream = respond.send_response(http::Response::new(()), false).unwrap();
                        stream.send_data(reply.body.into(), true).unwrap();
                    }
                });
            }
        });
        address
    }
    #[cfg(not(feature = "http2"))]
    authority.server().await.address
}

#[test]
fn no_canary_is_logged() {
    tracing_log::LogTracer::init().unwrap();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();

    // The server runs on threads that nobody listens to.
    let elsewhere =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let authority = Authority::new("ours");
    let address = elsewhere.block_on(start(&authority));
    let here = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut text = String::new();
    let guard = tracing::subscriber::set_default(subscriber);
    for &backend in TlsBackend::ALL {
        for refuses in [false, true] {
            let builder = with_http2(ClientBuilder::new(Credentials::new(KEY, SECRET), &address))
                .tls_backend(backend)
                .add_root_certificate(authority.pem())
                .proxy(format!("http://canary-user:canary-password@localhost:{}", proxy(refuses)));
            text += &format!("{builder:?}");
            let client = builder.build().unwrap();
            text += &format!("{client:?}");
            here.block_on(async {
                let outcome = client.call(&Ring { callee: PHONE }).header("X-Name", "canary-name").await;
                assert_eq!(outcome.is_err(), refuses, "{outcome:?}");
                let error = outcome.err().or(client.call(&Look { id: "canary-id" }).await.err()).unwrap();
                text += &format!("{error:?}{}", chain(&error));
            });
        }
    }
    drop(guard);
    text += std::str::from_utf8(&log.0.lock().unwrap()).unwrap();

    for expected in ["test.ring", "tunneling HTTPS over proxy", "hyper_util"] {
        assert!(text.contains(expected), "{expected} is missing from what was logged");
    }
    // The last are the Basic credentials, and what a token is sent as.
    for canary in ["canary", PHONE, "0000000001", "Y2FuYXJ5", "Token "] {
        if let Some(at) = text.find(canary) {
            panic!("{canary} was logged: {}", &text[at.saturating_sub(300)..(at + 100).min(text.len())]);
        }
    }
}
