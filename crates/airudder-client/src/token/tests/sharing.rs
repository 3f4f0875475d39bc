//! Caches that share a store.

use std::time::{Duration, SystemTime};

use super::setup::{LIFETIME, Mood, Vendor, finish, late, poll, runtime, text};
use crate::clock::{Clock as _, TestClock};
use crate::token::{Account, MemoryTokenStore, StoreFuture, StoredToken, TokenStore};

fn account() -> Account {
    Account::new("http://localhost", "key")
}

fn kept(store: &MemoryTokenStore) -> Option<StoredToken> {
    finish(store.load(&account())).unwrap()
}

#[test]
fn two_caches_make_one_request() {
    let (runtime, clock, vendor, store) =
        (runtime(), TestClock::new(), Vendor::new(1), MemoryTokenStore::new());
    let _guard = runtime.enter();
    let one = vendor.cache_with(&clock, Some(Box::new(store.clone())));
    let other = vendor.cache_with(&clock, Some(Box::new(store)));
    assert_eq!(text(&finish(one.get()).unwrap()), "Token t0");
    clock.advance(LIFETIME / 2);
    assert_eq!(text(&finish(other.get()).unwrap()), "Token t0");
    assert_eq!(vendor.asked(), 1);
    // The time before it was loaded counts.
    clock.advance(LIFETIME / 2);
    assert_eq!(text(&finish(other.get()).unwrap()), "Token t1");
    assert_eq!(text(&finish(one.get()).unwrap()), "Token t1");
    assert_eq!(vendor.asked(), 2);
}

#[test]
fn a_token_that_one_renewed_is_the_others_renewal() {
    let (runtime, clock, vendor, store) =
        (runtime(), TestClock::new(), Vendor::new(1), MemoryTokenStore::new());
    let _guard = runtime.enter();
    let caches = [(); 3].map(|()| vendor.cache_with(&clock, Some(Box::new(store.clone()))));
    for cache in &caches {
        assert_eq!(text(&finish(cache.get()).unwrap()), "Token t0");
    }
    clock.advance(late());
    for cache in &caches {
        let token = finish(cache.get()).unwrap();
        assert_eq!(text(&token), "Token t0");
        let mut call = Box::pin(cache.alongside(Some(&token), std::future::pending::<()>()));
        while text(&finish(cache.get()).unwrap()) == "Token t0" {
            assert!(poll(&mut call).is_pending());
        }
    }
    assert_eq!(vendor.asked(), 2);
}

/// A token is refused in all processes; the first asks for another, and the others find it.
#[test]
fn a_refused_token_is_replaced_once_for_all() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    for mood in [Mood::Gives, Mood::GivesTheSame] {
        let (vendor, store) = (Vendor::new(1), MemoryTokenStore::new());
        vendor.set(mood);
        let caches = [(); 3].map(|()| vendor.cache_with(&clock, Some(Box::new(store.clone()))));
        let old = caches.each_ref().map(|cache| finish(cache.get()).unwrap());
        clock.advance(Duration::from_secs(1));
        for (cache, old) in caches.iter().zip(&old) {
            cache.invalidate(old);
            finish(cache.get()).unwrap();
            assert_eq!(vendor.asked(), 2);
        }
    }
}

/// Others who start in the meantime must not find it.
#[test]
fn a_refused_token_leaves_the_store_even_if_there_is_no_other() {
    let (runtime, clock, vendor, store) =
        (runtime(), TestClock::new(), Vendor::new(1), MemoryTokenStore::new());
    let _guard = runtime.enter();
    let cache = vendor.cache_with(&clock, Some(Box::new(store.clone())));
    let old = finish(cache.get()).unwrap();
    assert!(kept(&store).is_some());
    cache.invalidate(&old);
    vendor.set(Mood::IsAway);
    assert!(finish(cache.get()).is_err());
    assert_eq!(kept(&store), None);
}

#[test]
fn what_is_no_good_is_not_used() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    let (now, hour) = (clock.wall(), Duration::from_secs(60 * 60));
    let day = 24 * hour;
    for (text_of, asked_at, expires_at, is_used) in [
        ("x", now - hour, now + hour, true),
        ("ended", now - 2 * hour, now, false),
        ("longer than this client's lifetime", now - day, now + day, false),
        ("ends before it begins", now, now - hour, false),
        ("of a clock that is fast", now + Duration::from_secs(60), now + hour, true),
        ("of a wrong clock", now + hour, now + day, false),
        ("fits no header\n", now - hour, now + hour, false),
    ] {
        let (vendor, store) = (Vendor::new(1), MemoryTokenStore::new());
        finish(store.save(&account(), &StoredToken::new(text_of, asked_at, expires_at))).unwrap();
        let cache = vendor.cache_with(&clock, Some(Box::new(store.clone())));
        let token = finish(cache.get()).unwrap();
        assert_eq!(text(&token) == format!("Token {text_of}"), is_used, "{text_of:?}");
        assert_eq!(vendor.asked(), usize::from(!is_used));
    }
}

#[test]
fn accounts_and_addresses_have_their_own() {
    let store = MemoryTokenStore::new();
    let now = SystemTime::now();
    let other = StoredToken::new("other", now, now + LIFETIME);
    for account in [Account::new("http://localhost", "other"), Account::new("http://other", "key")] {
        finish(store.save(&account, &other)).unwrap();
    }
    assert_eq!(kept(&store), None);
}

/// Fails, or never answers.
struct Broken {
    is_stuck: bool,
}

impl Broken {
    fn fail<T: 'static>(&self) -> StoreFuture<'_, T> {
        Box::pin(async {
            if self.is_stuck { std::future::pending().await } else { Err("out of order".into()) }
        })
    }
}

impl TokenStore for Broken {
    fn load<'a>(&'a self, _: &'a Account) -> StoreFuture<'a, Option<StoredToken>> {
        self.fail()
    }

    fn save<'a>(&'a self, _: &'a Account, _: &'a StoredToken) -> StoreFuture<'a, ()> {
        self.fail()
    }

    fn forget<'a>(&'a self, _: &'a Account, _: &'a StoredToken) -> StoreFuture<'a, ()> {
        self.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_cannot_make_a_call_fail() {
    for is_stuck in [false, true] {
        let (clock, vendor) = (TestClock::new(), Vendor::new(1));
        let cache = vendor.cache_with(&clock, Some(Box::new(Broken { is_stuck })));
        let token = cache.get().await.unwrap();
        assert_eq!(text(&token), "Token t0");
        cache.invalidate(&token);
        assert_eq!(text(&cache.get().await.unwrap()), "Token t1");
    }
}
