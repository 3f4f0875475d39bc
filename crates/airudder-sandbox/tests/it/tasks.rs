//! Calling tasks by the clients of the calling products.

use std::collections::HashSet;
use std::time::Duration;

use airudder_collection::models::{CallRecord, CallTime, CollectionContact, TaskAction, TaskId, TaskStatus};
use airudder_collection::{Client, Error, ErrorKind, operations as ops};
use airudder_sandbox::Sandbox;
use airudder_wire::LocalTime;

use crate::support::callbacks;

const HOUR: Duration = Duration::from_secs(3600);

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.credentials()).address(sandbox.url()).build().unwrap()
}

fn time(text: &str) -> LocalTime {
    format!("2030-01-15 {text}").parse().unwrap()
}

fn contacts(count: u32) -> impl Iterator<Item = CollectionContact> {
    (1..=count)
        .map(|number| CollectionContact::new(format!("+1{number:010}")).with_comments(i64::from(number)))
}

/// A task from nine to six o'clock; the sandbox begins at nine.
async fn create(client: &Client, name: &str, count: u32) -> TaskId {
    let request =
        ops::CreateTask::new(name, time("09:00:00"), time("18:00:00"), "sample-robot", contacts(count));
    let request = request.with_repeat_number(3).with_repeat_interval(10);
    client.create_task(request).await.unwrap().task_id.unwrap()
}

async fn records(client: &Client, task: &TaskId) -> (TaskStatus, Vec<CallRecord>) {
    let detail = client.get_task_detail(ops::GetTaskDetail::new(task.clone())).await.unwrap();
    (detail.status.unwrap(), detail.detail.unwrap())
}

fn count(records: &[CallRecord], status: &str) -> usize {
    records.iter().filter(|record| record.status.as_ref().unwrap().as_str() == status).count()
}

fn refusal(error: &Error) -> (ErrorKind, &str) {
    (error.kind(), error.vendor_message().unwrap())
}

#[tokio::test]
async fn a_task_of_fifty_numbers_runs_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let task = create(&client, "reminders-01", 50).await;
    let (status, pending) = records(&client, &task).await;
    assert_eq!((status, pending.len()), (TaskStatus::Pending, 50));
    sandbox.advance(Duration::from_secs(20)).await;
    let (_, underway) = records(&client, &task).await;
    assert!(count(&underway, "calling") > 0, "{underway:?}");
    sandbox.advance(HOUR).await;
    let (status, done) = records(&client, &task).await;
    assert_eq!((status, count(&done, "finished")), (TaskStatus::Finished, 50));
    let intentions: HashSet<_> =
        done.iter().map(|record| record.intention.as_ref().unwrap().as_str()).collect();
    assert!(intentions.len() > 3 && intentions.contains("--"), "{intentions:?}");
    let callbacks = callbacks(&sandbox);
    let calls = callbacks.iter().filter(|(callback, _)| callback == "callFinished");
    let numbers: HashSet<_> = calls.clone().map(|(_, body)| body["CalleeNumber"].to_string()).collect();
    assert_eq!((calls.count(), numbers.len(), callbacks.len()), (50, 50, 51));
    let (last, body) = callbacks.last().unwrap();
    assert_eq!((last.as_str(), &body["Status"]), ("taskFinished", &"finished".into()));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_outcomes() {
    let outcomes = async |seed| {
        let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
        let client = client(&sandbox);
        let task = create(&client, "reminders-01", 50).await;
        sandbox.advance(HOUR).await;
        let records = records(&client, &task).await.1.into_iter();
        records.map(|call| (call.intention, call.call_start_time, call.call_end_time)).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(1).await, outcomes(1).await);
    assert_ne!(outcomes(1).await, outcomes(2).await);
}

#[tokio::test]
async fn the_pager_reads_all_tasks() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut made = Vec::new();
    for number in 0..25 {
        made.push(create(&client, &format!("task-{number}"), 1).await);
    }
    let mut pages = client.list_tasks_pager(ops::ListTasks::new().with_number(10)).pages();
    let (mut sizes, mut listed) = (Vec::new(), Vec::new());
    while let Some(page) = pages.try_next().await.unwrap() {
        assert_eq!(page.total, Some(25));
        sizes.push(page.items.len());
        listed.extend(page.items.into_iter().map(|task| task.task_id.unwrap()));
    }
    listed.reverse();
    assert_eq!((sizes, listed), (vec![10, 10, 5], made));
}

#[tokio::test]
async fn a_task_waits_for_its_time_and_gives_up_when_it_is_over() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let request =
        ops::CreateTaskV2::new("short", time("10:00:00"), time("10:01:00"), "sample-robot", contacts(500));
    let task = client.create_task_v2(request).await.unwrap().task_id.unwrap();
    sandbox.advance(HOUR - Duration::from_secs(1)).await;
    assert_eq!(count(&records(&client, &task).await.1, "pending"), 500);
    sandbox.advance(HOUR).await;
    let (status, done) = records(&client, &task).await;
    assert_eq!((status, count(&done, "finished")), (TaskStatus::Finished, 500));
    let unreached = done.iter().filter(|record| record.ring_type.is_none());
    let late = CallTime::Local(time("10:01:00"));
    let too_late = |record: &CallRecord| record.call_start_time.as_ref() == Some(&late);
    assert!(unreached.clone().count() > 100 && unreached.clone().all(too_late));
    assert_eq!(callbacks(&sandbox).len(), 501);
}

