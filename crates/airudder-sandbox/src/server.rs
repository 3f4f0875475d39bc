//! The HTTP side: connections, and bodies read whole.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::dispatch;
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
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(&shared, request).await.map(Full::new)) }
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    // A peer that goes away is no fault of ours.
    let _ = connection.await;
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Bytes> {
    let (parts, body) = request.into_parts();
    #[cfg(feature = "page")]
    if let Some(response) = crate::page::answer(shared, &parts) {
        return response;
    }
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => dispatch::answer(shared, Request::from_parts(parts, body.to_bytes())).await,
        Err(_) => reply::refused(None, &Refusal::new(413, "the body cannot be read, or is too long"), ""),
    }
}
