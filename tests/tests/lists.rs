//! Generated pagers and batches against a service on loopback.

use std::sync::{Arc, Mutex};

use airudder_chatbot::HmacSigner;
use airudder_chatbot::operations::ListMessages;
use airudder_workflow::Credentials;
use airudder_workflow::batch::{Ending, Fate};
use airudder_workflow::models::WorkflowContact;
use airudder_workflow::operations::{AddContacts, ListTemplates};
use axum::extract::State;
use axum::http::Uri;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// What the service was sent: queries and bodies.
type Seen = Arc<Mutex<Vec<Value>>>;

async fn start() -> (String, Seen) {
    let seen = Seen::default();
    let router = Router::new()
        .route("/service/cloud/auth", post(async || Json(json!({"code": 200, "data": {"token": "t"}}))))
        .route("/service/cloud/workflow/templatelist", get(templates))
        .route("/service/cloud/workflow/uploaddetails", post(add))
        .route("/api/v1/session/messages", post(messages))
        .with_state(Arc::clone(&seen));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, seen)
}

/// 25 templates, newest first.
async fn templates(State(seen): State<Seen>, uri: Uri) -> Json<Value> {
    let query = uri.query().unwrap();
    let value =
        |name| query.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap().parse::<usize>().unwrap();
    let (page, number) = (value("page="), value("number="));
    seen.lock().unwrap().push(json!({"page": page, "number": number}));
    let rows: Vec<_> = (0..25).rev().map(|id| json!({"workflow_template_id": id})).collect();
    let rows: Vec<_> = rows.into_iter().skip((page - 1) * number).take(number).collect();
    Json(json!({"code": 200, "status": "OK", "data": {"rows": rows}}))
}

/// Five messages, newest first, behind the one that is named.
async fn messages(State(seen): State<Seen>, Json(body): Json<Value>) -> Json<Value> {
    let (last, size) = (body["last_msg_id"].as_str().unwrap(), body["size"].as_u64().unwrap());
    seen.lock().unwrap().push(json!(last));
    let ids = ["m5", "m4", "m3", "m2", "m1"];
    let start = ids.iter().position(|id| *id == last).map_or(0, |at| at + 1);
    let rows = ids.iter().skip(start).take(usize::try_from(size).unwrap());
    let rows: Vec<_> = rows.map(|id| json!({"msg_id": id})).collect();
    Json(json!({"request_id": "1", "code": 200, "message": "Success", "data": rows}))
}

async fn add(State(seen): State<Seen>, Json(body): Json<Value>) -> Json<Value> {
    seen.lock().unwrap().push(body);
    Json(json!({"code": 200, "status": "OK"}))
}

#[tokio::test]
async fn templates_come_by_the_number_of_the_page() {
    let (address, seen) = start().await;
    let client = airudder_workflow::Client::builder(Credentials::new("key", "secret"))
        .address(&address)
        .build()
        .unwrap();
    let request = || ListTemplates::new().with_number(10);
    let mut templates = client.list_templates_pager(request());
    let mut ids = Vec::new();
    while let Some(template) = templates.try_next().await.unwrap() {
        ids.push(template.workflow_template_id.unwrap().to_string());
        if ids.len() == 12 {
            let state = templates.state().to_string();
            templates = client.list_templates_pager(request()).resume(state.parse().unwrap()).unwrap();
        }
    }
    assert_eq!(ids, (0..25).rev().map(|id| id.to_string()).collect::<Vec<_>>());
    let pages: Vec<_> = seen.lock().unwrap().iter().map(|query| query["page"].as_u64().unwrap()).collect();
    assert_eq!(pages, [1, 2, 2, 3, 4]);
}

#[tokio::test]
async fn messages_come_by_cursor() {
    let (address, seen) = start().await;
    let signer = HmacSigner::new("key", "secret");
    let client = airudder_chatbot::Client::builder(signer).address(&address).build().unwrap();
    let mut pages = client.list_messages_pager(ListMessages::new("7738ff156ad1", 2)).prefetch(1).pages();
    let mut ids = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        ids.push(
            page.items.into_iter().map(|message| message.msg_id.unwrap().to_string()).collect::<Vec<_>>(),
        );
    }
    assert_eq!(ids, [vec!["m5", "m4"], vec!["m3", "m2"], vec!["m1"]]);
    assert_eq!(*seen.lock().unwrap(), ["", "m4", "m2", "m1"]);
}

#[tokio::test]
async fn contacts_go_out_in_chunks_and_never_beyond_what_a_task_takes() {
    let (address, seen) = start().await;
    let client = airudder_workflow::Client::builder(Credentials::new("key", "secret"))
        .address(&address)
        .build()
        .unwrap();
    let contacts = |count| (0..count).map(|number| WorkflowContact::new(format!("+1000{number:07}")));
    let batch = client.add_contacts_in_batches(AddContacts::new("w1", []), contacts(2_500)).max_items(1_000);
    let report = batch.concurrency(2).run().await;
    assert!(report.is_complete(), "{report}");
    {
        let mut seen = seen.lock().unwrap();
        let mut sent: Vec<_> =
            seen.drain(..).map(|body| body["details"].as_array().unwrap().clone()).collect();
        sent.sort_by_key(|details| details[0]["callee"].to_string());
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 1_000, 500]);
        assert_eq!(sent[2][499], json!({"callee": "+10000002499"}));
    }

    let report = client.add_contacts_in_batches(AddContacts::new("w1", []), contacts(10_001)).run().await;
    assert_eq!((report.ending(), report.items(Fate::Accepted)), (Ending::Overflow, 0));
    assert!(seen.lock().unwrap().is_empty(), "nothing of a list that is too long is sent");
    assert!(!format!("{report}{report:?}").contains("+1000000"));
}
