//! The page, without a browser; `tests/page` looks at it in one.

use std::time::Duration;

use airudder_collection::{Client, models::CollectionContact, operations};
use airudder_sandbox::{Fault, Sandbox};
use tokio::net::TcpListener;

use crate::plain::exchange;
use crate::support::{Found, get};

async fn page(sandbox: &Sandbox, path: &str) -> String {
    let Found { status, content, .. } = get(&format!("{}{path}", sandbox.url())).await;
    assert_eq!(status, 200, "{path}");
    String::from_utf8(content).unwrap()
}

async fn make_task(sandbox: &Sandbox, name: &str) -> String {
    let client =
        Client::builder(sandbox.credentials()).address(sandbox.url_of("collection")).build().unwrap();
    let (begin, end) = ("2030-01-15 09:00:00".parse().unwrap(), "2030-01-15 18:00:00".parse().unwrap());
    let contact = CollectionContact::new("+10000000001");
    let task = operations::CreateTask::new(name, begin, end, "sample-robot", [contact]);
    client.create_task(task).await.unwrap().task_id().unwrap().to_string()
}

#[tokio::test]
async fn it_has_all_that_it_needs_and_shows_what_users_write_as_text() {
    let sandbox = Sandbox::start().await.unwrap();
    make_task(&sandbox, "<script>alert(1)</script>").await;
    let whole = page(&sandbox, "/").await;
    assert!(whole.contains("&lt;script&gt;alert(1)"), "{whole}");
    assert!(!whole.contains("<script>alert"), "{whole}");
    let sources = whole.split(['"', '\'']).filter(|text| text.contains(".css") || text.contains(".js"));
    let sources: Vec<_> = sources.collect();
    assert_eq!(sources, ["/sandbox/style.css", "/sandbox/script.js"]);
    for source in sources {
        assert!(!page(&sandbox, source).await.contains("http"), "{source}");
    }
    // What is fetched to refresh the page is what it began with.
    assert!(whole.contains(&page(&sandbox, "/sandbox/now.html").await));
}

#[tokio::test]
async fn it_shows_what_went_wrong() {
    let sandbox = Sandbox::start().await.unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    sandbox.set_callbacks(&format!("http://{nobody}/")).unwrap();
    sandbox.push_example("workflow", "callFinished").await.unwrap();
    let now = page(&sandbox, "/sandbox/now.html").await;
    assert!(now.contains("<b>1</b> waiting") && now.contains("refused"), "{now}");
    sandbox.advance(Duration::from_secs(600)).await;
    let now = page(&sandbox, "/sandbox/now.html").await;
    for count in ["<b>1</b> given up", "<b>5</b> pushes", "<b>4</b> of them repeated"] {
        assert!(now.contains(count), "{count}: {now}");
    }

    sandbox.fault(Fault::CloseAfter.on("obtainToken")).unwrap();
    let body = r#"{"APPKey": "sandbox-key", "APPSecret": "sandbox-secret"}"#;
    assert_eq!(exchange(&sandbox, "POST /service/cloud/auth", "", body).await.0, "");
    let now = page(&sandbox, "/sandbox/now.html").await;
    assert!(now.contains("close-after") && now.contains("<b>1</b> no answer"), "{now}");
}

#[tokio::test]
async fn looking_changes_nothing() {
    let (watched, other) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    for path in ["/", "/sandbox/now.html", "/sandbox/style.css", "/sandbox/script.js"] {
        page(&watched, path).await;
    }
    assert_eq!(watched.log().iter().len(), 0);
    assert_eq!(make_task(&watched, "sample").await, make_task(&other, "sample").await);
}

#[tokio::test]
async fn no_script_of_others_would_run() {
    let sandbox = Sandbox::start().await.unwrap();
    let found = get(&format!("{}/", sandbox.url())).await;
    assert_eq!(found.header("content-type"), "text/html; charset=utf-8");
    assert!(found.header("content-security-policy").starts_with("default-src 'none';"));
    assert_eq!(found.header("cache-control"), "no-store");
}
