//! The keys whose handlers are at work in this process.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use airudder_wire::DedupKey;

/// A set of keys.
#[derive(Default)]
pub(super) struct InHand(Mutex<HashSet<DedupKey>>);

impl InHand {
    /// Takes a key, unless somebody has it.
    pub(super) fn take(&self, key: DedupKey) -> Option<Taken<'_>> {
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        is_new.then_some(Taken { of: Some(self), key })
    }

    pub(super) fn release(&self, key: DedupKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

/// A key in hand; dropping lets it go.
pub(super) struct Taken<'a> {
    of: Option<&'a InHand>,
    key: DedupKey,
}

impl Taken<'_> {
    /// Keeps the key in hand.
    pub(super) fn keep(mut self) {
        self.of = None;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(of) = self.of {
            of.release(self.key);
        }
    }
}
