//! Faults on demand: what the client makes of each, and what the sandbox did.

use std::io::ErrorKind::ConnectionReset;
use std::time::Duration;

use airudder_client::RetryPolicy;
use airudder_collection::models::CollectionContact;
use airudder_collection::{Client, Error, ErrorKind, models, operations as ops};
use airudder_sandbox::{Fault, Rule, Sandbox};

use crate::plain::{ask, exchange};

/// Longer than any test takes.
const LATE: Duration = Duration::from_secs(600);

/// A client that sends once, and waits as long as clients do.
fn client(sandbox: &Sandbox) -> Client {
    patient(sandbox, Duration::from_secs(60))
}

fn patient(sandbox: &Sandbox, timeout: Duration) -> Client {
    let builder = Client::builder(sandbox.credentials()).address(sandbox.url_of("collection"));
    let builder = builder.attempt_timeout(timeout);
    builder.retry(RetryPolicy::default().max_attempts(1)).build().unwrap()
}

fn task(name: &str) -> ops::CreateTask {
    let [start, end] = ["2030-01-15 10:00:00", "2030-01-15 18:00:00"].map(|time| time.parse().unwrap());
    ops::CreateTask::new(name, start, end, "Example_Robot_1", [CollectionContact::new("+10000000001")])
}

/// What becomes of a task that is asked for when this fault befalls it.
async fn with(fault: Fault) -> Result<models::CreatedTask, Error> {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(fault.clone().on("createTask").of("collection").times(1)).unwrap();
    let is_late = matches!(fault, Fault::Delay(LATE) | Fault::SlowBody(LATE));
    let patience = if is_late { Duration::from_millis(500) } else { LATE };
    let result = patient(&sandbox, patience).create_task(task("sample")).await;
    let log = sandbox.log();
    let acted = u64::from(!fault.is_before_acting());
    let entry = log.iter().find(|entry| entry.operation == "createTask").unwrap();
    assert_eq!(entry.fault.as_ref(), Some(&fault));
    let again = u64::from(fault == Fault::ExpiredToken);
    assert_eq!((log.asked("createTask"), log.acted("createTask")), (1 + again, acted + again), "{fault}");
    assert_eq!((log.made("task"), log.faults("createTask")), (acted + again, 1), "{fault}");
    if let Err(error) = &result {
        assert!(acted == 0 || error.may_have_taken_effect(), "{fault}: {error}");
    }
    result
}

#[tokio::test]
async fn answers_that_do_not_come_are_errors_that_may_have_had_an_effect() {
    for (fault, kind) in [
        (Fault::Delay(LATE), ErrorKind::Timeout),
        (Fault::ResetBefore, ErrorKind::Io),
        (Fault::ResetAfter, ErrorKind::Io),
        (Fault::CloseBefore, ErrorKind::Io),
        (Fault::CloseAfter, ErrorKind::Io),
        (Fault::Truncated, ErrorKind::Io),
        (Fault::SlowBody(LATE), ErrorKind::Timeout),
    ] {
        let error = with(fault.clone()).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_taken_effect()), (kind, true), "{fault}: {error}");
    }
}

#[tokio::test]
async fn answers_that_refuse_or_fail_say_so() {
    let error = with(Fault::TooMany(Duration::from_secs(7))).await.unwrap_err();
    assert!(error.is_rate_limited() && !error.may_have_taken_effect(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    for (fault, kind, status) in [
        (Fault::ErrorBefore(500), ErrorKind::Api, 500),
        (Fault::ErrorAfter(503), ErrorKind::Api, 503),
        (Fault::HtmlBefore, ErrorKind::Http, 502),
        (Fault::HtmlAfter, ErrorKind::Http, 502),
    ] {
        let error = with(fault.clone()).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (kind, Some(status)), "{fault}: {error}");
    }
}

#[tokio::test]
async fn the_client_survives_what_is_only_odd() {
    for fault in [
        Fault::Delay(Duration::from_millis(1)),
        Fault::ExpiredToken,
        Fault::SlowBody(Duration::from_millis(20)),
        Fault::WrongType,
        Fault::UnknownEnum,
        Fault::UnknownField,
    ] {
        let created = with(fault.clone()).await.unwrap();
        assert_eq!(created.task_id().unwrap().to_string().len(), 32, "{fault}");
    }
}

#[tokio::test]
async fn values_and_fields_that_no_document_knows_are_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    client.create_task(task("sample")).await.unwrap();
    for fault in [Fault::UnknownEnum, Fault::UnknownField] {
        sandbox.fault(fault.on("listTasks")).unwrap();
        let tasks = client.list_tasks(ops::ListTasks::new()).await.unwrap();
        let shown = serde_json::to_string(&tasks).unwrap();
        assert!(shown.contains("sandbox_unknown"), "{shown}");
        assert_eq!(tasks.total, Some(1));
        sandbox.clear_faults();
    }
}

