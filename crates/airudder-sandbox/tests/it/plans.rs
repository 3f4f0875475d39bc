//! Plans by the client of a calling product.

use std::time::Duration;

use airudder_collection::models::{CollectionContact, PlanId, PlanRounds, TaskAction, TaskStatus};
use airudder_collection::{Client, operations as ops};
use airudder_sandbox::Sandbox;

use crate::support::callbacks;

const MINUTE: Duration = Duration::from_secs(60);

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.credentials()).address(sandbox.url()).build().unwrap()
}

fn request(count: u32) -> ops::CreatePlan {
    let contacts = (1..=count).map(|number| CollectionContact::new(format!("+1{number:010}")));
    let (start, end) = ("2030-01-15 09:00:00".parse().unwrap(), "2030-01-20 18:00:00".parse().unwrap());
    ops::CreatePlan::new("january-reminders", 12, start, end, contacts)
}

async fn create(client: &Client, count: u32) -> PlanId {
    client.create_plan(request(count)).await.unwrap().plan_id.unwrap()
}

async fn rounds(client: &Client, plan: &PlanId) -> PlanRounds {
    client.list_plan_rounds(ops::ListPlanRounds::new(plan.clone())).await.unwrap()
}

/// How many numbers the rounds call.
async fn sizes(client: &Client, plan: &PlanId) -> Vec<usize> {
    let mut sizes = Vec::new();
    for round in rounds(client, plan).await.rows() {
        let task = round.task_id.clone().unwrap();
        sizes.push(client.get_task_detail(ops::GetTaskDetail::new(task)).await.unwrap().detail().len());
    }
    sizes
}

async fn status(client: &Client, plan: &PlanId) -> TaskStatus {
    client.get_plan_status(ops::GetPlanStatus::new(plan.clone())).await.unwrap().status.unwrap()
}

#[tokio::test]
async fn a_plan_of_three_rounds_calls_those_again_whom_it_did_not_reach() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let plan = create(&client, 100).await;
    sandbox.advance(MINUTE).await;
    assert_eq!((sizes(&client, &plan).await, status(&client, &plan).await), (vec![100], TaskStatus::Pending));
    sandbox.advance(120 * MINUTE).await;
    let sizes = sizes(&client, &plan).await;
    assert_eq!((sizes.len(), status(&client, &plan).await), (3, TaskStatus::Finished));
    assert!(sizes.is_sorted_by(|round, next| round > next), "{sizes:?}");

    let callbacks = callbacks(&sandbox);
    let count = |name| callbacks.iter().filter(|(callback, _)| callback == name).count();
    assert_eq!((count("callFinished"), count("taskFinished")), (sizes.iter().sum(), 3));
    let (last, body) = callbacks.last().unwrap();
    assert_eq!((last.as_str(), &body["PlanName"]), ("planFinished", &"january-reminders".into()));

    // Each number has one recording, or none when no round reached it.
    let mut recorded = 0;
    for number in 1..=100 {
        let request = ops::ListNumberRecordings::new(plan.clone(), format!("+1{number:010}"));
        recorded += client.list_number_recordings(request).await.unwrap().rows().len();
    }
    let answered = callbacks.iter().filter(|(_, body)| body["RingType"] == "answered").count();
    assert_eq!(recorded, answered);
    assert!(recorded > sizes[0] - sizes[2] && recorded < 100, "{recorded}");
}

#[tokio::test]
async fn a_number_that_is_taken_out_is_in_no_later_round() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let plan = create(&client, 20).await;
    sandbox.advance(20 * MINUTE).await;
    let before = sizes(&client, &plan).await;
    assert_eq!(before.len(), 2, "the second round waits for its time");
    let second = rounds(&client, &plan).await.rows()[1].task_id.clone().unwrap();
    let called = callbacks(&sandbox).into_iter().filter(|(callback, _)| callback == "callFinished");
    for (_, call) in called.filter(|(_, call)| call["RingType"] != "answered") {
        let request = ops::CancelPlanCall::new(plan.clone(), call["CalleeNumber"].as_str().unwrap());
        client.cancel_plan_call(request).await.unwrap();
    }
    assert_eq!((sizes(&client, &plan).await, status(&client, &plan).await), (before, TaskStatus::Finished));
    let detail = client.get_task_detail(ops::GetTaskDetail::new(second)).await.unwrap();
    assert!(detail.detail().iter().all(|call| call.status.as_ref().unwrap().as_str() == "cancelled"));
}

#[tokio::test]
async fn stopping_a_round_stops_its_plan() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let plan = create(&client, 20).await;
    sandbox.advance(Duration::from_secs(1)).await;
    let task = rounds(&client, &plan).await.rows()[0].task_id.clone().unwrap();
    client.stop_task(ops::StopTask::new(task, TaskAction::Stop)).await.unwrap();
    sandbox.advance(120 * MINUTE).await;
    assert_eq!((sizes(&client, &plan).await, status(&client, &plan).await), (vec![20], TaskStatus::Finished));
}

#[tokio::test]
async fn a_plan_needs_a_strategy_that_exists() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let strategies = client.list_strategies(ops::ListStrategies::new()).await.unwrap();
    for strategy in strategies.rows() {
        let mut request = request(1);
        request.strategy_id = strategy.strategy_id.clone().unwrap();
        client.create_plan(request).await.unwrap();
    }
    let mut unknown = request(1);
    unknown.strategy_id = 99.into();
    let error = client.create_plan(unknown).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("there is no such strategy"));
    let error = client.get_plan_status(ops::GetPlanStatus::new(5)).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("there is no such plan"));
}
