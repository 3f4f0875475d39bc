//! A thousand calls at a time.

use tokio::task::JoinSet;

use super::setup::{LIFETIME, Vendor, late};
use crate::clock::TestClock;
use crate::testing::Ring;
use crate::{Client, Error};

const CALLS: usize = 1_000;

/// A thousand calls at once, none of which may fail.
async fn rush(client: &Client) {
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let client = client.clone();
        calls.spawn(async move { client.call(&Ring).await });
    }
    while let Some(outcome) = calls.join_next().await {
        let outcome: Result<(), Error> = outcome.unwrap();
        outcome.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_expiries_cost_five_requests_and_no_call() {
    let (clock, vendor) = (TestClock::new(), Vendor::new(3));
    let client = vendor.client(&clock);
    for expiry in 0..5 {
        rush(&client).await;
        assert_eq!(vendor.asked(), expiry + 1);
        assert_eq!(vendor.carried(), vec![format!("Token t{expiry}"); CALLS]);
        clock.advance(LIFETIME);
    }
    assert_eq!(vendor.most_under_way(), 1);
}

/// While the vendor holds back the next token, a thousand calls go through with the old one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_renewals_cost_five_requests_and_no_call_waits() {
    let (clock, vendor) = (TestClock::new(), Vendor::new(3));
    let client = vendor.client(&clock);
    client.call(&Ring).await.unwrap();
    vendor.carried();
    for renewal in 0..5 {
        clock.advance(late());
        vendor.close_gate();
        rush(&client).await;
        assert_eq!(vendor.carried(), vec![format!("Token t{renewal}"); CALLS]);
        vendor.open_gate();
        // These carry on with the request that the thousand left.
        for _ in 0..5 {
            client.call(&Ring).await.unwrap();
        }
        rush(&client).await;
        let carried = vendor.carried();
        assert_eq!(carried[5..], vec![format!("Token t{}", renewal + 1); CALLS]);
        assert_eq!(vendor.asked(), renewal + 2);
    }
    assert_eq!(vendor.most_under_way(), 1);
}
