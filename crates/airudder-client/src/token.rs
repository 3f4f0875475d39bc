//! The token cache.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use airudder_wire::Secret;
use http::HeaderValue;
use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind};

/// The vendor lets a token live for 24 hours; the margin is for requests under way and clocks that differ.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60 - 5 * 60);

/// A token, as the header that carries it.
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    expires: Instant,
}

/// One token request and its outcome. Those who wait share it; if the one that runs it is dropped, another takes over.
type Fetch = OnceCell<Result<Arc<Token>, Arc<Error>>>;

/// Keeps the token and sees to it that only one is asked for at a time.
pub(crate) struct TokenCache {
    fetch: Mutex<Arc<Fetch>>,
    clock: Box<dyn Clock>,
}

impl TokenCache {
    pub(crate) fn new(clock: Box<dyn Clock>) -> Self {
        Self { fetch: Mutex::default(), clock }
    }

    /// The token, from `request` if there is none yet.
    pub(crate) async fn get<F>(&self, request: impl FnOnce() -> F) -> Result<Arc<Token>, Error>
    where
        F: Future<Output = Result<Secret, Error>>,
    {
        let fetch = self.current();
        let run = async || {
            let expires = self.clock.now() + LIFETIME;
            let header = request().await.and_then(|token| header(&token)).map_err(Arc::new)?;
            Ok(Arc::new(Token { header, expires }))
        };
        fetch.get_or_init(run).await.clone().map_err(no_token)
    }

    /// Forgets a token that the vendor refused, unless there is a newer one.
    pub(crate) fn invalidate(&self, refused: &Arc<Token>) {
        let mut fetch = self.lock();
        // By identity: the vendor may give the same text again, as a new token.
        if matches!(fetch.get(), Some(Ok(token)) if Arc::ptr_eq(token, refused)) {
            *fetch = Arc::default();
        }
    }

    /// The fetch that is done or under way, or a new one if it failed or is too old.
    fn current(&self) -> Arc<Fetch> {
        let mut fetch = self.lock();
        let is_over = match fetch.get() {
            None => false,
            Some(Ok(token)) => self.clock.now() >= token.expires,
            Some(Err(_)) => true,
        };
        if is_over {
            *fetch = Arc::default();
        }
        Arc::clone(&fetch)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Fetch>> {
        self.fetch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn header(token: &Secret) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(format!("Token {}", token.expose())).map_err(|_| {
        Error::new(ErrorKind::Decode, "the vendor's token has characters that no header can hold")
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// The error of a call that was not sent for want of a token.
fn no_token(cause: Arc<Error>) -> Error {
    let (kind, what) = match cause.kind() {
        kind @ (ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Io) => {
            (kind, "not sent, since the request for a token did not get through; try again")
        }
        _ => (
            ErrorKind::Auth,
            "not sent, since the vendor gave no token; check the credentials and what the vendor says",
        ),
    };
    let mut error = Error::new(kind, what)
        .with_vendor(
            cause.vendor_code(),
            cause.vendor_message().map(str::to_owned),
            cause.request_id().map(str::to_owned),
        )
        .with_timeout(cause.is_timeout())
        .without_effect(true);
    if let Some(status) = cause.http_status() {
        error = error.with_status(status);
    }
    error.with_source(cause)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::clock::TestClock;

    /// A cache and how many tokens were asked for.
    struct Setup {
        clock: TestClock,
        cache: TokenCache,
        requests: AtomicUsize,
    }

    impl Setup {
        fn new() -> Self {
            let clock = TestClock::new();
            Self { cache: TokenCache::new(Box::new(clock.clone())), clock, requests: AtomicUsize::new(0) }
        }

        async fn get(&self) -> Result<Arc<Token>, Error> {
            self.cache
                .get(async || {
                    self.requests.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Ok(Secret::from("same"))
                })
                .await
        }

        fn requests(&self) -> usize {
            self.requests.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn a_token_is_used_until_shortly_before_its_end() {
        let setup = Setup::new();
        let token = setup.get().await.unwrap();
        assert_eq!(token.header, "Token same");
        assert!(token.header.is_sensitive());
        setup.clock.advance(LIFETIME - Duration::from_secs(1));
        assert!(Arc::ptr_eq(&setup.get().await.unwrap(), &token));
        setup.clock.advance(Duration::from_secs(1));
        assert!(!Arc::ptr_eq(&setup.get().await.unwrap(), &token));
        assert_eq!(setup.requests(), 2);
    }

    /// Even if the text is the same, which the vendor's "restarts the 24 hours" may mean.
    #[tokio::test]
    async fn only_the_token_that_failed_is_forgotten() {
        let setup = Setup::new();
        let old = setup.get().await.unwrap();
        setup.cache.invalidate(&old);
        let new = setup.get().await.unwrap();
        setup.cache.invalidate(&old);
        assert!(Arc::ptr_eq(&setup.get().await.unwrap(), &new));
        assert_eq!(setup.requests(), 2);
    }

    #[tokio::test]
    async fn a_fetch_that_is_dropped_is_taken_over_or_begun_anew() {
        let setup = Setup::new();
        let mut first = Box::pin(setup.get());
        let mut second = Box::pin(setup.get());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(first.as_mut().poll(&mut cx).is_pending());
        assert!(second.as_mut().poll(&mut cx).is_pending());
        assert_eq!(setup.requests(), 1);
        drop(first);
        second.await.unwrap();
        assert_eq!(setup.requests(), 2);

        let setup = Setup::new();
        let mut only = Box::pin(setup.get());
        assert!(only.as_mut().poll(&mut cx).is_pending());
        drop(only);
        setup.get().await.unwrap();
        assert_eq!(setup.requests(), 2);
    }

    #[tokio::test]
    async fn a_token_that_fits_no_header_is_an_error_without_it() {
        let cache = TokenCache::new(Box::new(TestClock::new()));
        let error = cache.get(async || Ok(Secret::from("canary\n"))).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(!format!("{error:?}").contains("canary"));
    }
}
