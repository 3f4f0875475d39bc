//! Requests without a client, to see what goes over the wire.

use std::io;

use airudder_sandbox::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came back until the connection ended, and how it ended.
pub(crate) async fn exchange(
    sandbox: &Sandbox,
    request: &str,
    headers: &str,
    body: &str,
) -> (String, io::Result<usize>) {
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let end = stream.read_to_end(&mut received).await;
    (String::from_utf8(received).unwrap(), end)
}

/// The status and the body of an answer that came whole.
pub(crate) async fn ask(sandbox: &Sandbox, request: &str, body: &str) -> (u16, serde_json::Value) {
    let (text, end) = exchange(sandbox, request, "", body).await;
    end.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}
