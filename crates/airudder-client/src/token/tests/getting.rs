//! A token for those who have none.

use std::sync::Arc;
use std::time::Duration;

use super::setup::{LIFETIME, Mood, Vendor, finish, poll, runtime, text};
use crate::ErrorKind;
use crate::clock::TestClock;
use crate::token::header;

#[test]
fn a_token_is_used_until_shortly_before_its_end() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let token = finish(cache.get()).unwrap();
    assert_eq!(text(&token), "Token t0");
    assert!(token.header.is_sensitive());
    clock.advance(LIFETIME - Duration::from_secs(1));
    assert!(Arc::ptr_eq(&finish(cache.get()).unwrap(), &token));
    clock.advance(Duration::from_secs(1));
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t1");
    assert_eq!(vendor.asked(), 2);
}

/// The answer says nothing about the token's age, which may be as old as the request.
#[test]
fn a_token_ages_from_the_moment_it_was_asked_for() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let mut get = Box::pin(cache.get());
    assert!(poll(&mut get).is_pending());
    clock.advance(Duration::from_secs(20));
    finish(get).unwrap();
    clock.advance(LIFETIME - Duration::from_secs(20));
    finish(cache.get()).unwrap();
    assert_eq!(vendor.asked(), 2);
}

#[test]
fn all_who_wait_share_one_failure_and_the_next_asks_again() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    for (mood, kind) in
        [(Mood::Refuses, ErrorKind::Auth), (Mood::IsAway, ErrorKind::Connect), (Mood::IsIll, ErrorKind::Api)]
    {
        vendor.set(mood);
        vendor.close_gate();
        let before = vendor.asked();
        let mut waiting: Vec<_> = (0..10).map(|_| Box::pin(cache.get())).collect();
        assert!(waiting.iter_mut().all(|get| poll(get).is_pending()));
        vendor.open_gate();
        for get in waiting {
            let error = finish(get).err().unwrap();
            assert_eq!(error.kind(), kind);
            assert!(!error.may_have_taken_effect());
            assert_eq!(error.is_retryable(), kind != ErrorKind::Auth);
        }
        assert_eq!(vendor.asked(), before + 1);
    }
    vendor.set(Mood::Gives);
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t3");
}

#[test]
fn a_token_that_fits_no_header_is_an_error_without_it() {
    let error = header(&"canary\n".into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!format!("{error:?}").contains("canary"));
}
