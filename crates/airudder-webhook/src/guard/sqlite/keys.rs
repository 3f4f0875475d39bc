//! The table of keys.

use std::time::{Duration, SystemTime};

use airudder_wire::DedupKey;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use crate::once::guard_failed;
use crate::{BoxError, Error, Outcome};

/// The key of an event, and when it was handled, in seconds since 1970.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS airudder_events (key BLOB PRIMARY KEY, handled_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS airudder_events_by_time ON airudder_events (handled_at);
";

/// How often old keys are looked for.
const FORGETTING: Duration = Duration::from_secs(60);

pub(super) struct Keys {
    connection: Connection,
    retention: Duration,
    forgotten_at: Option<SystemTime>,
}

impl Keys {
    pub(super) fn new(connection: Connection, retention: Duration) -> Result<Self, BoxError> {
        connection.execute_batch(TABLE)?;
        Ok(Self { connection, retention, forgotten_at: None })
    }

    pub(super) fn contains(&self, key: DedupKey) -> Result<bool, BoxError> {
        let mut statement = self.connection.prepare("SELECT 1 FROM airudder_events WHERE key = ?1")?;
        let row = statement.query_row([key.as_bytes()], |_| Ok(()));
        Ok(row.optional()?.is_some())
    }

    /// Records a key and runs an effect, or neither.
    pub(super) fn transaction(
        &mut self,
        key: DedupKey,
        now: SystemTime,
        effect: impl FnOnce(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<Outcome, Error> {
        self.forget(now).map_err(guard_failed)?;
        // Immediate: of two processes, the second waits here and then sees the key of the first.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(guard_failed)?;
        let insert = "INSERT OR IGNORE INTO airudder_events (key, handled_at) VALUES (?1, ?2)";
        let inserted = transaction.execute(insert, (key.as_bytes(), seconds(now))).map_err(guard_failed)?;
        if inserted == 0 {
            return Ok(Outcome::Repeated);
        }
        effect(&transaction)?;
        transaction.commit().map_err(guard_failed)?;
        Ok(Outcome::Handled)
    }

    /// Deletes keys that are too old, now and then.
    fn forget(&mut self, now: SystemTime) -> Result<(), BoxError> {
        let is_due = |last| now.duration_since(last).is_ok_and(|passed| passed >= FORGETTING);
        if self.forgotten_at.is_none_or(is_due) {
            let oldest = seconds(now).saturating_sub_unsigned(self.retention.as_secs());
            self.connection.execute("DELETE FROM airudder_events WHERE handled_at < ?1", [oldest])?;
            self.forgotten_at = Some(now);
        }
        Ok(())
    }
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    #[test]
    fn old_keys_are_forgotten() {
        let mut keys = Keys::new(Connection::open_in_memory().unwrap(), DAY).unwrap();
        let [old, young] = [1, 2].map(|number| DedupKey::from_bytes([number; 16]));
        let start = SystemTime::UNIX_EPOCH + DAY * 365;
        let mut record = |key, now| keys.transaction(key, now, |_| Ok(())).unwrap();
        assert_eq!(record(old, start), Outcome::Handled);
        assert_eq!(record(old, start + DAY), Outcome::Repeated);
        assert_eq!(record(young, start + DAY), Outcome::Handled);
        assert_eq!(record(young, start + DAY + FORGETTING), Outcome::Repeated);
        assert_eq!([old, young].map(|key| keys.contains(key).unwrap()), [false, true]);
    }
}
