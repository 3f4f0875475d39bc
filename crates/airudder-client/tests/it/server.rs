//! A server that answers as a test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::{Client, ClientBuilder, Credentials};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub const KEY: &str = "canary-key";
pub const SECRET: &str = "canary-secret";

/// An error with its sources.
pub fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(|error| format!("{error}; ")).collect()
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub line: String,
    pub head: String,
    pub body: String,
}

impl Received {
    pub fn is_token(&self) -> bool {
        self.line.contains("/service/cloud/auth")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What the server answers.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    /// Whether to say how long the body is.
    pub has_length: bool,
    /// Whether to close the connection instead of answering.
    pub hangs_up: bool,
    /// After how many bytes of the body to stop.
    pub cut: Option<usize>,
    /// Whether to be silent at the end instead of closing.
    pub stalls: bool,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
            delay: Duration::ZERO,
            has_length: true,
            hangs_up: false,
            cut: None,
            stalls: false,
        }
    }

    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json", body)
    }

    pub fn token(number: usize) -> Self {
        Self::json(format!(r#"{{"data":{{"token":"canary-token-{number}"}},"status":"OK","code":200}}"#))
    }

    pub fn ok() -> Self {
        Self::json(r#"{"code":200,"status":"OK","data":"fine"}"#)
    }

    pub fn refused() -> Self {
        Self::json(r#"{"code":401,"message":"token invalid"}"#)
    }

    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    pub fn stalling(mut self) -> Self {
        self.stalls = true;
        self
    }

    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A server on loopback, and what it was sent.
pub struct Server {
    pub address: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// The function gets the request and how many of its kind (token or not) came before it.
    pub async fn start(answer: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (seen, answer) = (Arc::clone(&received), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &seen, &*answer).await });
            }
        });
        Self { address, received }
    }

    /// Gives tokens by number, and this to everything else.
    pub async fn answering(reply: Reply) -> Self {
        Self::start(
            move |request, count| if request.is_token() { Reply::token(count) } else { reply.clone() },
        )
        .await
    }

    pub fn builder(&self) -> ClientBuilder<Client> {
        ClientBuilder::new(Credentials::new(KEY, SECRET), &self.address)
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub fn tokens(&self) -> Vec<Received> {
        self.all().into_iter().filter(Received::is_token).collect()
    }

    pub fn calls(&self) -> Vec<Received> {
        self.all().into_iter().filter(|request| !request.is_token()).collect()
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// Answers one request and closes.
pub async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<Received>>,
    answer: &(dyn Fn(&Received, usize) -> Reply + Send + Sync),
) {
    let Some(request) = receive(&mut stream).await else { return };
    let count = {
        let mut seen = seen.lock().unwrap();
        let count = seen.iter().filter(|other| other.is_token() == request.is_token()).count();
        seen.push(request.clone());
        count
    };
    let reply = answer(&request, count);
    tokio::time::sleep(reply.delay).await;
    if reply.hangs_up {
        return;
    }
    let mut head = format!("HTTP/1.1 {} Whatever\r\nConnection: close\r\n", reply.status);
    if reply.has_length {
        head += &format!("Content-Length: {}\r\n", reply.body.len());
    }
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    // The client may hang up early: that is what some tests are about.
    let _ = stream.write_all((head + "\r\n").as_bytes()).await;
    let _ = stream.write_all(&reply.body[..reply.cut.unwrap_or(reply.body.len())]).await;
    if reply.stalls {
        // Until the client hangs up.
        let _ = stream.read_u8().await;
        return;
    }
    let _ = stream.shutdown().await;
}

/// Reads one request, if one comes.
pub async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (line, head) = head.split_once("\r\n").unwrap();
    let mut request = Received { line: line.to_owned(), head: head.to_owned(), body: String::new() };
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    request.body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    Some(request)
}
