//! Connections that the server closes while they are kept for the next call.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use airudder_client::{Client, ClientBuilder, Credentials, ErrorKind};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::operations::ring;
use crate::server::{Received, Reply, receive};

#[derive(Clone, Copy)]
pub enum Then {
    /// Read the next call.
    Keep,
    /// Close the connection after an answer that did not say so.
    Close,
    /// Read one more call, and close the connection instead of answering.
    Swallow,
}

/// How many times each call came, by the number it carries.
type Counts = Arc<Mutex<HashMap<String, usize>>>;

/// A client and its server, which sees how often it is connected to.
pub struct Kept {
    pub client: Client,
    pub connections: Arc<AtomicUsize>,
    counts: Counts,
}

pub async fn start(then: Then) -> Kept {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (counts, connections) = (Counts::default(), Arc::<AtomicUsize>::default());
    let (seen, accepted) = (Arc::clone(&counts), Arc::clone(&connections));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            accepted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(keep(stream, then, Arc::clone(&seen)));
        }
    });
    let client = ClientBuilder::new(Credentials::new("key", "secret"), address).build().unwrap();
    Kept { client, connections, counts }
}

async fn keep(mut stream: TcpStream, then: Then, counts: Counts) {
    let mut calls = 0;
    while let Some(request) = receive(&mut stream).await {
        if request.is_token() {
            answer(&mut stream, Reply::token(0)).await;
            continue;
        }
        *counts.lock().unwrap().entry(number(&request)).or_default() += 1;
        calls += 1;
        if calls == 2 && matches!(then, Then::Swallow) {
            return;
        }
        answer(&mut stream, Reply::ok()).await;
        if matches!(then, Then::Close) {
            return;
        }
    }
}

fn number(request: &Received) -> String {
    request.header("x-number").unwrap_or_default().to_owned()
}

async fn answer(stream: &mut TcpStream, reply: Reply) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", reply.body.len());
    let _ = stream.write_all(&[head.as_bytes(), &reply.body].concat()).await;
}

#[tokio::test]
async fn a_kept_connection_is_used_again() {
    let Kept { client, connections, .. } = start(Then::Keep).await;
    for _ in 0..3 {
        client.call(&ring()).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

/// The client races with the end of the connection that it keeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_comes_twice_however_connections_end() {
    let Kept { client, counts, .. } = start(Then::Close).await;
    let mut fine = 0;
    for number in 0..1_000 {
        let number = number.to_string();
        let outcome = client.call(&ring()).header("X-Number", &number).await;
        let count = counts.lock().unwrap().get(&number).copied().unwrap_or(0);
        match outcome {
            Ok(_) => {
                assert_eq!(count, 1);
                fine += 1;
            }
            Err(error) => assert!(count == 0 || (count == 1 && error.may_have_taken_effect()), "{error:?}"),
        }
    }
    assert!(fine > 0);
}

#[tokio::test]
async fn a_call_that_a_kept_connection_swallowed_is_not_sent_again() {
    let Kept { client, counts, .. } = start(Then::Swallow).await;
    client.call(&ring()).header("X-Number", "1").await.unwrap();
    let error = client.call(&ring()).header("X-Number", "2").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Io, 1));
    assert!(error.may_have_taken_effect());
    assert_eq!(counts.lock().unwrap()["2"], 1);
}
