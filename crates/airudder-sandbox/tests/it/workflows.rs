//! Workflows by the client of the Workflow product.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use airudder_sandbox::{Fault, Sandbox};
use airudder_workflow::models::{WorkflowContact, WorkflowId, WorkflowStatus};
use airudder_workflow::{Client, operations as ops, wire};
use serde_json::Value as Json;

use crate::support::{callbacks, get};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build().unwrap()
}

fn end() -> wire::OffsetTime {
    "2030-01-16 09:00:00+00:00".parse().unwrap()
}

fn number(place: usize) -> String {
    format!("+1000000{place:04}")
}

fn contacts(count: usize) -> impl Iterator<Item = WorkflowContact> {
    (0..count).map(|place| {
        let contact = WorkflowContact::new(number(place)).with_case_id(format!("case-{place:04}"));
        contact.with_variables([("name", "Sample"), ("extra_a", "gold")])
    })
}

async fn start(client: &Client, template: i64, count: usize) -> WorkflowId {
    let request = ops::CreateWorkflow::new(template, "wd-001", end()).with_details(contacts(count));
    client.create_workflow(request).await.unwrap().workflow_id.unwrap()
}

fn counts(told: &[(String, Json)]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for (name, _) in told {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}

fn bodies<'a>(told: &'a [(String, Json)], name: &'static str) -> impl Iterator<Item = &'a Json> {
    told.iter().filter(move |(callback, _)| callback == name).map(|(_, body)| body)
}

#[tokio::test]
async fn five_hundred_contacts_go_through_to_the_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1024, 500).await;
    let nodes = client.list_subtasks(ops::ListSubtasks::new(id.clone())).await.unwrap();
    let kinds: Vec<_> = nodes.rows().iter().map(|node| node.node_type.clone().unwrap()).collect();
    assert_eq!(kinds, ["call", "waba", "api"]);

    sandbox.advance(3 * HOUR).await;
    let told = callbacks(&sandbox);
    let counts = counts(&told);
    assert_eq!((counts["callFinished"], counts["customApiNode"], counts["contactFinished"]), (500, 500, 500));
    assert_eq!(counts["workflowStatus"], 1);
    assert_eq!(told.last().unwrap().1["status"], "finished");
    assert_eq!(bodies(&told, "workflowStatus").next().unwrap()["actions"][0]["task_status"], "finished");

    // Those whom no call reached were written to, and only those.
    let unreached = bodies(&told, "callFinished")
        .filter(|body| body["Intention"] == "--")
        .map(|body| body["case_id"].as_str().unwrap());
    let unreached: HashSet<&str> = unreached.collect();
    assert!((50..150).contains(&unreached.len()), "{}", unreached.len());
    assert_eq!(counts["chatbotSessionEnd"], unreached.len());
    let long = bodies(&told, "contactFinished").filter(|body| body["rows"].as_array().unwrap().len() == 3);
    assert_eq!(long.map(|body| body["case_id"].as_str().unwrap()).collect::<HashSet<_>>(), unreached);
    assert!(counts["wabaMessageStatus"] > unreached.len());

    let summary = client.list_workflows(ops::ListWorkflows::new()).await.unwrap();
    assert_eq!(summary.rows()[0].status, Some(WorkflowStatus::Finished));
}