#[tokio::test]
async fn connections_really_break() {
    let sandbox = Sandbox::start().await.unwrap();
    let ask = |fault: &str| {
        let (sandbox, headers) = (&sandbox, format!("Sandbox-Fault: {fault}\r\n"));
        async move { exchange(sandbox, "GET /service/cloud/robot", &headers, "").await }
    };
    for fault in ["reset-before", "reset-after"] {
        let (text, end) = ask(fault).await;
        assert_eq!((text.as_str(), end.unwrap_err().kind()), ("", ConnectionReset), "{fault}");
    }
    for fault in ["close-before", "close-after"] {
        let (text, end) = ask(fault).await;
        assert_eq!((text.as_str(), end.unwrap()), ("", 0), "{fault}");
    }
    let (text, _) = ask("truncated").await;
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    assert_eq!(length.map(|length: usize| length / 2), Some(body.len()), "{text}");
    let (text, _) = ask("wrong-type").await;
    assert!(text.to_ascii_lowercase().contains("content-type: text/html"), "{text}");
}

#[tokio::test]
async fn a_request_asks_for_its_fault_by_a_header() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let error = client.create_task(task("one")).header("Sandbox-Fault", "error-after=503").await.unwrap_err();
    assert_eq!(error.http_status(), Some(503));
    let error = client.create_task(task("two")).header("Sandbox-Fault", "reset").await.unwrap_err();
    let said = error.vendor_message().unwrap();
    assert!(said.starts_with("there is no fault \"reset\"; there are delay, reset-before,"), "{said}");
    client.create_task(task("two")).await.unwrap();
    assert_eq!((sandbox.log().made("task"), sandbox.log().acted("createTask")), (2, 2));
}

#[tokio::test]
async fn rules_count_and_are_checked() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::ErrorBefore(500).on("listTasks").times(2)).unwrap();
    sandbox.fault(Rule::from(Fault::ErrorBefore(503)).of("collection").times(1)).unwrap();
    let client = client(&sandbox);
    // The token is nobody's of these documents.
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let result = client.list_tasks(ops::ListTasks::new()).await;
        statuses.push(result.err().and_then(|error| error.http_status()));
    }
    assert_eq!(statuses, [Some(500), Some(500), Some(503), None]);
    let error = sandbox.fault(Fault::ResetAfter.on("createTasks")).unwrap_err().to_string();
    assert!(error.contains("\"createTasks\""), "{error}");
    assert!(sandbox.fault(Fault::ResetAfter.on("createTask").of("workflow")).is_err());
    assert!(sandbox.fault(Rule::from(Fault::ResetAfter).of("nothing")).is_err());
}

#[tokio::test]
async fn the_program_takes_rules_over_http() {
    let sandbox = Sandbox::start().await.unwrap();
    let rule =
        r#"{"fault": "error-after=502", "operation": "createTask", "document": "collection", "times": 1}"#;
    assert_eq!(ask(&sandbox, "POST /sandbox/faults", rule).await.0, 200);
    assert_eq!(ask(&sandbox, "GET /sandbox/faults", "").await.1[0]["fault"], "error-after=502");
    let client = client(&sandbox);
    assert_eq!(client.create_task(task("one")).await.unwrap_err().http_status(), Some(502));
    client.create_task(task("two")).await.unwrap();
    for wrong in [r#"{"fault": "reset"}"#, r#"{"fault": "reset-after", "on": "createTask"}"#, "reset-after"] {
        let (status, answer) = ask(&sandbox, "POST /sandbox/faults", wrong).await;
        assert_eq!((status, answer["message"].is_string()), (400, true), "{wrong}");
    }
    ask(&sandbox, "POST /sandbox/faults", r#"{"fault": "reset-after"}"#).await;
    assert_eq!(ask(&sandbox, "DELETE /sandbox/faults", "").await.0, 200);
    client.create_task(task("three")).await.unwrap();
    assert_eq!(ask(&sandbox, "PUT /sandbox/faults", "").await.0, 405);
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed() {
    let drawn = async |seed| {
        let kinds = [Fault::ErrorBefore(500), Fault::HtmlBefore, Fault::UnknownField];
        let builder = Sandbox::builder().seed(seed).fault_rate(0.4).fault_kinds(kinds);
        let sandbox = builder.start().await.unwrap();
        for _ in 0..60 {
            exchange(&sandbox, "GET /service/cloud/robot", "", "").await.1.unwrap();
        }
        let faults: Vec<_> = sandbox.log().iter().map(|entry| entry.fault.clone()).collect();
        faults
    };
    let first = drawn(1).await;
    assert!((10..40).contains(&first.iter().flatten().count()), "{first:?}");
    assert_eq!(drawn(1).await, first);
    assert_ne!(drawn(2).await, first);
}
