//! What the router answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use airudder_webhook::testing::Delivery;
use airudder_webhook::{DEFAULT_ANSWER, HmacSha256, Receiver, Router};
use http::{Request, StatusCode};
use tokio::sync::{Notify, mpsc};

use crate::events::{Any, Call};

type Handled = Arc<Mutex<Vec<String>>>;

fn receiver() -> Receiver {
    Receiver::builder(HmacSha256::new("key").unwrap()).build()
}

fn delivery(callid: &str) -> Delivery {
    Delivery::of(&Call::new(callid)).unwrap().signed("key").unwrap()
}

async fn status(router: &Router, delivery: &Delivery, path: &str) -> StatusCode {
    router.handle(delivery.request(path).unwrap()).await.status()
}

#[tokio::test]
async fn each_path_has_its_handler() {
    let handled = Handled::default();
    let (calls, others) = (Arc::clone(&handled), Arc::clone(&handled));
    let router = Router::new(receiver())
        .on("/calls", move |call: Call| {
            let calls = Arc::clone(&calls);
            async move {
                calls.lock().unwrap().push(call.callid);
                Ok(())
            }
        })
        .hand_over("/others", move |event: Any| {
            others.lock().unwrap().push(event.0.to_string());
            Ok(())
        });
    let response = router.handle(delivery("1").request("/calls").unwrap()).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    assert_eq!(response.body(), DEFAULT_ANSWER);
    assert_eq!(status(&router, &delivery("2"), "/others?from=vendor").await, 200);
    assert_eq!(status(&router, &delivery("3"), "/calls/").await, 404);
    let response = router.handle(Request::get("/calls").body("").unwrap()).await;
    assert_eq!((response.status().as_u16(), &response.headers()["allow"]), (405, &"POST".parse().unwrap()));
    assert_eq!(*handled.lock().unwrap(), ["1", r#"{"callid":"2"}"#]);
}

#[tokio::test]
async fn a_failure_asks_for_a_repeat_and_success_stops_it() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    let router = Router::new(receiver()).answer("[]").on("/", move |_: Call| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move { if number < 2 { Err("the disk is full".into()) } else { Ok(()) } }
    });
    let mut answers = Vec::new();
    for _ in 0..5 {
        let response = router.handle(delivery("1").request("/").unwrap()).await;
        answers.push((response.status().as_u16(), response.into_body()));
    }
    let (failed, taken) = ((503, "".into()), (200, "[]".into()));
    assert_eq!(answers, [failed.clone(), failed, taken.clone(), taken.clone(), taken]);
    assert_eq!(tries.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_is_refused_reaches_no_handler() {
    let router = Router::new(receiver()).on("/", |_: Call| async { panic!("handled") });
    let unsigned = Delivery::of(&Call::new("1")).unwrap();
    assert_eq!(status(&router, &unsigned, "/").await, 400);
    assert_eq!(status(&router, &Delivery::new("{}").signed("key").unwrap(), "/").await, 400);
}

#[tokio::test]
async fn a_push_that_overtakes_its_handler_is_sent_again() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, goes_on) = (Arc::clone(&begun), Arc::clone(&go_on));
    let router = Router::new(receiver()).on("/", move |_: Call| {
        let (begins, goes_on) = (Arc::clone(&begins), Arc::clone(&goes_on));
        async move {
            begins.notify_one();
            goes_on.notified().await;
            Ok(())
        }
    });
    let of_the_task = router.clone();
    let first = tokio::spawn(async move { status(&of_the_task, &delivery("1"), "/").await });
    begun.notified().await;
    assert_eq!(status(&router, &delivery("1"), "/").await, 503);
    go_on.notify_one();
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!(status(&router, &delivery("1"), "/").await, 200);
}

#[tokio::test]
async fn a_full_queue_asks_for_a_repeat() {
    let (sender, mut queue) = mpsc::channel(1);
    let router = Router::new(receiver())
        .hand_over("/", move |call: Call| sender.try_send(call).map_err(|_| "the queue is full".into()));
    assert_eq!(status(&router, &delivery("1"), "/").await, 200);
    assert_eq!(status(&router, &delivery("2"), "/").await, 503);
    assert_eq!(queue.recv().await, Some(Call::new("1")));
    assert_eq!(status(&router, &delivery("2"), "/").await, 200);
    assert_eq!(queue.recv().await, Some(Call::new("2")));
}
