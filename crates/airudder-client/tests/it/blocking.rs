//! Calls that are waited for.

use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use airudder_client::batch::Batched;
use airudder_client::{
    Answer, Client, Description, Error, ErrorKind, Method, Operation, Pending, Request, blocking,
};
use futures_core::Stream;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::operations::{Ring, ring};
use crate::pooling::{self, Then};
use crate::server::{Reply, Server};

/// A runtime for the server: those who wait have none, or their own.
fn elsewhere() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Fails, rather than hangs, if a wait never ends.
fn in_time(work: impl FnOnce() + Send + 'static) {
    let (sender, done) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        sender.send(()).unwrap();
    });
    let outcome = done.recv_timeout(Duration::from_secs(60));
    assert_ne!(outcome, Err(mpsc::RecvTimeoutError::Timeout), "it hangs");
    worker.join().unwrap();
}

#[test]
fn a_thread_waits_without_a_runtime() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok()));
    let client = server.client();
    assert_eq!(client.call(&ring()).wait().unwrap(), "fine");
    assert_eq!(client.call(&ring()).into_future().wait().unwrap(), "fine");
    let response = client.call(&ring()).response().wait().unwrap();
    assert_eq!((response.data.as_str(), response.meta.status), ("fine", 200));
    assert_eq!(blocking::wait(client.call(&ring())).unwrap(), "fine");
    assert_eq!(server.calls().len(), 4);
}

#[test]
fn errors_and_timeouts_are_as_when_awaited() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok().with_delay(Duration::from_secs(5))));
    let error = server.client().call(&ring()).attempt_timeout(Duration::from_millis(50)).wait().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_taken_effect());
}

#[test]
fn connections_are_kept_from_call_to_call() {
    let runtime = elsewhere();
    let kept = runtime.block_on(pooling::start(Then::Keep));
    for _ in 0..3 {
        // On threads that end, too.
        let client = kept.client.clone();
        thread::spawn(move || client.call(&ring()).wait().unwrap()).join().unwrap();
    }
    assert_eq!(kept.connections.load(Ordering::Relaxed), 1);
}

#[test]
fn many_threads_wait_at_once() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok()));
    let client = server.client();
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| assert_eq!(client.call(&ring()).wait().unwrap(), "fine"));
        }
    });
    assert_eq!((server.tokens().len(), server.calls().len()), (1, 50));
    #[cfg(target_os = "linux")]
    {
        let names = std::fs::read_dir("/proc/self/task")
            .unwrap()
            .map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default());
        assert_eq!(names.filter(|name| name.trim() == "airudder-wait").count(), 1);
    }
}

#[test]
fn waiting_inside_a_runtime_does_not_panic() {
    in_time(|| {
        let runtime = elsewhere();
        let server = runtime.block_on(Server::answering(Reply::ok()));
        let client = server.client();
        for runtime in [Builder::new_current_thread().enable_all().build().unwrap(), elsewhere()] {
            let directly = client.clone();
            runtime.block_on(async move { assert_eq!(directly.call(&ring()).wait().unwrap(), "fine") });
            let (in_task, apart) = (client.clone(), client.clone());
            runtime.block_on(async move {
                let task = tokio::spawn(async move { in_task.call(&ring()).wait() });
                assert_eq!(task.await.unwrap().unwrap(), "fine");
                let thread = tokio::task::spawn_blocking(move || apart.call(&ring()).wait());
                assert_eq!(thread.await.unwrap().unwrap(), "fine");
                // The runtime is as it was.
                tokio::time::sleep(Duration::from_millis(1)).await;
            });
        }
        assert_eq!(server.calls().len(), 6);
    });
}

/// A task has a budget of steps, which only its own runtime renews.
#[test]
fn a_long_wait_inside_a_task_is_not_out_of_budget() {
    in_time(|| {
        elsewhere().block_on(async {
            tokio::spawn(async {
                let steps = async {
                    for _ in 0..1_000 {
                        tokio::task::consume_budget().await;
                    }
                    Ok(())
                };
                blocking::wait(steps).unwrap();
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn what_is_not_waited_for_is_not_sent() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok()));
    let client = server.client();
    drop(client.call(&ring()));
    drop(client.call(&ring()).response());
    drop(blocking::iter(Calls::new(&client, 3)).unwrap());
    client.call(&ring()).wait().unwrap();
    assert_eq!(server.calls().len(), 1);
}

/// A stream whose items are calls.
struct Calls {
    pending: VecDeque<Pending<String>>,
    /// Nothing here need cross threads.
    _here: Rc<()>,
}

impl Calls {
    fn new(client: &Client, count: usize) -> Self {
        let pending = (0..count).map(|_| client.call(&ring()).into_future()).collect();
        Self { pending, _here: Rc::default() }
    }
}

impl Stream for Calls {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = self.pending.front_mut() else { return Poll::Ready(None) };
        let item = ready!(Pin::new(next).poll(cx));
        self.pending.pop_front();
        Poll::Ready(Some(item))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.pending.len(), Some(self.pending.len()))
    }
}

#[test]
fn a_stream_is_an_iterator() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok()));
    let mut items = blocking::iter(Calls::new(&server.client(), 3)).unwrap();
    assert_eq!(items.size_hint(), (3, Some(3)));
    assert_eq!(items.next().unwrap().unwrap(), "fine");
    assert_eq!(server.calls().len(), 1, "nothing is fetched ahead");
    assert_eq!(items.by_ref().count(), 2);
    assert!(items.into_inner().pending.is_empty());
    assert_eq!(server.calls().len(), 3);
}

#[test]
fn downloads_are_waited_for_piece_by_piece_and_whole() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::new(200, "audio/wav", vec![7; 100_000])));
    let client = server.client();
    let download = || client.request(Method::Get, "/recording").id("test.recording").read_bytes().download();
    let pieces: Result<Vec<_>, _> = blocking::iter(download().stream()).unwrap().collect();
    assert_eq!(pieces.unwrap().concat(), [7; 100_000]);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    assert_eq!(blocking::wait(download().to_file(&path)).unwrap(), 100_000);
    assert_eq!(std::fs::read(&path).unwrap(), [7; 100_000]);
}

/// Adds numbers to something.
struct Add(Vec<u32>);

impl Operation for Add {
    type Answer = String;

    const DESCRIPTION: &'static Description = Ring::DESCRIPTION;

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.json(&self.0)
    }

    fn read(answer: Answer) -> Result<Self::Answer, Error> {
        answer.json()
    }
}

impl Batched for Add {
    type Item = u32;

    const MAX_ITEMS: usize = 2;
    const MAX_TOTAL: Option<u64> = None;

    fn items_mut(&mut self) -> &mut Vec<u32> {
        &mut self.0
    }

    fn refused(_: &String) -> usize {
        0
    }
}

#[test]
fn a_batch_is_waited_for() {
    let runtime = elsewhere();
    let server = runtime.block_on(Server::answering(Reply::ok()));
    let report = server.client().batch(Add(Vec::new()), 0..5).wait().unwrap();
    assert!(report.is_complete());
    let mut bodies: Vec<_> = server.calls().into_iter().map(|call| call.body).collect();
    bodies.sort();
    assert_eq!(bodies, ["[0,1]", "[2,3]", "[4]"]);
}
