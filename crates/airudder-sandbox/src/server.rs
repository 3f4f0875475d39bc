//! The HTTP side: connections, and bodies read whole.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::Request;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::dispatch;
use crate::fault::{self, Sent};
use crate::reply::{self, Refusal};
use crate::shared::Shared;

/// The longest body that is read: 64 MiB.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Takes connections; when it is dropped, they end too.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
                // Too many open files, for instance: it passes when others end.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let is_reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| {
        let (shared, is_reset) = (Arc::clone(&shared), Arc::clone(&is_reset));
        Box::pin(async move {
            match answer(&shared, request).await {
                Sent::Response(response) => Ok(response),
                Sent::Closed => Err(HungUp),
                Sent::Reset => {
                    is_reset.store(true, Ordering::Relaxed);
                    Err(HungUp)
                }
            }
        })
    });
    let mut connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    // A peer that goes away is no fault of ours.
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    let _ = match is_reset.load(Ordering::Relaxed) {
        // Without linger, closing is a reset.
        true => stream.set_zero_linger(),
        false => stream.shutdown().await,
    };
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Sent {
    let (parts, body) = request.into_parts();
    #[cfg(feature = "page")]
    if let Some(response) = crate::page::answer(shared, &parts) {
        return fault::plain(response);
    }
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => dispatch::answer(shared, Request::from_parts(parts, body.to_bytes())).await,
        Err(_) => {
            let refusal = Refusal::new(413, "the body cannot be read, or is too long");
            fault::plain(reply::refused(None, &refusal, ""))
        }
    }
}

/// The connection ends on demand.
#[derive(Debug)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends on demand")
    }
}

impl std::error::Error for HungUp {}
