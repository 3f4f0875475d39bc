//! Receives what the workflow tells.

use airudder_webhook::{Receiver, Router};
use airudder_workflow::webhooks::Event;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many events may wait to be looked at; the next ones are answered by 503, and come again.
const QUEUE: usize = 1_000;

/// A receiver that runs until it is dropped.
pub struct Callbacks {
    /// Where callbacks are to be sent to.
    pub url: String,
    /// What came, verified and each event once.
    pub events: mpsc::Receiver<Event>,
    _server: JoinSet<std::io::Result<()>>,
}

/// Receives callbacks on a free port.
pub async fn receive(receiver: Receiver) -> anyhow::Result<Callbacks> {
    let (queue, events) = mpsc::channel(QUEUE);
    let router = Router::new(receiver).hand_over("/workflow", move |event: Event| {
        queue.try_send(event).map_err(|_| "the queue is full".into())
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/workflow", listener.local_addr()?);
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, axum::Router::new().fallback_service(router)).await });
    Ok(Callbacks { url, events, _server: server })
}
