//! Callbacks as our own receiver gets them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_sandbox::{Builder, CallbackEntry, CallbackOutcome, DOCUMENTS, Sandbox};
use airudder_webhook::{Bytes, EncryptionKey, HmacSha256, Receiver, Router, SignedDigest};
use airudder_workflow::webhooks::Event;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

const MINUTE: Duration = Duration::from_secs(60);

/// What a receiver saw, the events that it handled, and how it fails.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Seen>>, Arc<Notify>);

#[derive(Default)]
struct Seen {
    calls: Vec<String>,
    /// How many of the next events are not handled.
    failures: usize,
}

impl Desk {
    fn take(&self, event: Event) -> Result<(), airudder_webhook::BoxError> {
        let mut seen = self.0.lock().unwrap();
        let Event::CallFinished(call) = event else { return Err("another event".into()) };
        if seen.failures > 0 {
            seen.failures -= 1;
            return Err("no room".into());
        }
        seen.calls.push(call.case_id()?.to_string());
        self.1.notify_one();
        Ok(())
    }

    fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().calls.clone()
    }

    fn fail(&self, times: usize) {
        self.0.lock().unwrap().failures = times;
    }
}

/// Serves a receiver until it is dropped.
struct Served {
    address: SocketAddr,
    task: JoinSet<()>,
}

