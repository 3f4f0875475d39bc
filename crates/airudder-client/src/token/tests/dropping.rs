//! Futures that are dropped, at every point and in every order.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use super::setup::{Mood, Vendor, finish, late, poll, runtime, text};
use crate::Error;
use crate::clock::TestClock;
use crate::testing::Ring;
use crate::token::{Token, TokenCache};

/// Polls a call so many times and drops it; the next call works, and goes on with the request that was left.
#[test]
fn a_call_may_be_dropped_at_every_point() {
    let (runtime, clock) = (runtime(), TestClock::new());
    let _guard = runtime.enter();
    for is_renewal in [false, true] {
        for polls in 0.. {
            let vendor = Vendor::new(3);
            let client = vendor.client(&clock);
            if is_renewal {
                finish(client.call(&Ring).into_future()).unwrap();
                clock.advance(late());
            }
            let mut call = Box::pin(client.call(&Ring).into_future());
            let is_done = (0..polls).any(|_| poll(&mut call).is_ready());
            drop(call);
            for _ in 0..5 {
                finish(client.call(&Ring).into_future()).unwrap();
            }
            assert_eq!(vendor.asked(), 1 + usize::from(is_renewal), "dropped after {polls} polls");
            assert_eq!(vendor.most_under_way(), 1);
            if is_done {
                assert!(polls > 1);
                break;
            }
        }
    }
}

/// What can happen next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Poll(usize),
    Drop(usize),
    /// A caller's token is refused by the vendor.
    Refuse(usize),
    /// The token becomes due for renewal, and the next time it ends.
    Pass,
    /// The vendor changes its mood.
    Turn,
}

const CALLERS: usize = 2;

fn steps() -> Vec<Step> {
    let each = (0..CALLERS).flat_map(|i| [Step::Poll(i), Step::Drop(i), Step::Refuse(i)]);
    each.chain([Step::Pass, Step::Turn]).collect()
}

type Call<'a> = Pin<Box<dyn Future<Output = Result<Arc<Token>, Error>> + 'a>>;

/// A caller gets a token and does some work with it, over and over.
struct Caller<'a> {
    cache: &'a TokenCache,
    call: Call<'a>,
    token: Option<Arc<Token>>,
}

impl<'a> Caller<'a> {
    fn new(cache: &'a TokenCache) -> Self {
        Self { cache, call: Self::call(cache), token: None }
    }

