//! Tokens that the vendor refuses.

use std::sync::Arc;

use super::setup::{Mood, Vendor, finish, late, poll, runtime, text};
use crate::clock::TestClock;

/// Even if the text is the same, which the vendor's "restarts the 24 hours" may mean.
#[test]
fn only_the_token_that_failed_is_forgotten() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    for mood in [Mood::Gives, Mood::GivesTheSame] {
        let vendor = Vendor::new(1);
        vendor.set(mood);
        let cache = vendor.cache(&clock);
        let old = finish(cache.get()).unwrap();
        cache.invalidate(&old);
        let new = finish(cache.get()).unwrap();
        assert!(!Arc::ptr_eq(&old, &new));
        cache.invalidate(&old);
        assert!(Arc::ptr_eq(&finish(cache.get()).unwrap(), &new), "a late refusal of the old one");
        assert_eq!(vendor.asked(), 2);
    }
}

#[test]
fn many_refusals_of_one_token_cost_one_request() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(2));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let old = finish(cache.get()).unwrap();
    vendor.close_gate();
    let mut waiting: Vec<_> = (0..100)
        .map(|_| {
            cache.invalidate(&old);
            let mut get = Box::pin(cache.get());
            assert!(poll(&mut get).is_pending());
            get
        })
        .collect();
    vendor.open_gate();
    let first = finish(waiting.remove(0)).unwrap();
    for get in waiting {
        // Some are refused only now.
        cache.invalidate(&old);
        assert!(Arc::ptr_eq(&finish(get).unwrap(), &first));
    }
    assert_eq!(vendor.asked(), 2);
}

/// The renewal is under way already: those who were refused wait for it instead of asking again.
#[test]
fn a_refusal_during_a_renewal_costs_no_further_request() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(3));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let old = finish(cache.get()).unwrap();
    clock.advance(late());
    let mut call = Box::pin(cache.alongside(Some(&old), std::future::pending::<()>()));
    assert!(poll(&mut call).is_pending());
    cache.invalidate(&old);
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t1");
    assert!(poll(&mut call).is_pending());
    assert_eq!(vendor.asked(), 2);
}

/// A refused token is not renewed beside a call: who needs another one waits for it.
#[test]
fn a_refused_token_is_not_renewed() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(0));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let old = finish(cache.get()).unwrap();
    clock.advance(late());
    cache.invalidate(&old);
    finish(cache.alongside(Some(&old), async {}));
    assert_eq!(vendor.asked(), 1);
}
