//! What unit tests share: a client whose answers a test scripts.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use tokio::task::yield_now;

use crate::clock::TestClock;
use crate::transport::{Script, Scripted};
use crate::{
    Answer, Auth, Client, ClientBuilder, Credentials, Description, Effect, Error, Evidence, Method,
    Operation, Request, RetryPolicy,
};

/// Rings a phone, with a token.
pub(crate) struct Ring;

impl Operation for Ring {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.ring",
        method: Method::Post,
        path: "/ring",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: None,
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

/// A client that sends to a function, which also gets how many requests came before. It sends once.
pub(crate) fn client<A>(answer: impl Fn(http::Request<Bytes>, usize) -> A + Send + Sync + 'static) -> Client
where
    A: Future<Output = Scripted> + Send + 'static,
{
    ClientBuilder::<Client>::new(Credentials::new("key", "secret"), "http://localhost")
        .retry(RetryPolicy::never())
        .build_with(Script::new(answer), TestClock::new())
        .unwrap()
}

/// An answer with a body.
pub(crate) fn reply(status: u16, body: impl ToString) -> Scripted {
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    Ok(response)
}

/// Lets other futures go first, so many times.
pub(crate) async fn wait(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// Polls a future so many times and drops it if it is not done by then.
pub(crate) async fn poll_times<F: Future>(future: F, mut times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        if times == 0 {
            return Poll::Ready(None);
        }
        times -= 1;
        cx.waker().wake_by_ref();
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Runs a future where time passes at once when there is nothing else to do.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(future)
}
