//! The example service, which must not lose what it has taken when it is stopped.

use std::sync::{Arc, Mutex, mpsc};

use airudder_webhook::{Receiver, Unsigned};
use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::events::Call;

#[allow(dead_code, reason = "its `main` is not run here")]
#[path = "../../examples/receiver.rs"]
mod receiver;

/// Sends a callback over a connection of its own.
async fn send(address: std::net::SocketAddr, callid: u32) -> StatusCode {
    let body = serde_json::to_string(&Call::new(callid)).unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST /workflow HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_is_shown_although_it_is_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shown = Arc::new(Mutex::new(Vec::new()));
    let (stop, stopped) = oneshot::channel::<()>();
    let (go_on, waits) = mpsc::channel::<()>();
    let showing = Arc::clone(&shown);
    let show = move |call: Call| {
        // The first waits until all are taken and the service is told to stop; then the channel is closed.
        let _ = waits.recv();
        showing.lock().unwrap().push(call.callid);
    };
    let receiver = Receiver::builder(Unsigned).build();
    let service = tokio::spawn(receiver::serve(listener, receiver, async { drop(stopped.await) }, show));
    for callid in 0..20 {
        assert_eq!(send(address, callid).await, 200);
    }
    assert!(shown.lock().unwrap().is_empty());
    stop.send(()).unwrap();
    drop(go_on);
    service.await.unwrap().unwrap();
    let expected: Vec<String> = (0..20).map(|callid| callid.to_string()).collect();
    assert_eq!(*shown.lock().unwrap(), expected);
}