#[tokio::test]
async fn recordings_of_a_workflow_can_be_fetched() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1017, 5).await;
    sandbox.advance(HOUR).await;
    let mut links = 0;
    for (name, call) in callbacks(&sandbox) {
        if name != "callFinished" {
            continue;
        }
        let case = call["case_id"].as_str().unwrap();
        let request = ops::GetCallsByNumber::new().with_caseid(case).with_workflow_id(id.clone());
        let found = client.get_calls_by_number(request).await.unwrap();
        let found = &found.rows()[0];
        assert_eq!(found.callid.as_ref().unwrap().as_str(), call["callid"]);
        let by_id =
            client.get_call_by_id(ops::GetCallById::new(found.callid.clone().unwrap())).await.unwrap();
        assert_eq!(by_id, *found);
        let number = found.callee.clone().unwrap();
        let rows =
            client.list_number_recordings(ops::ListNumberRecordings::new(id.clone(), number)).await.unwrap();
        assert_eq!(
            rows.rows().iter().map(|row| row.recording_link.clone()).next().flatten(),
            found.recording_link
        );
        if let Some(link) = &found.recording_link {
            links += 1;
            let recording = get(link.as_str()).await;
            assert_eq!((recording.status, &recording.content[..4]), (200, b"RIFF".as_slice()));
        }
        assert_eq!(found.recording_link.is_some(), call["Intention"] != "--");
    }
    assert!(links > 0);
}

#[tokio::test]
async fn a_workflow_takes_ten_thousand_contacts_and_no_more() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1017, 1_000).await;
    let add = |count| ops::AddContacts::new(id.clone(), contacts(count));
    client.add_contacts(add(9_000)).await.unwrap();
    let error = client.add_contacts(add(1)).await.unwrap_err();
    let expected = "the workflow task has 10000 contacts, and takes 10000 at most";
    assert_eq!(error.vendor_message(), Some(expected));
    let tasks = client.list_call_tasks(ops::ListCallTasks::new(id)).await.unwrap();
    let task = tasks.rows()[0].task_id.clone().unwrap();
    let detail = client.get_call_task_detail(ops::GetCallTaskDetail::new(task)).await.unwrap();
    assert_eq!(detail.detail().len(), 10_000);
}

#[tokio::test]
async fn what_was_made_without_an_answer_is_not_made_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1017, 3).await;
    sandbox.fault(Fault::ResetAfter.on("createWorkflow")).unwrap();
    sandbox.fault(Fault::ResetAfter.on("addContacts")).unwrap();
    let request = ops::CreateWorkflow::new(1017, "wd-002", end()).with_details(contacts(5));
    assert!(client.create_workflow(request).await.unwrap_err().may_have_taken_effect());
    let error = client.add_contacts(ops::AddContacts::new(id, contacts(2))).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    let log = sandbox.log();
    assert_eq!((log.asked("createWorkflow"), log.asked("addContacts")), (2, 1));
    assert_eq!((log.made("workflow"), log.made("contact"), log.made("call")), (2, 10, 10));
}

#[tokio::test]
async fn an_entry_that_is_no_number_refuses_the_whole_list() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let details = [WorkflowContact::new(number(1)), WorkflowContact::new("10000000001")];
    let request = ops::CreateWorkflow::new(1024, "wd-001", end()).with_details(details);
    let error = client.create_workflow(request).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("`details[1].callee` is not a plus sign and 5 to 15 digits"));
    assert!(client.list_workflows(ops::ListWorkflows::new()).await.unwrap().rows().is_empty());
}

#[tokio::test]
async fn a_contact_is_changed_and_another_one_taken_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    // More than there are lines: the last one waits.
    let id = start(&client, 1024, 200).await;
    let changed =
        WorkflowContact::new(number(0)).with_case_id("case-new").with_variables([("extra_a", "silver")]);
    client.update_contacts(ops::UpdateContacts::new(id.clone(), [changed])).await.unwrap();
    for _ in 0..2 {
        client.cancel_contact(ops::CancelContact::new(id.clone(), number(199))).await.unwrap();
    }
    let nobody =
        client.cancel_contact(ops::CancelContact::new(id.clone(), "+10000009999")).await.unwrap_err();
    assert_eq!(nobody.vendor_message(), Some("there is no such contact in this workflow task"));

    let node = "5b1f0c2ad7e94f0c8a3e6d2b9c4f7a10";
    let asked = ops::VerifyCustomApiNode::new(id.clone(), node, number(0));
    assert!(client.verify_custom_api_node(asked.clone()).await.is_err());
    sandbox.advance(3 * HOUR).await;
    let push = client.verify_custom_api_node(asked).await.unwrap().callee.unwrap();
    assert_eq!(
        (push.case_id.unwrap().as_str(), &*push.extra_a.unwrap().into_inner()),
        ("case-new", "silver")
    );

    let told = callbacks(&sandbox);
    let counts = counts(&told);
    assert_eq!((counts["callFinished"], counts["contactFinished"], counts["workflowStatus"]), (199, 199, 1));
    assert!(!told.iter().any(|(_, body)| body["case_id"] == "case-0199"));
    let found = ops::GetCallsByNumber::new().with_caseid("case-0199");
    let found = client.get_calls_by_number(found).await.unwrap();
    assert_eq!(found.rows()[0].status, Some(airudder_workflow::models::CallStatus::Cancelled));
}

