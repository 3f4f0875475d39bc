//! What a newcomer tries: a workflow on a clock that runs, its callbacks as events, and its recordings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use airudder_sandbox::Sandbox;
use airudder_webhook::{HmacSha256, Receiver, Router};
use airudder_workflow::models::WorkflowContact;
use airudder_workflow::webhooks::Event;
use airudder_workflow::{Client, operations as ops, wire};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What came in.
#[derive(Default)]
struct Desk {
    calls: AtomicUsize,
    recordings: AtomicUsize,
    contacts: AtomicUsize,
    others: AtomicUsize,
    unknown: AtomicUsize,
    /// Told when the workflow has ended.
    over: Notify,
}

impl Desk {
    fn take(&self, event: &Event) {
        let counter = match event {
            Event::CallFinished(call) => {
                let link = call.unknown_fields.get("recording_link");
                self.recordings.fetch_add(usize::from(link.is_some()), Ordering::Relaxed);
                &self.calls
            }
            Event::ContactFinished(_) => &self.contacts,
            Event::WorkflowStatus(_) => {
                self.over.notify_one();
                &self.others
            }
            Event::Unknown(_) => &self.unknown,
            _ => &self.others,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_workflow_is_over_within_seconds_of_a_fast_clock() {
    let sandbox = Sandbox::builder().speed(3600.0).start().await.unwrap();
    let desk = Arc::new(Desk::default());
    let receiver = Receiver::builder(HmacSha256::new(sandbox.callback_key()).unwrap()).build();
    let router = Router::new(receiver).on("/", {
        let desk = Arc::clone(&desk);
        move |event: Event| {
            desk.take(&event);
            std::future::ready(Ok(()))
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    sandbox.set_callbacks(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let application = axum::Router::new().fallback_service(router);
    tokio::spawn(async move { axum::serve(listener, application).await.unwrap() });

    let client = Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build().unwrap();
    let contacts = (0..500).map(|place| WorkflowContact::new(format!("+1000000{place:04}")));
    let end: wire::OffsetTime = "2030-01-31 18:00:00+08:00".parse().unwrap();
    let request = ops::CreateWorkflow::new(1024, "newcomer", end).with_details(contacts);
    client.create_workflow(request).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), desk.over.notified()).await.unwrap();

    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    assert_eq!((count(&desk.calls), count(&desk.contacts), count(&desk.unknown)), (500, 500, 0));
    assert!(count(&desk.recordings) > 300 && count(&desk.others) > 500);
}
