//! A request for a token that several callers carry.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::Shared;
use tokio::runtime::{Handle, Id};

use super::Token;
use super::source::{Last, Source};
use crate::error::{Error, ErrorKind};
use crate::transport::BoxFuture;

pub(super) type Outcome = Result<Arc<Token>, Arc<Error>>;

/// One request for a token, and whether its failure counts.
#[derive(Clone)]
pub(super) struct Fetch {
    /// Polled by all who hold it, so that it goes on whoever is dropped, or is alive but never polled again.
    pub(super) request: Shared<BoxFuture<'static, Outcome>>,
    /// Timers and connections belong to the runtime in which they were made, and fail or panic in any other.
    runtime: Option<Id>,
    /// Nobody held it for a while, so that its time may have run out unseen: its failure says nothing.
    pub(super) was_left: bool,
}

impl Fetch {
    pub(super) fn new(source: &Arc<Source>, last: Option<Last>) -> Self {
        let source = Arc::clone(source);
        let request = async move { source.fetch(last).await.map_err(Arc::new) };
        // A store or a hook of the caller's may panic. The next request must not find the ruins.
        let request =
            AssertUnwindSafe(request).catch_unwind().map(|outcome| outcome.unwrap_or_else(panicked));
        Self { request: request.boxed().shared(), runtime: runtime(), was_left: false }
    }

    pub(super) fn is_of_this_runtime(&self) -> bool {
        self.runtime == runtime()
    }

    /// Gives it to another caller.
    pub(super) fn join(&mut self) -> Self {
        // The cache holds one; if that is the only one, all callers who carried it are gone.
        self.was_left |= self.request.strong_count() == Some(1);
        self.clone()
    }
}

fn runtime() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

fn panicked<T>(_: T) -> Outcome {
    let what = "the request for a token panicked; see what the panic said";
    Err(Arc::new(Error::new(ErrorKind::Auth, what)))
}
