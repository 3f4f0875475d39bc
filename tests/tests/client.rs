//! The real client against a service on loopback.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use airudder_workflow::models::WorkflowContact;
use airudder_workflow::operations::{CreateWorkflow, FindWorkflows, ListTemplates};
use airudder_workflow::{Client, Credentials, ErrorKind};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

/// A service that counts its tokens: `token-1`, `token-2`, ...
#[derive(Clone, Default)]
struct Service {
    tokens: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
    /// Requests with an older token are refused.
    oldest_token: Arc<AtomicUsize>,
}

impl Service {
    async fn start(&self) -> Client {
        let router =
            Router::new().route("/service/cloud/auth", post(token)).fallback(answer).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Client::builder(Credentials::new("key-1", "secret-1")).address(&address).build().unwrap()
    }

    fn tokens(&self) -> usize {
        self.tokens.load(Ordering::SeqCst)
    }

    fn paths(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }
}

async fn token(State(service): State<Service>, Json(body): Json<Value>) -> Json<Value> {
    assert_eq!(body, json!({"APPKey": "key-1", "APPSecret": "secret-1"}));
    // Long enough for other callers to pile up behind the first.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let number = service.tokens.fetch_add(1, Ordering::SeqCst) + 1;
    Json(json!({"data": {"token": format!("token-{number}")}, "status": "OK", "code": 200}))
}

async fn answer(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let token = headers["authorization"].to_str().unwrap().strip_prefix("Token token-").unwrap().to_owned();
    let body = serde_json::from_str(&body).unwrap_or_default();
    service.requests.lock().unwrap().push((uri.path().to_owned(), body));
    if token.parse::<usize>().unwrap() < service.oldest_token.load(Ordering::SeqCst) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"code": 401, "message": "token expired"})));
    }
    let answer = match uri.path() {
        "/service/cloud/workflow/createinstance" => {
            json!({"code": 200, "status": "OK", "data": {"workflow_id": "1d06628dd08f44839191657d857f4a07"}})
        }
        // The answer on the vendor's page, fields in its order.
        "/service/cloud/workflow/detailinstances" => json!({
            "data": {"rows": [
                {"workflow_id": "1d06628dd08f44839191657d857f4a07", "workflow_name": "wd-008", "create_time": "2023-09-11T06:19:27Z", "status": "cancelled"},
                {"workflow_id": "51b9e513e93248a497bf7ce85f459ffa", "workflow_name": "wd-002", "create_time": "2023-09-11T05:07:24Z", "status": "cancelled"},
                {"workflow_id": "b4ee0e33fc9b4e648ea2a6d0703acf7e", "workflow_name": "wd-009", "create_time": "2023-09-11T07:28:07Z", "status": "finished"},
                {"workflow_id": "f6caf155b8ec465eaa3b1da5ecb6515c", "workflow_name": "wd-010", "create_time": "2023-09-11T11:31:42Z", "status": "finished"}
            ]},
            "status": "OK",
            "code": 200
        }),
        _ => json!({"code": 500, "status": "ERROR", "message": "no such template"}),
    };
    (StatusCode::OK, Json(answer))
}

fn create() -> CreateWorkflow {
    CreateWorkflow::new(1024, "wd-011", "2030-01-31 18:00:00+08:00".parse().unwrap())
        .with_details([WorkflowContact::new("+10000000001")])
}

fn find() -> FindWorkflows {
    let (from, to) =
        ("2023-09-01 00:00:00+08:00".parse().unwrap(), "2023-09-14 00:00:00+08:00".parse().unwrap());
    FindWorkflows::new(from, to).with_callee("+10000000001")
}

#[tokio::test]
async fn a_workflow_is_started_and_found() {
    let service = Service::default();
    let client = service.start().await;

    let created = client.create_workflow(create()).await.unwrap();
    assert_eq!(created.workflow_id().unwrap().as_str(), "1d06628dd08f44839191657d857f4a07");

    let found = client.find_workflows(find()).await.unwrap();
    let statuses: Vec<_> = found.rows().iter().map(|row| row.status.clone().unwrap().to_string()).collect();
    assert_eq!(statuses, ["cancelled", "cancelled", "finished", "finished"]);
    assert_eq!(found.rows()[3].workflow_name.as_deref(), Some("wd-010"));

    assert_eq!(service.tokens(), 1);
    let requests = service.requests.lock().unwrap();
    assert_eq!(requests[0].1["details"], json!([{"callee": "+10000000001"}]));
    assert_eq!(
        requests[1].1,
        json!({"callee": "+10000000001", "start_time": "2023-09-01 00:00:00+08:00", "end_time": "2023-09-14 00:00:00+08:00"})
    );
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let service = Service::default();
    let client = service.start().await;
    client.find_workflows(find()).await.unwrap();
    service.oldest_token.store(2, Ordering::SeqCst);

    client.create_workflow(create()).await.unwrap();
    assert_eq!(service.tokens(), 2);
    let creations = service.paths().iter().filter(|path| path.ends_with("createinstance")).count();
    assert_eq!(creations, 2, "refused once, sent again once");

    // A token that is refused whatever its age is not asked for over and over.
    service.oldest_token.store(usize::MAX, Ordering::SeqCst);
    let error = client.create_workflow(create()).await.unwrap_err();
    assert!(error.is_auth(), "{error}");
    assert!(!error.may_have_taken_effect());
    assert_eq!(service.tokens(), 3);
}

#[tokio::test]
async fn an_error_code_inside_a_good_answer_is_an_error() {
    let service = Service::default();
    let client = service.start().await;
    let error = client.list_templates(ListTemplates::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.http_status(), Some(200));
    assert_eq!(error.operation(), Some("workflow.listTemplates"));
    assert!(error.to_string().contains("no such template"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_of_a_cold_client_fetch_one_token() {
    let service = Service::default();
    let client = service.start().await;
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.find_workflows(find()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(service.tokens(), 1);
    assert_eq!(service.paths().len(), 1000);
}
