//! The next token, asked for while the old one serves.

use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;

use super::setup::{LIFETIME, Mood, Vendor, finish, late, poll, runtime, text};
use crate::clock::TestClock;
use crate::testing::Ring;
use crate::token::TokenCache;

/// Work that takes so many polls.
async fn work(polls: usize) {
    for _ in 0..polls {
        yield_now().await;
    }
}

/// One call: the text of its token.
fn call(cache: &TokenCache, polls: usize) -> String {
    let token = finish(cache.get()).unwrap();
    finish(cache.alongside(Some(&token), work(polls)));
    text(&token).to_owned()
}

#[test]
fn it_is_time_between_80_and_95_percent_of_the_life() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(0));
    let _guard = runtime.enter();
    for _ in 0..100 {
        let cache = vendor.cache(&clock);
        let before = vendor.asked();
        call(&cache, 1);
        clock.advance(LIFETIME.mul_f64(0.80) - Duration::from_nanos(1));
        call(&cache, 9);
        assert_eq!(vendor.asked(), before + 1, "too early");
        clock.advance(LIFETIME.mul_f64(0.15) + Duration::from_nanos(2));
        call(&cache, 9);
        assert_eq!(vendor.asked(), before + 2, "too late");
    }
}

/// The work takes as many polls beside a renewal as without one, be the renewal fast, slow or stuck.
#[test]
fn a_call_never_waits_for_it() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    for (vendor_polls, is_stuck) in [(0, false), (3, false), (50, false), (0, true)] {
        for polls in 0..6 {
            let vendor = Vendor::new(vendor_polls);
            let cache = vendor.cache(&clock);
            call(&cache, 0);
            clock.advance(late());
            if is_stuck {
                vendor.close_gate();
            }
            let token = finish(cache.get()).unwrap();
            let mut alongside = Box::pin(cache.alongside(Some(&token), work(polls)));
            for _ in 0..polls {
                assert!(poll(&mut alongside).is_pending());
            }
            assert!(poll(&mut alongside).is_ready());
            assert_eq!(vendor.asked(), 2);
        }
    }
}

/// Each call gives it one poll and ends; the last of them ends the request.
#[test]
fn calls_that_end_early_hand_it_on() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(5));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    call(&cache, 0);
    clock.advance(late());
    let carried: Vec<_> = (0..8).map(|_| call(&cache, 0)).collect();
    let old = carried.iter().take_while(|text| *text == "Token t0").count();
    assert!(old > 1, "{carried:?}");
    assert!(carried[old..].iter().all(|text| text == "Token t1"), "{carried:?}");
    assert_eq!(vendor.asked(), 2);
}

#[test]
fn many_calls_carry_one_request() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(3));
    let _guard = runtime.enter();
    let client = vendor.client(&clock);
    finish(client.call(&Ring).into_future()).unwrap();
    clock.advance(late());
    let mut calls: Vec<_> = (0..20).map(|_| Box::pin(client.call(&Ring).into_future())).collect();
    vendor.close_gate();
    assert!(calls.iter_mut().all(|call| poll(call).is_pending()));
    vendor.open_gate();
    while !calls.is_empty() {
        calls.retain_mut(|call| match poll(call) {
            Poll::Ready(outcome) => {
                outcome.unwrap();
                false
            }
            Poll::Pending => true,
        });
    }
    for _ in 0..5 {
        finish(client.call(&Ring).into_future()).unwrap();
    }
    assert_eq!((vendor.asked(), vendor.most_under_way()), (2, 1));
    let carried = vendor.carried();
    assert_eq!(carried.len(), 26);
    assert!(carried[..21].iter().all(|text| text == "Token t0"));
    assert_eq!(carried[25], "Token t1");
}

/// A request that was left half-done holds nothing that a call needs to get on.
#[test]
fn it_takes_no_place_of_a_call() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(0));
    let _guard = runtime.enter();
    let client = vendor.client_with(&clock, |builder| builder.concurrency_limit(1));
    finish(client.call(&Ring).into_future()).unwrap();
    clock.advance(late());
    vendor.close_gate();
    for _ in 0..3 {
        finish(client.call(&Ring).into_future()).unwrap();
    }
    assert_eq!(vendor.asked(), 2);
}

