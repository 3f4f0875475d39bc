//! What a guard promises.

use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;

use airudder_webhook::{Claim, DedupKey, DuplicateGuard, GuardFuture, MemoryGuard, Outcome, Stage, once};

pub fn key(number: u8) -> DedupKey {
    DedupKey::from_bytes([number; 16])
}

async fn handled(guard: &dyn DuplicateGuard, number: u8) -> Outcome {
    once(guard, key(number), ready(Ok(()))).await.unwrap()
}

async fn failed(guard: &dyn DuplicateGuard, number: u8) -> Stage {
    once(guard, key(number), ready(Err("no".into()))).await.unwrap_err().stage()
}

/// Begins to handle an event, and is dropped before that ends.
async fn dropped(guard: &dyn DuplicateGuard, number: u8) {
    let mut has_begun = false;
    let handler = async {
        has_begun = true;
        pending().await
    };
    {
        let mut handling = pin!(once(guard, key(number), handler));
        let second = poll_fn(|context| {
            assert!(handling.as_mut().poll(context).is_pending());
            Poll::Ready(())
        });
        second.await;
        // A guard with a thread of its own needs a moment until the handler runs.
        tokio::select! {
            biased;
            _ = &mut handling => panic!("the handler never ends"),
            () = in_hand(guard, number) => {}
        }
    }
    assert!(has_begun);
}

/// Waits until the handler of an event is at work.
async fn in_hand(guard: &dyn DuplicateGuard, number: u8) {
    // The guard answers one after the other, so that the handler has the answer before us.
    assert_eq!(handled(guard, number + 100).await, Outcome::Handled);
    assert_eq!(handled(guard, number).await, Outcome::InHand);
}

/// What holds for every guard.
pub async fn keeps_its_promise(guard: &dyn DuplicateGuard) {
    assert_eq!(handled(guard, 1).await, Outcome::Handled);
    assert_eq!(handled(guard, 1).await, Outcome::Repeated);
    assert_eq!(failed(guard, 2).await, Stage::Handler);
    assert_eq!(handled(guard, 2).await, Outcome::Handled, "what failed is handled when it is repeated");
    dropped(guard, 3).await;
    assert_eq!(handled(guard, 3).await, Outcome::Handled, "what was dropped counts as failed");
    assert_eq!(handled(guard, 3).await, Outcome::Repeated);
    assert_eq!(guard.claim(key(4)).await.unwrap(), Claim::New);
    assert_eq!(guard.claim(key(4)).await.unwrap(), Claim::InHand);
    guard.release(key(4));
    assert_eq!(guard.claim(key(4)).await.unwrap(), Claim::New);
}

#[tokio::test]
async fn the_memory_guard_keeps_its_promise() {
    keeps_its_promise(&MemoryGuard::default()).await;
}

#[tokio::test]
async fn a_handler_that_panics_counts_as_failed() {
    let guard = std::sync::Arc::new(MemoryGuard::default());
    let of_the_task = std::sync::Arc::clone(&guard);
    let panicking = async { panic!("in the handler") };
    let task = tokio::spawn(async move { once(&*of_the_task, key(1), panicking).await });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(handled(&*guard, 1).await, Outcome::Handled);
}

/// A guard whose store is gone, from the first or from the second step.
struct Broken {
    can_claim: bool,
}

impl DuplicateGuard for Broken {
    fn claim(&self, _: DedupKey) -> GuardFuture<'_, Claim> {
        Box::pin(ready(if self.can_claim { Ok(Claim::New) } else { Err("gone".into()) }))
    }

    fn record(&self, _: DedupKey) -> GuardFuture<'_, ()> {
        Box::pin(ready(Err("gone".into())))
    }

    fn release(&self, _: DedupKey) {}
}

#[tokio::test]
async fn without_a_guard_nothing_counts_as_handled() {
    for can_claim in [false, true] {
        let mut has_run = false;
        let handler = async {
            has_run = true;
            Ok(())
        };
        let error = once(&Broken { can_claim }, key(1), handler).await.unwrap_err();
        assert_eq!((error.stage(), has_run), (Stage::Guard, can_claim));
        assert_eq!(error.response().status(), 503);
    }
}
