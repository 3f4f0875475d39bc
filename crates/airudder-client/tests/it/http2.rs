//! HTTP/2: negotiated if asked for, and what its ways to refuse a request prove.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::{Client, ClientBuilder, Credentials, ErrorKind, TlsBackend};
use bytes::Bytes;
use h2::Reason;
use h2::server::{Connection, SendResponse};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use crate::authority::Authority;
use crate::operations::ring;
use crate::server::Reply;

/// What the server does with a call; tokens it always gives.
#[derive(Clone, Copy, Debug)]
enum Act {
    Answer,
    Reset(Reason),
    /// Give up the connection with a GOAWAY that says which calls it may have acted on: all that came.
    GoAway(Reason),
    /// Say and read nothing any more.
    FallSilent,
}

/// A server that speaks HTTP/2 alone.
struct Server {
    authority: Authority,
    address: String,
    connections: Arc<AtomicUsize>,
    calls: Arc<Mutex<Vec<http::request::Parts>>>,
}

impl Server {
    /// Does one after the other with the calls, and answers those after the last.
    async fn start(acts: &'static [Act]) -> Self {
        let authority = Authority::new("ours");
        let acceptor = authority.acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let connections = Arc::new(AtomicUsize::new(0));
        let calls: Arc<Mutex<Vec<http::request::Parts>>> = Arc::default();
        let (accepted, seen) = (Arc::clone(&connections), Arc::clone(&calls));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(h2::server::handshake(stream).await.unwrap(), acts, &seen).await;
                    }
                });
            }
        });
        Self { authority, address, connections, calls }
    }

    fn client(&self, backend: TlsBackend) -> Client {
        ClientBuilder::new(Credentials::new("key", "secret"), &self.address)
            .tls_backend(backend)
            .add_root_certificate(self.authority.pem())
            .http2()
            .build()
            .unwrap()
    }

    fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

async fn serve(
    mut connection: Connection<TlsStream<TcpStream>, Bytes>,
    acts: &[Act],
    seen: &Mutex<Vec<http::request::Parts>>,
) {
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let (parts, _body) = request.into_parts();
        if parts.uri.path() == "/service/cloud/auth" {
            answer(respond, Reply::token(0));
            continue;
        }
        let act = {
            let mut seen = seen.lock().unwrap();
            seen.push(parts);
            acts.get(seen.len() - 1).copied().unwrap_or(Act::Answer)
        };
        match act {
            Act::Answer => answer(respond, Reply::ok()),
            Act::Reset(reason) => respond.send_reset(reason),
            Act::GoAway(reason) => connection.abrupt_shutdown(reason),
            Act::FallSilent => std::future::pending().await,
        }
    }
}

fn answer(mut respond: SendResponse<Bytes>, reply: Reply) {
    let mut stream = respond.send_response(http::Response::new(()), false).unwrap();
    stream.send_data(reply.body.into(), true).unwrap();
}

#[tokio::test]
async fn every_backend_speaks_it_over_one_connection() {
    for &backend in TlsBackend::ALL {
        let server = Server::start(&[]).await;
        let client = server.client(backend);
        for _ in 0..3 {
            assert_eq!(client.call(&ring()).await.unwrap(), "fine");
        }
        let calls = server.calls.lock().unwrap();
        assert!(calls.iter().all(|call| call.version == http::Version::HTTP_2 && call.method == "POST"));
        assert_eq!((calls.len(), server.connections.load(Ordering::Relaxed)), (3, 1), "{backend:?}");
    }
}

/// Even where another crate turns on the HTTP/2 of reqwest.
#[tokio::test]
async fn it_is_spoken_only_if_asked_for() {
    let server = Server::start(&[]).await;
    for &backend in TlsBackend::ALL {
        let client: Client = ClientBuilder::new(Credentials::new("key", "secret"), &server.address)
            .tls_backend(backend)
            .add_root_certificate(server.authority.pem())
            .build()
            .unwrap();
        assert_eq!(client.call(&ring()).await.unwrap_err().attempts(), 0, "{backend:?}");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_server_that_offers_it_not_is_spoken_to_all_the_same() {
    let authority = Authority::new("ours");
    let server = authority.server().await;
    for &backend in TlsBackend::ALL {
        let client: Client = ClientBuilder::new(Credentials::new("key", "secret"), &server.address)
            .tls_backend(backend)
            .add_root_certificate(authority.pem())
            .http2()
            .build()
            .unwrap();
        assert_eq!(client.call(&ring()).await.unwrap(), "fine", "{backend:?}");
    }
}

#[tokio::test]
async fn only_a_refused_stream_proves_that_nothing_was_done() {
    for (act, is_proof) in [
        (Act::Reset(Reason::REFUSED_STREAM), true),
        (Act::Reset(Reason::CANCEL), false),
        (Act::Reset(Reason::INTERNAL_ERROR), false),
        (Act::Reset(Reason::ENHANCE_YOUR_CALM), false),
        (Act::GoAway(Reason::NO_ERROR), false),
        (Act::GoAway(Reason::INTERNAL_ERROR), false),
        (Act::GoAway(Reason::REFUSED_STREAM), false),
    ] {
        let acts: &[Act] = Box::leak(Box::new([act, act, act]));
        let server = Server::start(acts).await;
        let error = server.client(TlsBackend::ALL[0]).call(&ring()).await.unwrap_err();
        // What proves it may be sent again, by our own code and none below it.
        let attempts = if is_proof { 3 } else { 1 };
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Io, attempts), "{act:?}: {error:?}");
        assert_eq!(error.may_have_taken_effect(), !is_proof, "{act:?}: {error:?}");
        assert_eq!(server.count(), attempts as usize, "{act:?}");
    }
}

/// A call that times out leaves the connection as it is; were it not for the pings, so would all calls after it.
#[tokio::test]
async fn a_connection_that_fell_silent_is_given_up() {
    let server = Server::start(&[Act::Answer, Act::FallSilent]).await;
    let client = server.client(TlsBackend::ALL[0]);
    client.call(&ring()).await.unwrap();
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let error = client.call(&ring()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Io && error.may_have_taken_effect(), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    tokio::time::resume();
    assert_eq!(client.call(&ring()).await.unwrap(), "fine");
    assert_eq!((server.count(), server.connections.load(Ordering::Relaxed)), (3, 2));
}
