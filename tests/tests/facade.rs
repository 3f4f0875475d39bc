//! One client for all products.

use airudder::chatbot::operations::EndSession;
use airudder::collection::operations::ListTasks;
use airudder::workflow::operations::ListWorkflows;
use airudder::{Client, Credentials, ErrorKind, Signable, Signature, Signer};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What came: the path, and by what the request was let in.
type Log = Arc<Mutex<Vec<(String, String)>>>;

async fn answer(State(log): State<Log>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let by = ["authorization", "x-airudder-sign"].iter().find_map(|name| headers.get(*name));
    let by = by.map_or("nothing", |value| value.to_str().unwrap());
    log.lock().unwrap().push((uri.path().to_owned(), by.to_owned()));
    Json(json!({"code": 200, "status": "OK", "message": "Success", "data": {"token": "token-1", "rows": []}}))
}

async fn start() -> (String, Log) {
    let log = Log::default();
    let router = Router::new().fallback(answer).with_state(Arc::clone(&log));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, log)
}

struct Stamp;

impl Signer for Stamp {
    fn sign(&self, _: &Signable<'_>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Signature { sign: "stamp".to_owned(), key: "key-1".to_owned() })
    }
}

#[tokio::test]
async fn products_share_the_token_and_the_signer() {
    let (address, log) = start().await;
    let credentials = Credentials::new("key-1", "secret-1");
    let client: Client = Client::builder(credentials).address(&address).signer(Stamp).build().unwrap();
    client.collection().list_tasks(ListTasks::new()).await.unwrap();
    client.workflow().list_workflows(ListWorkflows::new()).await.unwrap();
    client.chatbot().end_session(EndSession::new("session-1")).await.unwrap();
    let log = log.lock().unwrap().clone();
    let by: Vec<_> = log.iter().map(|(path, by)| (path.as_str(), by.as_str())).collect();
    assert_eq!(
        by,
        [
            ("/service/cloud/auth", "nothing"),
            ("/service/cloud/list", "Token token-1"),
            ("/service/cloud/workflow/instancelist", "Token token-1"),
            ("/api/v1/session/end", "stamp"),
        ]
    );
}

#[tokio::test]
async fn a_signed_product_without_a_signer_sends_nothing() {
    let (address, log) = start().await;
    let client: Client =
        Client::builder(Credentials::new("key-1", "secret-1")).address(&address).build().unwrap();
    let error = client.chatbot().end_session(EndSession::new("session-1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("ClientBuilder::signer"), "{error}");
    assert!(log.lock().unwrap().is_empty());
}
