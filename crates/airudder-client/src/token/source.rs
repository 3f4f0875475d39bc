//! Where a token comes from: the store, or else the vendor.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::timeout;
use tracing::warn;

use super::Token;
use super::obtain::Obtain;
use super::store::{Account, StoreFuture, StoredToken, TokenStore};
use crate::clock::Clock;
use crate::{Client, Credentials, Error, redact};

/// How long to wait for a store: it is a help, and must not become a hindrance.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// How far clocks may differ. A token from further in the future is the work of a wrong clock and would never seem old.
pub(super) const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

/// What a token is asked for with.
pub(crate) struct Source {
    /// A client that has no tokens itself, so that a request which waits in the cache does not keep the cache alive.
    client: Client,
    credentials: Credentials,
    account: Account,
    store: Option<Box<dyn TokenStore>>,
    lifetime: Duration,
    pub(super) clock: Box<dyn Clock>,
}

/// The token that another one is to replace.
#[derive(Clone, Copy)]
pub(super) struct Last {
    pub(super) asked_at: SystemTime,
    pub(super) is_refused: bool,
}

impl Source {
    pub(crate) fn new(
        client: Client,
        credentials: Credentials,
        store: Option<Box<dyn TokenStore>>,
        lifetime: Duration,
        clock: Box<dyn Clock>,
    ) -> Self {
        let account = Account::new(client.address(), credentials.key.as_str());
        Self { client, credentials, account, store, lifetime, clock }
    }

    /// Another token, newer than the last one.
    pub(super) async fn fetch(&self, last: Option<Last>) -> Result<Arc<Token>, Error> {
        if let Some(store) = &self.store
            && let Some(token) = self.stored(&**store, last).await
        {
            return Ok(Arc::new(token));
        }
        // The answer carries no expiry. Counted from before the request, a token is never thought younger than it is.
        let (asked, asked_at) = (self.clock.now(), self.clock.wall());
        let text = self.client.call(&Obtain::new(&self.credentials)).await?;
        let now = self.clock.now();
        let age = now.saturating_duration_since(asked);
        let token = Token::new(&text, asked_at, self.lifetime, age, now)?;
        if let Some(store) = &self.store {
            let stored = StoredToken::new(text, asked_at, asked_at + self.lifetime);
            usable(store.save(&self.account, &stored)).await;
        }
        Ok(Arc::new(token))
    }

    /// The token of another process, if it serves in place of the last one.
    async fn stored(&self, store: &dyn TokenStore, last: Option<Last>) -> Option<Token> {
        let stored = usable(store.load(&self.account)).await??;
        if let Some(last) = last
            && stored.asked_at() <= last.asked_at
        {
            if last.is_refused && stored.asked_at() == last.asked_at {
                usable(store.forget(&self.account, &stored)).await;
            }
            return None;
        }
        let (now, wall) = (self.clock.now(), self.clock.wall());
        let age = match wall.duration_since(stored.asked_at()) {
            Ok(age) => age,
            Err(ahead) if ahead.duration() <= CLOCK_SKEW => Duration::ZERO,
            Err(_) => return None,
        };
        // The other process may have another setting: the shorter one counts.
        let lifetime = stored.expires_at().duration_since(stored.asked_at()).ok()?.min(self.lifetime);
        if age >= lifetime {
            return None;
        }
        Token::new(stored.token(), stored.asked_at(), lifetime, age, now).ok()
    }
}

/// What a store gives, unless it fails or takes too long.
async fn usable<T>(asked: StoreFuture<'_, T>) -> Option<T> {
    match timeout(STORE_TIMEOUT, asked).await {
        Ok(Ok(given)) => Some(given),
        Ok(Err(error)) => {
            let error = redact::message(&error.to_string());
            warn!(error, "the token store failed; the client does without it");
            None
        }
        Err(_) => {
            warn!("the token store did not answer within {STORE_TIMEOUT:?}; the client does without it");
            None
        }
    }
}
