//! A store for the clients of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::store::{Account, StoreFuture, StoredToken, TokenStore};

/// Shares tokens among the clients of one process; clones share what they keep.
///
/// Clones of one client need no store. This one is for clients that are built apart, with other timeouts say, and for
/// tests of what is built on [`TokenStore`].
#[derive(Clone, Default)]
pub struct MemoryTokenStore {
    tokens: Arc<Mutex<HashMap<Account, StoredToken>>>,
}

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Account, StoredToken>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(&'a self, account: &'a Account) -> StoreFuture<'a, Option<StoredToken>> {
        Box::pin(async move { Ok(self.lock().get(account).cloned()) })
    }

    fn save<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tokens = self.lock();
            if tokens.get(account).is_none_or(|kept| token.supersedes(kept)) {
                tokens.insert(account.clone(), token.clone());
            }
            Ok(())
        })
    }

    fn forget<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tokens = self.lock();
            if tokens.get(account) == Some(token) {
                tokens.remove(account);
            }
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokenStore").finish_non_exhaustive()
    }
}