    fn call(cache: &'a TokenCache) -> Call<'a> {
        Box::pin(async move {
            let token = cache.get().await?;
            cache.alongside(Some(&token), tokio::task::yield_now()).await;
            Ok(token)
        })
    }

    /// Polls it once; afterwards it begins anew if it is done.
    fn poll(&mut self) -> Option<Result<Arc<Token>, Error>> {
        let Poll::Ready(outcome) = poll(&mut self.call) else { return None };
        self.call = Self::call(self.cache);
        self.token = outcome.as_ref().ok().cloned();
        Some(outcome)
    }
}

/// What is in the cache at first.
#[derive(Clone, Copy, Debug)]
enum Start {
    Cold,
    Warm,
    /// A token that is due for renewal.
    Due,
    /// The same, with a request that was left half-done.
    Left,
}

/// Runs one order of steps and checks what must hold in each.
fn run(start: Start, order: &[Step]) {
    let (clock, vendor) = (TestClock::new(), Vendor::new(1));
    let cache = vendor.cache(&clock);
    if !matches!(start, Start::Cold) {
        finish(cache.get()).unwrap();
    }
    if matches!(start, Start::Due | Start::Left) {
        clock.advance(late());
    }
    if matches!(start, Start::Left) {
        drop(poll(&mut Caller::call(&cache)));
    }
    let order = (start, order);
    let mut callers: Vec<_> = (0..CALLERS).map(|_| Caller::new(&cache)).collect();
    let (mut is_well, mut was_ever_away) = (true, false);
    for step in order.1 {
        match *step {
            Step::Poll(i) => {
                if let Some(Err(error)) = callers[i].poll() {
                    assert!(was_ever_away, "{error:?} in {order:?}");
                }
            }
            Step::Drop(i) => callers[i] = Caller { token: callers[i].token.take(), ..Caller::new(&cache) },
            Step::Refuse(i) => {
                if let Some(token) = &callers[i].token {
                    cache.invalidate(token);
                }
            }
            Step::Pass => clock.advance(late()),
            Step::Turn => {
                is_well = !is_well;
                was_ever_away = true;
                vendor.set(if is_well { Mood::Gives } else { Mood::IsAway });
            }
        }
        assert!(vendor.most_under_way() <= 1, "two requests at a time in {order:?}");
    }
    // Whatever was before: the vendor is well, whoever still waits is served, and so is whoever comes.
    vendor.set(Mood::Gives);
    for caller in &mut callers {
        let mut outcomes = (0..20).filter_map(|_| caller.poll());
        // The first may be that of a request from when the vendor was away.
        let outcome = outcomes.next().unwrap_or_else(|| panic!("stuck in {order:?}"));
        assert!(outcome.is_ok() || was_ever_away, "{order:?}");
        let outcome = outcomes.next().unwrap_or_else(|| panic!("stuck in {order:?}"));
        assert!(outcome.is_ok(), "{order:?}");
    }
    drop(callers);
    let token = finish(cache.get()).unwrap_or_else(|error| panic!("{error:?} in {order:?}"));
    assert!(Arc::ptr_eq(&finish(cache.get()).unwrap(), &token), "{order:?}");
}

/// All orders of four steps, from four beginnings.
#[test]
fn every_order_of_events_leaves_a_cache_that_works() {
    let runtime = runtime();
    let _guard = runtime.enter();
    let steps = steps();
    let length = 4;
    for number in 0..steps.len().pow(length) {
        let order: Vec<_> = (0..length).map(|at| steps[number / steps.len().pow(at) % steps.len()]).collect();
        for start in [Start::Cold, Start::Warm, Start::Due, Start::Left] {
            run(start, &order);
        }
    }
}

/// Timers of a runtime that is gone panic when they are polled.
#[test]
fn a_request_of_a_runtime_that_is_gone_is_left_alone() {
    let (clock, vendor) = (TestClock::new(), Vendor::new(1));
    let cache = vendor.cache(&clock);
    let first = runtime();
    {
        let _guard = first.enter();
        assert!(poll(&mut Box::pin(cache.get())).is_pending());
    }
    let second = runtime();
    let _guard = second.enter();
    drop(first);
    assert_eq!(text(&finish(cache.get()).unwrap()), "Token t1");
}

/// Each runtime has its own request, and never more than one.
#[test]
fn runtimes_do_not_drive_each_others_requests() {
    let (clock, vendor) = (TestClock::new(), Vendor::new(3));
    let cache = vendor.cache(&clock);
    let runtimes = [runtime(), runtime()];
    vendor.close_gate();
    let mut waiting = Vec::new();
    for _ in 0..10 {
        for runtime in &runtimes {
            let _guard = runtime.enter();
            let mut get = Box::pin(cache.get());
            assert!(poll(&mut get).is_pending());
            waiting.push((runtime, get));
        }
    }
    assert_eq!(vendor.asked(), 2);
    vendor.open_gate();
    for (runtime, get) in waiting {
        let _guard = runtime.enter();
        finish(get).unwrap();
    }
    assert_eq!(vendor.asked(), 2);
}

#[test]
fn a_panic_is_an_error_and_the_next_request_works() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let cache = vendor.cache(&clock);
    vendor.set(Mood::Panics);
    vendor.close_gate();
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(cache.get())).collect();
    assert!(waiting.iter_mut().all(|get| poll(get).is_pending()));
    vendor.open_gate();
    for get in waiting {
        assert!(finish(get).is_err());
    }
    vendor.set(Mood::Gives);
    finish(cache.get()).unwrap();
}

/// A request that was left in the cache must not hold the client, its connections and its secrets.
#[test]
fn nothing_outlives_the_client() {
    let (runtime, clock, vendor) = (runtime(), TestClock::new(), Vendor::new(1));
    let _guard = runtime.enter();
    let client = vendor.client(&clock);
    assert_eq!(Arc::strong_count(&vendor), 2);
    assert!(poll(&mut Box::pin(client.call(&Ring).into_future())).is_pending());
    assert!(Arc::strong_count(&vendor) > 2, "the request is left in the cache");
    drop(client);
    assert_eq!(Arc::strong_count(&vendor), 1);
}