#[tokio::test]
async fn a_number_can_be_taken_out_and_a_task_stopped() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let task = create(&client, "reminders-01", 150).await;
    let cancel = || client.cancel_call(ops::CancelCall::new(task.clone(), "+10000000150"));
    cancel().await.unwrap();
    sandbox.advance(Duration::from_secs(1)).await;
    client.stop_task(ops::StopTask::new(task.clone(), TaskAction::Stop)).await.unwrap();
    client.stop_task(ops::StopTask::new(task.clone(), TaskAction::Stop)).await.unwrap();
    cancel().await.unwrap();
    let (status, stopped) = records(&client, &task).await;
    assert_eq!(
        (status, count(&stopped, "cancelled"), count(&stopped, "calling")),
        (TaskStatus::Pending, 50, 100)
    );
    sandbox.advance(HOUR).await;
    let (status, done) = records(&client, &task).await;
    assert_eq!(
        (status, count(&done, "cancelled"), count(&done, "finished")),
        (TaskStatus::Finished, 50, 100)
    );
    assert_eq!(callbacks(&sandbox).len(), 101);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let task = create(&client, "reminders-01", 1).await;
    let request = |name: &str, start, end, contacts: Vec<CollectionContact>| {
        ops::CreateTask::new(name, time(start), time(end), "sample-robot", contacts)
    };
    let one = || contacts(1).collect();
    let (nine, six) = ("09:00:00", "18:00:00");
    for (request, message) in [
        (request("reminders-01", nine, six, one()), "`TaskName` is taken by another task of the account"),
        (request("b", six, nine, one()), "`ScheduleEndTime` is not after `ScheduleStartTime`"),
        (request("c", "07:00:00", "08:00:00", one()), "`ScheduleEndTime` is past"),
        (request("d", nine, six, Vec::new()), "`Details` has no number that can be called"),
    ] {
        let error = client.create_task(request).await.unwrap_err();
        assert_eq!(refusal(&error), (ErrorKind::Api, message));
        assert!(!error.may_have_taken_effect());
    }
    // What was refused has not taken the name.
    let mixed = one().into_iter().chain([CollectionContact::new("a friend")]);
    let created = client.create_task(request("d", nine, six, mixed.collect())).await.unwrap();
    assert_eq!(created.detail_error_list.unwrap().expose().len(), 1);

    let error = client.get_task_detail(ops::GetTaskDetail::new(5)).await.unwrap_err();
    assert_eq!(refusal(&error), (ErrorKind::Api, "there is no such task"));
    let error = client.cancel_call(ops::CancelCall::new(task, "+19999999999")).await.unwrap_err();
    assert_eq!(refusal(&error), (ErrorKind::Api, "there is no such number in the list"));
    let error =
        client.get_call_by_id(ops::GetCallById::new("7738ff156ad12075578af25c84908567")).await.unwrap_err();
    assert_eq!(refusal(&error), (ErrorKind::Api, "there is no such call"));
}

#[tokio::test]
async fn the_document_that_made_a_task_decides_about_its_callbacks() {
    let sandbox = Sandbox::start().await.unwrap();
    let (start, end) = (time("09:00:00"), time("18:00:00"));
    let marketing = airudder_marketing::Client::builder(sandbox.credentials())
        .address(sandbox.url_of("marketing"))
        .build()
        .unwrap();
    let contact = airudder_marketing::models::TaskContact::new("+10000000001");
    let request = airudder_marketing::operations::CreateTask::new(
        "a",
        start.clone(),
        end.clone(),
        "sample-robot",
        [contact],
    );
    marketing.create_task(request).await.unwrap();
    let info_check = airudder_info_check::Client::builder(sandbox.credentials())
        .address(sandbox.url_of("info-check"))
        .build()
        .unwrap();
    let contact = airudder_info_check::models::TaskContact::new("+10000000001");
    let request =
        airudder_info_check::operations::CreateTask::new("b", start, end, "sample-robot", [contact]);
    let task = info_check.create_task(request).await.unwrap().task_id.unwrap();
    sandbox.advance(HOUR).await;
    let callbacks = sandbox.callbacks();
    for document in ["marketing", "info-check"] {
        let mut names: Vec<_> = callbacks
            .iter()
            .filter(|entry| entry.document == document)
            .map(|entry| &entry.callback)
            .collect();
        names.sort();
        assert_eq!(names, ["callFinished", "taskFinished"], "{document}");
    }
    // The account has its tasks, whichever product asks.
    let detail = airudder_marketing::operations::GetTaskDetail::new(task);
    assert_eq!(marketing.get_task_detail(detail).await.unwrap().detail().len(), 1);
}

#[tokio::test]
async fn robots_are_listed() {
    let sandbox = Sandbox::start().await.unwrap();
    let robots = client(&sandbox).list_robots(ops::ListRobots::new()).await.unwrap();
    assert_eq!(robots.rows.unwrap()[0].robot_id.as_ref().unwrap().as_str(), "sample-robot");
}
