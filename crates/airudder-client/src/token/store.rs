//! Where processes share a token.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use airudder_wire::Secret;

use super::source::CLOCK_SKEW;

/// Why a [`TokenStore`] could not do what was asked. Its text is logged: no token may be in it.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// What the methods of a [`TokenStore`] give: `Box::pin(async move { .. })`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place where the processes of one account find each other's token, such as a file or a database.
///
/// A client keeps its token in memory, with or without a store. It turns to the store only when it would ask the vendor:
/// it first looks there for a token that is newer than its own, and saves there what the vendor gave. That is a few times
/// a day, and after a token was refused.
///
/// A store cannot make a call fail: what goes wrong, or takes longer than two seconds, is logged as a warning and the
/// client does without. Futures may be dropped at any point.
///
/// [`FileTokenStore`](crate::FileTokenStore) and [`MemoryTokenStore`](crate::MemoryTokenStore) are two; an `Arc` of a
/// store is a store.
///
/// The clocks of all who share a store should agree within five minutes. A token from further in the future is not used.
pub trait TokenStore: Send + Sync {
    /// The token that is kept for an account, if any. One that has ended may be given: it is not used.
    fn load<'a>(&'a self, account: &'a Account) -> StoreFuture<'a, Option<StoredToken>>;

    /// Keeps a token, if it [supersedes](StoredToken::supersedes) the one that is kept: a newer one must stay. Look and
    /// write in one step, as a transaction does.
    fn save<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()>;

    /// Gives up a token that the vendor refused. If another one is kept by now, it must stay.
    fn forget<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()>;
}

impl<T: TokenStore + ?Sized> TokenStore for Arc<T> {
    fn load<'a>(&'a self, account: &'a Account) -> StoreFuture<'a, Option<StoredToken>> {
        (**self).load(account)
    }

    fn save<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        (**self).save(account, token)
    }

    fn forget<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        (**self).forget(account, token)
    }
}

/// Whose token it is: a [`TokenStore`] keeps one for each.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Account {
    address: String,
    app_key: String,
}

impl Account {
    /// The account with this key at this address.
    pub fn new(address: impl Into<String>, app_key: impl Into<String>) -> Self {
        Self { address: address.into(), app_key: app_key.into() }
    }

    /// The address of the service.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The account's key. It is no secret by itself, yet a digest of it does better in names and logs.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }
}

/// Hides the key.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("address", &self.address).field("app_key", &"***").finish()
    }
}

/// A token as a [`TokenStore`] keeps it. Its text is hidden from `Debug` and zeroed on drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    token: Secret,
    asked_at: SystemTime,
    expires_at: SystemTime,
}

impl StoredToken {
    /// What a store read.
    pub fn new(token: impl Into<Secret>, asked_at: SystemTime, expires_at: SystemTime) -> Self {
        Self { token: token.into(), asked_at, expires_at }
    }

    /// The text, without the word that precedes it in the header.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// When the vendor was asked for it. Of two tokens, the newer one was asked for later, though the texts may be equal.
    pub fn asked_at(&self) -> SystemTime {
        self.asked_at
    }

    /// Whether it is to be kept in place of another one, which is not newer.
    ///
    /// A token that was asked for more than five minutes from now is the work of a wrong clock, and is not newer.
    #[must_use]
    pub fn supersedes(&self, kept: &Self) -> bool {
        kept.asked_at <= self.asked_at || kept.asked_at > SystemTime::now() + CLOCK_SKEW
    }

    /// When it is no longer to be used, by the settings of the client that asked for it.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newer_token_is_kept_unless_it_is_from_the_future() {
        let now = SystemTime::now();
        let at = |asked_at: SystemTime| StoredToken::new("t", asked_at, asked_at + CLOCK_SKEW);
        let second = Duration::from_secs(1);
        assert!(at(now).supersedes(&at(now)));
        assert!(at(now).supersedes(&at(now - second)));
        assert!(!at(now - second).supersedes(&at(now)));
        assert!(!at(now).supersedes(&at(now + CLOCK_SKEW / 2)));
        assert!(at(now).supersedes(&at(now + 2 * CLOCK_SKEW)));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let token = StoredToken::new("canary-token", SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH);
        let text = format!("{token:?} {:?}", Account::new("https://example.com", "canary-key"));
        assert!(text.contains("https://example.com") && !text.contains("canary"), "{text}");
    }
}
