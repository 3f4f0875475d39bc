//! What keeps a repeated callback from being handled twice.

mod in_hand;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::pin::Pin;

use airudder_wire::DedupKey;

use crate::BoxError;

pub use self::memory::MemoryGuard;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteGuard;

/// What a guard's work gives; dropping it before it is done is safe.
pub type GuardFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Remembers the keys of events that were handled.
///
/// The vendor sends a callback again after a minute, up to five times, whenever the answer does not please it: when the
/// handler failed, and when it succeeded but the answer got lost. [`once`](crate::once) uses a guard to tell the two apart.
///
/// # What is promised
///
/// | the handler's effect | promise |
/// |---|---|
/// | a change of the guard's own database, by `SqliteGuard::transaction` (feature `sqlite`) | **exactly once**, whatever crashes: the effect and the key are one transaction |
/// | anything else | **at least once**: the key is recorded after the handler has succeeded, so a crash between the two has it run again; make such a handler repeatable |
///
/// Both hold as long as the vendor sends until it gets the answer that stops it, and for repeats within the time and the
/// number of keys that the guard remembers.
///
/// # To write another
///
/// Keys may live in any store. `claim` must let only one caller have a key at a time. A store shared by several processes
/// needs claims that expire, since the process that holds one may die; the time must be longer than any handler takes.
pub trait DuplicateGuard: Send + Sync + 'static {
    /// Takes a key in hand, unless it is recorded or in somebody's hand.
    ///
    /// Dropped before it is done, it must leave the key free, or let the claim expire.
    fn claim(&self, key: DedupKey) -> GuardFuture<'_, Claim>;

    /// Records a key in hand: its event is handled.
    ///
    /// The key stays in hand until [`release`](Self::release).
    fn record(&self, key: DedupKey) -> GuardFuture<'_, ()>;

    /// Lets go of a key that was claimed: recorded, or not if its handler failed or was dropped. Must not block.
    fn release(&self, key: DedupKey);
}

/// What became of asking for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The key is new, and now in the caller's hand.
    New,
    /// Somebody has the key in hand: nobody knows yet how that ends.
    InHand,
    /// The event was handled before.
    Recorded,
}