#[tokio::test]
async fn a_stopped_workflow_is_over() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1024, 150).await;
    for _ in 0..2 {
        client.stop_workflow(ops::StopWorkflow::new(id.clone())).await.unwrap();
    }
    sandbox.advance(3 * HOUR).await;
    let told = callbacks(&sandbox);
    // The calls in progress go on to their ends, one for each line.
    assert_eq!(counts(&told), BTreeMap::from([("workflowStatus", 1), ("callFinished", 100)]));
    assert_eq!(told[0].1["status"], "cancelled");
    if cfg!(feature = "page") {
        let page = String::from_utf8(get(&format!("{}/", sandbox.url())).await.content).unwrap();
        assert!(page.contains(">0 of 150<"), "{page}");
    }
    let error = client.add_contacts(ops::AddContacts::new(id, contacts(1))).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("the workflow task is over"));
}

#[tokio::test]
async fn a_workflow_that_stays_open_ends_at_its_time() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let request =
        ops::CreateWorkflow::new(1017, "wd-001", end()).with_auto_finish(0).with_details(contacts(3));
    let id = client.create_workflow(request).await.unwrap().workflow_id.unwrap();
    sandbox.advance(20 * HOUR).await;
    client.add_contacts(ops::AddContacts::new(id, contacts(2))).await.unwrap();
    sandbox.advance(5 * HOUR).await;
    let told = callbacks(&sandbox);
    let expected = BTreeMap::from([("callFinished", 5), ("contactFinished", 5), ("workflowStatus", 1)]);
    assert_eq!(counts(&told), expected);
}

#[tokio::test]
async fn lists_are_read_to_their_ends_and_workflows_found() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut ids = Vec::new();
    for count in 0..25 {
        ids.push(start(&client, 1017, count % 2).await);
    }
    let mut pager = client.list_workflows_pager(ops::ListWorkflows::new());
    let mut read = Vec::new();
    while let Some(workflow) = pager.try_next().await.unwrap() {
        read.push(workflow.workflow_id.unwrap());
    }
    assert_eq!(read, ids.iter().rev().cloned().collect::<Vec<_>>());
    let mut pager = client.list_templates_pager(ops::ListTemplates::new().with_number(2));
    let mut templates = 0;
    while pager.try_next().await.unwrap().is_some() {
        templates += 1;
    }
    assert_eq!(templates, 5);

    let range = |from: &str, to: &str| {
        ops::FindWorkflows::new(
            from.parse::<wire::OffsetTime>().unwrap(),
            to.parse::<wire::OffsetTime>().unwrap(),
        )
    };
    let today = range("2030-01-15 00:00:00+00:00", "2030-01-16 00:00:00+00:00").with_callee(number(0));
    let found = client.find_workflows(today.clone()).await.unwrap();
    assert_eq!(found.rows().len(), 12);
    let found = client.find_workflows(today.with_case_id("case-other")).await.unwrap();
    assert!(found.rows().is_empty());
    let before = range("2030-01-14 00:00:00+00:00", "2030-01-15 08:00:00+00:00").with_callee(number(0));
    assert!(client.find_workflows(before).await.unwrap().rows().is_empty());
}

