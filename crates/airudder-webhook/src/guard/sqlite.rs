//! Keys in a database.

mod keys;
mod worker;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use airudder_wire::DedupKey;
use rusqlite::{Connection, Transaction};

use self::keys::Keys;
use self::worker::Worker;
use super::in_hand::InHand;
use super::{Claim, DuplicateGuard, GuardFuture};
use crate::once::{guard_failed, handler_failed};
use crate::{BoxError, Error, Outcome};

/// Remembers keys in a SQLite database, in the table `airudder_events`: they survive restarts.
///
/// An effect on the same database happens exactly once by [`transaction`](Self::transaction). Several processes may share
/// the database; then the promise of [`transaction`](Self::transaction) still holds, and other handlers may run at the same
/// time for two pushes of one event.
///
/// The database has a thread of its own, so that a slow disk holds up no other task. Clones share it; it ends, after what
/// is queued, when the last one is dropped.
#[derive(Clone)]
pub struct SqliteGuard {
    worker: Worker,
    in_hand: Arc<InHand>,
}

impl SqliteGuard {
    /// How long keys are remembered by default.
    pub const DEFAULT_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// Opens a database, or makes it.
    ///
    /// It is set to write-ahead logging and to wait for the disk at each commit, so that what was answered survives a loss
    /// of power, too.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened as a database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let connection = Connection::open(path).map_err(guard_failed)?;
        connection.pragma_update(None, "journal_mode", "wal").map_err(guard_failed)?;
        connection.pragma_update(None, "synchronous", "full").map_err(guard_failed)?;
        Self::new(connection, Self::DEFAULT_RETENTION)
    }

    /// Uses a connection, with its settings, and remembers keys for so long. The connection may have tables of the
    /// caller's own.
    ///
    /// With the setting `synchronous=off` a loss of power may lose what was answered.
    ///
    /// # Errors
    ///
    /// When the table of keys cannot be made, or no thread can be started.
    pub fn new(connection: Connection, retention: Duration) -> Result<Self, Error> {
        let keys = Keys::new(connection, retention).map_err(guard_failed)?;
        let worker = Worker::start(keys).map_err(guard_failed)?;
        Ok(Self { worker, in_hand: Arc::default() })
    }

    /// Runs an effect on the database in one transaction with the key, unless the key is recorded: once, whatever crashes.
    ///
    /// The effect runs on the thread of the database, one at a time, and must not commit by itself. What it does elsewhere
    /// is not part of the promise. If it fails or panics, everything is taken back. Dropping the future does not stop an
    /// effect that is queued.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use airudder_webhook::rusqlite::Connection;
    /// use airudder_webhook::{DedupKey, Outcome, SqliteGuard};
    ///
    /// let connection = Connection::open_in_memory()?;
    /// connection.execute("CREATE TABLE finished (callid TEXT)", ())?;
    /// let guard = SqliteGuard::new(connection, SqliteGuard::DEFAULT_RETENTION)?;
    ///
    /// let key = DedupKey::builder("workflow.callFinished").field("callid", "1").finish();
    /// let outcome = guard
    ///     .transaction(key, |transaction| {
    ///         transaction.execute("INSERT INTO finished VALUES (?1)", ["1"])?;
    ///         Ok(())
    ///     })
    ///     .await?;
    /// assert_eq!(outcome, Outcome::Handled);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// At [`Stage::Handler`](crate::Stage::Handler) what the effect gave, at [`Stage::Guard`](crate::Stage::Guard) what the
    /// database gave. After an error the vendor shall send the callback again.
    pub async fn transaction(
        &self,
        key: DedupKey,
        effect: impl FnOnce(&Transaction<'_>) -> Result<(), BoxError> + Send + 'static,
    ) -> Result<Outcome, Error> {
        let job = move |keys: &mut Keys| {
            let effect = |transaction: &Transaction<'_>| effect(transaction).map_err(handler_failed);
            keys.transaction(key, SystemTime::now(), effect)
        };
        self.worker.run(job).await.map_err(guard_failed)?
    }
}

impl DuplicateGuard for SqliteGuard {
    fn claim(&self, key: DedupKey) -> GuardFuture<'_, Claim> {
        Box::pin(async move {
            let Some(taken) = self.in_hand.take(key) else { return Ok(Claim::InHand) };
            if self.worker.run(move |keys| keys.contains(key)).await?? {
                return Ok(Claim::Recorded);
            }
            taken.keep();
            Ok(Claim::New)
        })
    }

    fn record(&self, key: DedupKey) -> GuardFuture<'_, ()> {
        Box::pin(async move {
            let nothing = |_: &Transaction<'_>| Ok(());
            let job = move |keys: &mut Keys| keys.transaction(key, SystemTime::now(), nothing);
            self.worker.run(job).await?.map(drop).map_err(BoxError::from)
        })
    }

    fn release(&self, key: DedupKey) {
        self.in_hand.release(key);
    }
}

impl fmt::Debug for SqliteGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteGuard").finish_non_exhaustive()
    }
}
