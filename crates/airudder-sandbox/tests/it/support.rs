//! What tests share.

use std::sync::{Arc, Mutex};

use airudder_sandbox::Sandbox;
use http::{HeaderMap, Request, request};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The callbacks so far, by name, with their bodies.
pub fn callbacks(sandbox: &Sandbox) -> Vec<(String, Json)> {
    sandbox.callbacks().into_iter().map(|entry| (entry.callback, entry.body)).collect()
}

/// What is found at an address.
pub struct Found {
    pub status: u16,
    pub headers: HeaderMap,
    pub content: Vec<u8>,
}

impl Found {
    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// Fetches an address as anybody can: without a token or a signature.
pub async fn get(url: &str) -> Found {
    ask(Request::get(url)).await
}

/// Sends a request without a body.
pub async fn ask(request: request::Builder) -> Found {
    let request = request.body(Empty::<bytes::Bytes>::new()).unwrap();
    let (parts, body) = request.into_parts();
    let host = parts.uri.authority().unwrap().as_str();
    let stream = TcpStream::connect(host).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let task = tokio::spawn(connection);
    let mut request = Request::builder().method(parts.method).uri(parts.uri.path()).header("host", host);
    request.headers_mut().unwrap().extend(parts.headers);
    let response = sender.send_request(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let content = body.collect().await.unwrap().to_bytes().to_vec();
    task.abort();
    Found { status: parts.status.as_u16(), headers: parts.headers, content }
}

/// A way to a sandbox that breaks once, when so many bytes have come back over it.
pub struct Relay {
    url: String,
    _task: JoinSet<()>,
}

impl Relay {
    pub async fn start(sandbox: &Sandbox, breaks_after: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let target = sandbox.url().strip_prefix("http://").unwrap().to_owned();
        let left = Arc::new(Mutex::new(Some(breaks_after)));
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let far = TcpStream::connect(&target).await.unwrap();
                connections.spawn(carry(near, far, Arc::clone(&left)));
            }
        });
        Self { url, _task: task }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn carry(near: TcpStream, far: TcpStream, left: Arc<Mutex<Option<usize>>>) {
    let ((mut from_near, mut to_near), (mut from_far, mut to_far)) = (near.into_split(), far.into_split());
    let back = async {
        let mut buffer = vec![0; 1000];
        loop {
            let read = from_far.read(&mut buffer).await.unwrap_or(0);
            if read == 0 || to_near.write_all(&buffer[..read]).await.is_err() {
                return;
            }
            let mut left = left.lock().unwrap();
            *left = match *left {
                Some(left) if left <= read => None,
                Some(left) => Some(left - read),
                None => continue,
            };
            if left.is_none() {
                return;
            }
        }
    };
    tokio::select! {
        () = back => {}
        _ = tokio::io::copy(&mut from_near, &mut to_far) => {}
    }
}