/// A caller who is alive but never polls again is no hindrance.
#[test]
fn it_goes_on_without_the_one_who_began_it() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(3));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let mut first = Box::pin(cache.get());
    assert!(poll(&mut first).is_pending());
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t0");
    assert_eq!(text(&finish(first).unwrap()), "Token t0");
    assert_eq!(vendor.asked(), 1);
}

/// No call notices; the pauses grow; when the vendor is well again, so is the client.
#[test]
fn its_failure_is_no_error_while_the_old_token_lives() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    for mood in [Mood::Refuses, Mood::IsAway] {
        let vendor = Vendor::new(1);
        let cache = vendor.cache(&clock);
        call(&cache, 0);
        clock.advance(late());
        vendor.set(mood);
        // 23 hours and 55 minutes less 96 % are 57 minutes.
        for _ in 0..50 * 60 {
            assert_eq!(call(&cache, 9), "Token t0");
            clock.advance(Duration::from_secs(1));
        }
        // 5, 10, 20, .. 300 seconds at most, and half of that at least.
        let tries = vendor.asked() - 1;
        assert!((6 + 8..=6 + 20).contains(&tries), "{tries}");

        vendor.set(Mood::Gives);
        clock.advance(Duration::from_secs(5 * 60));
        call(&cache, 9);
        assert_eq!(call(&cache, 9), format!("Token t{}", tries + 1));
    }
}

#[test]
fn when_the_old_token_ends_the_failure_is_an_error_and_then_forgotten() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    call(&cache, 0);
    clock.advance(late());
    vendor.set(Mood::Refuses);
    call(&cache, 9);
    clock.advance(LIFETIME - late());
    assert!(finish(cache.get()).err().unwrap().is_auth());
    vendor.set(Mood::Gives);
    assert_eq!(call(&cache, 0), "Token t3");
    // And the pauses begin anew: the renewal of this token is tried at once.
    clock.advance(late());
    call(&cache, 9);
    assert_eq!(vendor.asked(), 5);
}

/// A call that was sent with a valid token may last until after its end; it must not ask again and again.
#[test]
fn a_token_that_ended_is_not_renewed_but_asked_for_by_the_next() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    let token = finish(cache.get()).unwrap();
    clock.advance(late());
    vendor.set(Mood::Refuses);
    let mut long = Box::pin(cache.alongside(Some(&token), work(20)));
    assert!(poll(&mut long).is_pending());
    clock.advance(LIFETIME);
    finish(long);
    assert_eq!(vendor.asked(), 2);
}

/// The request was left alone until its time ran out, which says nothing about the vendor.
#[test]
fn a_request_that_failed_while_nobody_looked_is_made_anew() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();

    let vendor = Vendor::new(1);
    vendor.set(Mood::Loses(0));
    let cache = vendor.cache(&clock);
    vendor.close_gate();
    assert!(poll(&mut Box::pin(cache.get())).is_pending());
    let mut waiting: Vec<_> = (0..10).map(|_| Box::pin(cache.get())).collect();
    for get in &mut waiting {
        assert!(poll(get).is_pending());
    }
    vendor.open_gate();
    for get in waiting {
        assert_eq!(text(&finish(get).unwrap()), "Token t1");
    }
    assert_eq!(vendor.asked(), 2);

    let vendor = Vendor::new(1);
    vendor.set(Mood::Loses(1));
    let cache = vendor.cache(&clock);
    call(&cache, 0);
    clock.advance(late());
    call(&cache, 0);
    assert_eq!(call(&cache, 9), "Token t0");
    assert_eq!(call(&cache, 0), "Token t2");
}

/// The token that it brought is as old as the request.
#[test]
fn a_request_that_was_left_for_a_day_brings_no_token() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    assert!(poll(&mut Box::pin(cache.get())).is_pending());
    clock.advance(LIFETIME);
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t1");
}
