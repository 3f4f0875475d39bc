//! The page as people see it, in Chromium.
//!
//! `cargo test -p airudder-sandbox --test page -- --ignored`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod browser;

use std::time::Duration;

use airudder_collection::{Client, models::CollectionContact, operations};
use airudder_sandbox::Sandbox;
use browser::Browser;
use serde_json::json;

/// Makes a task of three calls that begin at once.
async fn make_task(sandbox: &Sandbox, name: &str) {
    let client =
        Client::builder(sandbox.credentials()).address(sandbox.url_of("collection")).build().unwrap();
    let (begin, end) = ("2030-01-15 09:00:00".parse().unwrap(), "2030-01-15 18:00:00".parse().unwrap());
    let contacts = (1..=3).map(|number| CollectionContact::new(format!("+1000000000{number}")));
    let task = operations::CreateTask::new(name, begin, end, "sample-robot", contacts);
    client.create_task(task).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_shows_what_happens_after_it_was_loaded() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut browser = Browser::open(sandbox.url());
    browser.wait_for_text("None yet.");
    browser.value("window.loaded = 'once'");

    make_task(&sandbox, "reminders-01").await;
    browser.wait_for_text("reminders-01");
    browser.wait_for_text("0 of 3");
    browser.wait_for_text("collection createTask");
    sandbox.advance(Duration::from_secs(3600)).await;
    browser.wait_for_text("3 of 3");
    browser.wait_for_text("2030-01-15 10:00:00 UTC");
    assert_eq!(browser.value("window.loaded"), "once", "the page was loaded again");

    drop(sandbox);
    browser.wait_for_text("The sandbox does not answer.");
    assert!(browser.text().contains("reminders-01"), "what was there is gone");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn what_users_write_is_shown_and_does_nothing() {
    // A name takes 30 characters.
    let name = "<img src=x onerror='top.x=1'>";
    let sandbox = Sandbox::start().await.unwrap();
    let mut browser = Browser::open(sandbox.url());
    browser.wait_for_text("None yet.");
    make_task(&sandbox, name).await;
    // Once by the refreshing, once by the page itself.
    browser.wait_for_text(name);
    let mut second = Browser::open(sandbox.url());
    for browser in [&mut browser, &mut second] {
        browser.wait_for_text(name);
        assert_eq!(browser.value("document.images.length"), 0);
        assert_eq!(browser.value("typeof top.x"), "undefined");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_fits_a_telephone_and_the_night() {
    let sandbox = Sandbox::start().await.unwrap();
    make_task(&sandbox, "a-name-without-any-blank-in-it").await;
    let mut browser = Browser::open(sandbox.url());
    browser.wait_for_text("a-name");
    let background = "getComputedStyle(document.body).backgroundColor";
    let day = browser.value(background);

    let night = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    browser.command("Emulation.setEmulatedMedia", night);
    assert_ne!(browser.value(background), day);

    let telephone = json!({"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": true});
    browser.command("Emulation.setDeviceMetricsOverride", telephone);
    browser.wait_for("innerWidth == 360");
    assert_eq!(browser.value("document.documentElement.scrollWidth"), 360);
}