impl Served {
    async fn new(receiver: Receiver, desk: &Desk) -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), receiver, desk).await
    }

    async fn at(address: SocketAddr, receiver: Receiver, desk: &Desk) -> Self {
        let desk = desk.clone();
        let router = Router::new(receiver).on("/", move |event: Event| {
            let desk = desk.clone();
            async move { desk.take(event) }
        });
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut task = JoinSet::new();
        let application = axum::Router::new().fallback_service(router);
        task.spawn(async move { axum::serve(listener, application).await.unwrap() });
        Self { address, task }
    }

    async fn stop(mut self) {
        self.task.shutdown().await;
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

fn receiver(sandbox: &Sandbox) -> Receiver {
    Receiver::builder(HmacSha256::new(sandbox.callback_key()).unwrap()).and(SignedDigest).build()
}

/// A finished call; the receiver knows it by its case.
fn call(case: usize) -> Json {
    json!({
        "workflow_id": "1",
        "workflow_name": "sample",
        "nodetask_id": "2",
        "nodetask_name": "first-call",
        "case_id": case.to_string(),
        "CallStartTime": "2030-01-15T09:00:00Z",
    })
}

async fn push(sandbox: &Sandbox, case: usize) -> CallbackEntry {
    sandbox.push("workflow", "callFinished", call(case)).await.unwrap()
}

/// After how many seconds each push of a callback was answered, and with which status.
fn attempts(sandbox: &Sandbox, number: usize) -> Vec<(u64, Option<u16>)> {
    let entry = sandbox.callbacks().swap_remove(number);
    entry.attempts.iter().map(|attempt| ((attempt.at - entry.at).as_secs(), attempt.status)).collect()
}

#[tokio::test]
async fn callbacks_are_signed_and_taken() {
    let (sandbox, desk) = (Sandbox::start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    let pushed = sandbox.push_example("workflow", "callFinished").await.unwrap();
    assert_eq!((pushed.outcome, pushed.attempts[0].status), (CallbackOutcome::Taken, Some(200)));
    assert_eq!(desk.calls(), ["case-0001"]);
    // Our receiver refuses what is signed by another key.
    let other = Receiver::builder(HmacSha256::new("another").unwrap()).build();
    let served = Served::new(other, &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    assert_eq!(push(&sandbox, 1).await.attempts[0].status, Some(400));
}

#[tokio::test]
async fn callbacks_are_encrypted() {
    let key = EncryptionKey::new("airudderredduria").unwrap();
    let builder = Sandbox::builder().callback_key("my key").encrypted_callbacks(key.clone());
    let (sandbox, desk) = (builder.start().await.unwrap(), Desk::default());
    let receiver = Receiver::builder(HmacSha256::new("my key").unwrap()).and(SignedDigest);
    let served = Served::new(receiver.encryption_key(key).build(), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    assert_eq!(push(&sandbox, 1).await.outcome, CallbackOutcome::Taken);
    assert_eq!(desk.calls(), ["1"]);
}

#[tokio::test]
async fn an_abnormal_answer_makes_it_come_again_after_a_minute_five_times_in_all() {
    let (sandbox, desk) = (Sandbox::start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    desk.fail(4);
    assert_eq!(push(&sandbox, 1).await.outcome, CallbackOutcome::Waiting);
    sandbox.advance(MINUTE - Duration::from_secs(1)).await;
    assert_eq!(attempts(&sandbox, 0), [(0, Some(503))]);
    sandbox.advance(10 * MINUTE).await;
    let failed = [0, 60, 120, 180].map(|seconds| (seconds, Some(503)));
    assert_eq!(attempts(&sandbox, 0), [&failed[..], &[(240, Some(200))]].concat());
    assert_eq!(desk.calls(), ["1"]);

    desk.fail(usize::MAX);
    push(&sandbox, 2).await;
    sandbox.advance(10 * MINUTE).await;
    assert_eq!(attempts(&sandbox, 1).len(), 5);
    assert_eq!(sandbox.callbacks()[1].outcome, CallbackOutcome::GivenUp);
}

#[tokio::test]
async fn nothing_is_lost_while_the_receiver_is_down() {
    let (sandbox, desk) = (Sandbox::start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    let (address, url) = (served.address, served.url());
    served.stop().await;
    sandbox.set_callbacks(&url).unwrap();
    for case in 0..20 {
        let entry = push(&sandbox, case).await;
        assert_eq!((entry.outcome, entry.attempts[0].status), (CallbackOutcome::Waiting, None));
        assert!(entry.attempts[0].failure.contains("refused"), "{:?}", entry.attempts);
    }
    sandbox.advance(MINUTE).await;
    let _served = Served::at(address, receiver(&sandbox), &desk).await;
    sandbox.advance(MINUTE).await;
    assert_eq!(desk.calls(), (0..20).map(|case| case.to_string()).collect::<Vec<_>>());
    assert_eq!(attempts(&sandbox, 19), [(0, None), (60, None), (120, Some(200))]);
}

#[tokio::test]
async fn a_clock_that_runs_repeats_by_itself() {
    // A minute in a hundredth of a second.
    let (sandbox, desk) = (Sandbox::builder().speed(6000.0).start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    desk.fail(1);
    sandbox.push("workflow", "callFinished", call(1)).await.unwrap();
    tokio::time::timeout(MINUTE, desk.1.notified()).await.unwrap();
    assert_eq!(desk.calls(), ["1"]);
}

#[tokio::test]
async fn a_clock_that_runs_and_is_moved_on_repeats_in_time() {
    let (sandbox, desk) = (Sandbox::builder().speed(1.0).start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    desk.fail(1);
    sandbox.push("workflow", "callFinished", call(1)).await.unwrap();
    // The clock begins to wait for the minute, of which little is left then.
    tokio::task::yield_now().await;
    sandbox.advance(MINUTE - Duration::from_millis(100)).await;
    tokio::time::timeout(MINUTE / 2, desk.1.notified()).await.unwrap();
    assert_eq!(desk.calls(), ["1"]);
}

/// The order in which twenty callbacks come.
async fn order(builder: Builder) -> Vec<usize> {
    let (sandbox, desk) = (builder.start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    for case in 0..20 {
        push(&sandbox, case).await;
    }
    sandbox.advance(MINUTE).await;
    desk.calls().iter().map(|call| call.parse().unwrap()).collect()
}

#[tokio::test]
async fn callbacks_come_in_order_or_shuffled_by_the_seed() {
    let sorted: Vec<_> = (0..20).collect();
    assert_eq!(order(Sandbox::builder()).await, sorted);
    let mut shuffled = order(Sandbox::builder().shuffled(MINUTE)).await;
    assert_eq!(order(Sandbox::builder().shuffled(MINUTE)).await, shuffled);
    assert_ne!(order(Sandbox::builder().shuffled(MINUTE).seed(2)).await, shuffled);
    assert_ne!(shuffled, sorted);
    shuffled.sort_unstable();
    assert_eq!(shuffled, sorted);
}

#[tokio::test]
async fn some_come_twice_and_are_handled_once() {
    let (sandbox, desk) = (Sandbox::builder().duplicates(0.5).start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    sandbox.set_callbacks(&served.url()).unwrap();
    for case in 0..20 {
        push(&sandbox, case).await;
    }
    let pushed: Vec<_> = sandbox.callbacks().iter().map(|entry| entry.attempts.len()).collect();
    let (once, twice) = (pushed.iter().filter(|n| **n == 1), pushed.iter().filter(|n| **n == 2));
    let (once, twice) = (once.count(), twice.count());
    assert!(once > 4 && twice > 4 && once + twice == 20, "{pushed:?}");
    assert_eq!(desk.calls().len(), 20);
}

#[tokio::test]
async fn without_an_address_callbacks_are_only_noted() {
    let (sandbox, desk) = (Sandbox::start().await.unwrap(), Desk::default());
    let served = Served::new(receiver(&sandbox), &desk).await;
    assert_eq!(push(&sandbox, 1).await.outcome, CallbackOutcome::NotSent);
    sandbox.set_callbacks_of("leads", &served.url()).unwrap();
    assert_eq!(push(&sandbox, 2).await.outcome, CallbackOutcome::NotSent);
    sandbox.set_callbacks_of("workflow", &served.url()).unwrap();
    assert_eq!(push(&sandbox, 3).await.outcome, CallbackOutcome::Taken);
    sandbox.advance(10 * MINUTE).await;
    assert_eq!(desk.calls(), ["3"]);
    let entry = &sandbox.callbacks()[0];
    assert_eq!((entry.callback.as_str(), &entry.body), ("callFinished", &call(1)));
    assert!(!format!("{entry:?}").contains("sample"), "{entry:?}");
}

#[tokio::test]
async fn every_documented_callback_can_be_pushed() {
    let sandbox = Sandbox::start().await.unwrap();
    let key = HmacSha256::new(sandbox.callback_key()).unwrap();
    // Whatever the product: what is asked here is that each comes, and is signed.
    let receiver = Receiver::builder(key).build();
    let application = axum::Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
        let opened = receiver.open(&headers, &body).is_ok();
        async move { if opened { StatusCode::OK } else { StatusCode::BAD_REQUEST } }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    sandbox.set_callbacks(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let mut task = JoinSet::new();
    task.spawn(async move { axum::serve(listener, application).await.unwrap() });
    for document in DOCUMENTS {
        for callback in document.callbacks {
            let pushed = sandbox.push_example(document.name, callback.id).await.unwrap();
            assert_eq!(pushed.outcome, CallbackOutcome::Taken, "{}.{}", document.name, callback.id);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let error = sandbox.push("workflow", "callEnded", call(1)).await.unwrap_err().to_string();
    assert!(
        error.starts_with("workflow has no callback \"callEnded\"; it has dialerTaskStatus, "),
        "{error}"
    );
    let error = sandbox.set_callbacks_of("workflows", "http://127.0.0.1/").unwrap_err().to_string();
    assert!(error.starts_with("there is no document \"workflows\"; there are chatbot, "), "{error}");
    for builder in [
        Sandbox::builder().callbacks("https://example.com/"),
        Sandbox::builder().callbacks("nowhere"),
        Sandbox::builder().callbacks_of("nothing", "http://127.0.0.1/"),
        Sandbox::builder().callback_key(" "),
    ] {
        assert_eq!(builder.start().await.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn a_body_that_could_not_be_read_again_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let nested = |levels: usize| (0..levels).fold(Json::Null, |inner, _| Json::from(vec![inner]));
    sandbox.push("workflow", "callFinished", nested(64)).await.unwrap();
    let refusal = sandbox.push("workflow", "callFinished", nested(65)).await.unwrap_err();
    assert_eq!(refusal.to_string(), "the body is nested more than 64 levels deep");
    assert_eq!(sandbox.callbacks().len(), 1);
}