#[tokio::test]
async fn whatsapp_tasks_show_who_was_written_to() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = start(&client, 1024, 40).await;
    sandbox.advance(3 * HOUR).await;
    let tasks = client.list_waba_tasks(ops::ListWabaTasks::new(id.clone())).await.unwrap();
    let task = tasks.rows()[0].waba_task_id.clone().unwrap();
    let detail = client.get_waba_task_detail(ops::GetWabaTaskDetail::new(id.clone(), task)).await.unwrap();
    let told = callbacks(&sandbox);
    assert_eq!(detail.rows().len(), counts(&told)["chatbotSessionEnd"]);
    for row in detail.rows() {
        let uuid = row.wfdetail_uuid.as_ref().unwrap().as_str();
        let is_its =
            |(name, body): &&(String, Json)| name == "chatbotSessionEnd" && body["wfdetail_uuid"] == *uuid;
        let end = &told.iter().find(is_its).unwrap().1;
        assert_eq!(end["callee"], *row.callee.as_ref().unwrap().as_str());
        let template = end["messages"]
            .as_array()
            .unwrap()
            .iter()
            .find(|message| message["content"]["type"] == "template");
        assert_eq!(template.unwrap()["msg_id"], *row.msg_id.as_ref().unwrap().as_str());
    }
    let unknown = ops::GetWabaTaskDetail::new(id, "nothing");
    assert!(client.get_waba_task_detail(unknown).await.is_err());
}

#[tokio::test]
async fn the_other_kinds_of_calls_have_their_callbacks() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    start(&client, 1012, 10).await;
    sandbox.advance(HOUR).await;
    let expected =
        BTreeMap::from([("contactFinished", 10), ("infoCheckCallFinished", 10), ("workflowStatus", 1)]);
    assert_eq!(counts(&callbacks(&sandbox)), expected);

    start(&client, 1009, 10).await;
    sandbox.advance(HOUR).await;
    let told = callbacks(&sandbox);
    let counts = counts(&told);
    assert_eq!((counts["callFinished"], counts["dialerTaskStatus"]), (10, 1));
    let calls: Vec<_> =
        told.iter().filter(|(name, _)| name == "callFinished").map(|(_, body)| body).collect();
    for call in calls {
        let of_call = told.iter().filter(|(_, body)| body["body"]["callid"] == call["callid"]);
        let states = |kind: &str, key: &str| -> Vec<&str> {
            let events = of_call.clone().filter(|(_, body)| body["type"] == kind);
            events.map(|(_, body)| body["body"][key].as_str().unwrap()).collect()
        };
        let (person, agent) = (states("ContactStatus", "state"), states("AgentStatus", "State"));
        match call["Intention"].as_str() {
            Some("--") => {
                assert_eq!(person, ["CALLING", "RINGING", "HANGUP"].repeat(person.len() / 3));
                assert_eq!(agent, [""; 0]);
            }
            _ => {
                assert_eq!(person[person.len() - 4..], ["CALLING", "RINGING", "ANSWERED", "HANGUP"]);
                assert_eq!(agent, ["ANSWERED", "HANGUP", "TALKRESULT"]);
            }
        }
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_course() {
    let mut courses = Vec::new();
    for (seed, questions) in [(7, 0), (7, 3), (8, 0)] {
        let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
        let client = client(&sandbox);
        // What else is asked changes nothing.
        for _ in 0..questions {
            client.list_templates(ops::ListTemplates::new()).await.unwrap();
        }
        start(&client, 1024, 30).await;
        sandbox.advance(3 * HOUR).await;
        let mut told = callbacks(&sandbox);
        for (_, body) in &mut told {
            // The address is another one each time.
            body.as_object_mut().unwrap().remove("recording_link");
        }
        courses.push(told);
    }
    assert!(courses[0] == courses[1] && courses[0] != courses[2]);
}
