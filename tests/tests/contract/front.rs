//! Stands where the vendor would: sends a request for a token to the document that has it and any other to the product's, and
//! keeps what the tools answered.

use std::mem;
use std::sync::{Arc, Mutex};

use airudder_client::Operation as _;
use airudder_client::platform::operations::ObtainToken;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::TRANSFER_ENCODING;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::server::Server;

/// What a tool answered.
pub struct Answered {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A server that forwards, in the runtime in which it was started.
#[derive(Clone)]
pub struct Front {
    http: Client<HttpConnector, Body>,
    platform: String,
    product: String,
    answers: Arc<Mutex<Vec<Answered>>>,
}

impl Front {
    /// Listens on loopback; gives the address as well.
    pub async fn start(platform: &Server, product: &Server) -> (Self, String) {
        let front = Self {
            http: Client::builder(TokioExecutor::new()).build_http(),
            platform: platform.authority(),
            product: product.authority(),
            answers: Arc::default(),
        };
        let router = Router::new().fallback(forward).with_state(front.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (front, address)
    }

    /// What was answered since this was asked last, in its order.
    pub fn take(&self) -> Vec<Answered> {
        mem::take(&mut self.answers.lock().unwrap())
    }
}

async fn forward(State(front): State<Front>, mut request: Request) -> Response {
    let is_for_token = request.uri().path() == ObtainToken::DESCRIPTION.path;
    let server = if is_for_token { &front.platform } else { &front.product };
    let uri = Uri::builder().scheme("http").authority(server.as_str());
    *request.uri_mut() = uri.path_and_query(request.uri().path_and_query().unwrap().clone()).build().unwrap();
    let (mut head, body) = front.http.request(request).await.unwrap().into_parts();
    let body = to_bytes(Body::new(body), usize::MAX).await.unwrap();
    // It comes in chunks and goes in one piece.
    head.headers.remove(TRANSFER_ENCODING);
    front.answers.lock().unwrap().push(Answered { headers: head.headers.clone(), body: body.clone() });
    (head, body).into_response()
}
