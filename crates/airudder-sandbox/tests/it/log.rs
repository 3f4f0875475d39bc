//! The log proves what the sandbox did.

use std::collections::BTreeMap;
use std::time::Duration;

use airudder_client::{RetryBudget, RetryPolicy};
use airudder_collection::models::CollectionContact;
use airudder_collection::{Client, operations as ops};
use airudder_sandbox::{Fault, Sandbox};
use tokio::task::JoinSet;

use crate::plain::ask;

const CALLS: u64 = 600;
const AT_ONCE: usize = 32;

fn task(name: &str) -> ops::CreateTask {
    let [start, end] = ["2030-01-15 10:00:00", "2030-01-15 18:00:00"].map(|time| time.parse().unwrap());
    ops::CreateTask::new(name, start, end, "Example_Robot_1", [CollectionContact::new("+10000000001")])
}

/// Tasks that each ring a phone, through faults of all kinds: none is made twice, and no error says "not done" of one that
/// was made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_made_twice_and_no_error_denies_what_was_made() {
    let late = Duration::from_secs(60);
    let kinds: Vec<_> = Fault::ALL
        .iter()
        .map(|fault| match fault {
            Fault::Delay(_) => Fault::Delay(late),
            Fault::SlowBody(_) => Fault::SlowBody(late),
            Fault::TooMany(_) => Fault::TooMany(Duration::ZERO),
            other => other.clone(),
        })
        .collect();
    let builder = Sandbox::builder().seed(20_261_125).fault_rate(0.5).fault_kinds(kinds.clone());
    let sandbox = builder.start().await.unwrap();
    let client = Client::builder(sandbox.credentials())
        .address(sandbox.url_of("collection"))
        .attempt_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::default().max_attempts(3).initial_backoff(Duration::from_millis(1)))
        .retry_budget(RetryBudget::unlimited())
        .build()
        .unwrap();
    let (mut calls, mut outcomes) = (JoinSet::new(), Vec::new());
    for number in 0..CALLS {
        if calls.len() == AT_ONCE {
            outcomes.push(calls.join_next().await.unwrap().unwrap());
        }
        let client = client.clone();
        calls.spawn(async move {
            let label = number.to_string();
            (label.clone(), client.create_task(task(&label)).header("Sandbox-Label", label).await)
        });
    }
    outcomes.extend(calls.join_all().await);

    let log = sandbox.log();
    let mut acted: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in log.iter().filter(|entry| entry.operation == "createTask") {
        *acted.entry(&entry.label).or_default() += u32::from(entry.acted);
    }
    let (mut done, mut certain) = (0, 0);
    for (label, outcome) in &outcomes {
        let times = acted.get(label.as_str()).copied().unwrap_or_default();
        assert!(times <= 1, "{label} was made {times} times: {outcome:?}");
        match outcome {
            Ok(_) => {
                assert_eq!(times, 1, "{label}");
                done += 1;
            }
            Err(error) => {
                assert!(
                    times == 0 || error.may_have_taken_effect(),
                    "{label} was made in spite of {error:?}"
                );
                certain += u32::from(!error.may_have_taken_effect());
            }
        }
    }
    // A request that was repeated after it had acted would have been refused, for its name is taken: there is none.
    assert!(log.iter().all(|entry| entry.fault.is_some() || entry.refusal.is_empty() || entry.status == 401));
    assert_eq!(log.made("task"), log.acted("createTask"));
    assert_eq!(log.made("task"), acted.values().map(|times| u64::from(*times)).sum::<u64>());
    let repeated = log.asked("createTask") - u64::try_from(acted.len()).unwrap();
    // The test would prove nothing if all went well, or nothing was ever sent again or known to be harmless.
    assert!(
        done > 100 && repeated > 10 && certain > 0,
        "{done} done, {repeated} repeated, {certain} certain"
    );
    let befell: Vec<_> =
        kinds.iter().filter(|kind| log.iter().any(|entry| entry.fault.as_ref() == Some(kind))).collect();
    assert_eq!(befell.len(), kinds.len(), "{befell:?}");
}

#[tokio::test]
async fn the_program_shows_its_log() {
    let sandbox = Sandbox::start().await.unwrap();
    let client =
        Client::builder(sandbox.credentials()).address(sandbox.url_of("collection")).build().unwrap();
    client.create_task(task("sample")).header("Sandbox-Label", "mine").await.unwrap();
    let (status, log) = ask(&sandbox, "GET /sandbox/log", "").await;
    assert_eq!((status, &log["made"]["task"], &log["made"]["call"]), (200, &1.into(), &1.into()));
    assert_eq!(log["counts"]["collection"]["createTask"]["acted"], 1);
    let entry = &log["entries"][1];
    assert_eq!((&entry["operation"], &entry["label"]), (&"createTask".into(), &"mine".into()));
    assert_eq!((&entry["effect"], &entry["status"]), (&"unsafe".into(), &200.into()));
}

#[tokio::test]
async fn the_program_pushes_callbacks_and_shows_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let (status, pushed) =
        ask(&sandbox, "POST /sandbox/callbacks", r#"{"document": "workflow", "callback": "callFinished"}"#)
            .await;
    assert_eq!((status, &pushed["outcome"]), (200, &"not_sent".into()));
    assert_eq!(ask(&sandbox, "PUT /sandbox/callbacks", r#"{"url": "http://127.0.0.1:1/"}"#).await.0, 200);
    let wanted = r#"{"document": "workflow", "callback": "callFinished", "body": {"case_id": "1"}}"#;
    let (_, pushed) = ask(&sandbox, "POST /sandbox/callbacks", wanted).await;
    assert_eq!((&pushed["outcome"], &pushed["body"]["case_id"]), (&"waiting".into(), &"1".into()));
    let (_, all) = ask(&sandbox, "GET /sandbox/callbacks", "").await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    let (status, answer) =
        ask(&sandbox, "PUT /sandbox/callbacks", r#"{"url": "https://example.com/"}"#).await;
    assert_eq!((status, answer["message"].is_string()), (400, true));
    assert_eq!(ask(&sandbox, "DELETE /sandbox/callbacks", "").await.0, 405);
}
