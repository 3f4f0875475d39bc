//! Shows the callbacks of workflows as they come.
//!
//! ```sh
//! cargo run -p airudder-webhook --example receiver --features axum
//! curl http://127.0.0.1:8080/workflow -d '{"workflow_id": "1", "workflow_name": "sample", "nodetask_id": "2",
//!     "nodetask_name": "first-call", "case_id": "case-0001", "Status": "finished"}'
//! ```
//!
//! It takes every callback, unless these are set: `AIRUDDER_SIGN_KEY`, the key of signatures (HMAC-SHA256, which is a
//! guess), `AIRUDDER_ENCRYPTION_KEY`, the key of encrypted bodies. `AIRUDDER_LISTEN` is another address to listen on.
//!
//! Ctrl-C or SIGTERM ends it: it takes no more, and shows what it has taken.

use std::error::Error;
use std::{env, io};

use airudder_webhook::{EncryptionKey, Event, HmacSha256, Receiver, Router, Unsigned};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
    let listener =
        TcpListener::bind(env::var("AIRUDDER_LISTEN").as_deref().unwrap_or("127.0.0.1:8080")).await?;
    println!("waiting for callbacks at http://{}/workflow", listener.local_addr()?);
    serve(listener, receiver()?, stop(), |event: airudder_workflow::webhooks::Event| println!("{event:#?}"))
        .await?;
    println!("everything that was taken is shown");
    Ok(())
}

fn receiver() -> Result<Receiver, Box<dyn Error>> {
    let builder = match env::var("AIRUDDER_SIGN_KEY") {
        Ok(key) => Receiver::builder(HmacSha256::new(key)?),
        Err(_) => Receiver::builder(Unsigned),
    };
    Ok(match env::var("AIRUDDER_ENCRYPTION_KEY") {
        Ok(key) => builder.encryption_key(EncryptionKey::new(key)?).build(),
        Err(_) => builder.build(),
    })
}

/// Serves until `stop`, and ends when every event that was taken is shown.
///
/// The vendor is answered as soon as an event is in the queue; showing it may take its time. What is in the queue would be
/// lost in a crash: an effect that must not be lost belongs into a table, by `Router::in_transaction`.
pub async fn serve<E: Event>(
    listener: TcpListener,
    receiver: Receiver,
    stop: impl Future<Output = ()> + Send + 'static,
    mut show: impl FnMut(E) + Send + 'static,
) -> io::Result<()> {
    let (queue, mut events) = mpsc::channel(1_000);
    let router = Router::new(receiver).hand_over("/workflow", move |event: E| {
        queue.try_send(event).map_err(|_| "the queue is full".into())
    });
    let worker = tokio::task::spawn_blocking(move || {
        while let Some(event) = events.blocking_recv() {
            show(event);
        }
    });
    let application = axum::Router::new().fallback_service(router);
    axum::serve(listener, application).with_graceful_shutdown(stop).await?;
    // Every request is answered, and with the router its end of the queue is gone: the worker ends when the queue is empty.
    worker.await?;
    Ok(())
}

/// Ctrl-C or SIGTERM.
async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} },
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}
