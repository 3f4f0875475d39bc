//! What tests share.

use airudder_sandbox::Sandbox;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use serde_json::Value as Json;
use tokio::net::TcpStream;

/// The callbacks so far, by name, with their bodies.
pub fn callbacks(sandbox: &Sandbox) -> Vec<(String, Json)> {
    sandbox.callbacks().into_iter().map(|entry| (entry.callback, entry.body)).collect()
}

/// What is found at an address.
pub struct Found {
    pub status: u16,
    pub media: String,
    pub content: Vec<u8>,
}

/// Fetches an address as anybody can: without a token or a signature.
pub async fn get(url: &str) -> Found {
    let url: http::Uri = url.parse().unwrap();
    let stream = TcpStream::connect(url.authority().unwrap().as_str()).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let task = tokio::spawn(connection);
    let host = url.authority().unwrap().as_str();
    let request =
        http::Request::get(url.path()).header("host", host).body(Empty::<bytes::Bytes>::new()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let status = response.status().as_u16();
    let media = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    let content = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    task.abort();
    Found { status, media: media.unwrap_or_default(), content }
}
