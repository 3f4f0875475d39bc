//! Handling an event once.

use airudder_wire::DedupKey;

use crate::{BoxError, Claim, DuplicateGuard, Error, Stage};

/// What became of a callback that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "the vendor must be answered: see `Outcome::response`"]
pub enum Outcome {
    /// It was handled now.
    Handled,
    /// It was handled before.
    Repeated,
    /// An earlier push of it is being handled, and may fail yet: the vendor shall send it again.
    InHand,
}

/// Runs the handler of an event unless the event was handled before.
///
/// The handler is a future, which does nothing until it is awaited here; it is dropped if it is not needed. What is
/// promised is said at [`DuplicateGuard`]: at least once, and never twice at the same time within what the guard sees.
/// Dropping this is safe: a handler that was under way counts as failed.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use airudder_webhook::{DedupKey, MemoryGuard, Outcome, once};
///
/// let guard = MemoryGuard::default();
/// let key = DedupKey::builder("workflow.callFinished").field("callid", "1").finish();
/// let handler = async || {
///     println!("once");
///     Ok(())
/// };
/// assert_eq!(once(&guard, key, handler()).await?, Outcome::Handled);
/// assert_eq!(once(&guard, key, handler()).await?, Outcome::Repeated);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// At [`Stage::Handler`] what the handler gave, at [`Stage::Guard`] what the guard gave. After an error the vendor shall
/// send the callback again.
pub async fn once(
    guard: &dyn DuplicateGuard,
    key: DedupKey,
    handler: impl Future<Output = Result<(), BoxError>>,
) -> Result<Outcome, Error> {
    match guard.claim(key).await.map_err(guard_failed)? {
        Claim::New => {}
        Claim::InHand => return Ok(Outcome::InHand),
        Claim::Recorded => return Ok(Outcome::Repeated),
    }
    let _released_at_the_end = Release { guard, key };
    handler.await.map_err(handler_failed)?;
    guard.record(key).await.map_err(guard_failed)?;
    Ok(Outcome::Handled)
}

pub(crate) fn guard_failed(error: impl Into<BoxError>) -> Error {
    Error::new(Stage::Guard, "the guard against duplicates failed").with_source(error)
}

pub(crate) fn handler_failed(error: impl Into<BoxError>) -> Error {
    Error::new(Stage::Handler, "the handler failed").with_source(error)
}

/// Lets go of a key, also when the handler panics or is dropped.
struct Release<'a> {
    guard: &'a dyn DuplicateGuard,
    key: DedupKey,
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.guard.release(self.key);
    }
}
