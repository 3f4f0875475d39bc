//! The page as people see it, in Chromium.
//!
//! `cargo test -p airudder-sandbox --test page -- --ignored`

mod browser;

use airudder_sandbox::Sandbox;
use airudder_workflow::{Client, operations};
use browser::Browser;
use serde_json::json;

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_shows_what_happens_after_it_was_loaded() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut browser = Browser::open(sandbox.url());
    browser.wait_for_text("None yet.");
    browser.value("window.loaded = 'once'");

    client(&sandbox).list_subtasks(operations::ListSubtasks::new("1")).await.unwrap();
    browser.wait_for_text("workflow listSubtasks");
    assert_eq!(browser.value("window.loaded"), "once", "the page was loaded again");

    drop(sandbox);
    browser.wait_for_text("The sandbox does not answer.");
    assert!(browser.text().contains("workflow listSubtasks"), "what was there is gone");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_fits_a_telephone_and_the_night() {
    let sandbox = Sandbox::start().await.unwrap();
    client(&sandbox).list_subtasks(operations::ListSubtasks::new("1")).await.unwrap();
    let mut browser = Browser::open(sandbox.url());
    browser.wait_for_text("listSubtasks");
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
