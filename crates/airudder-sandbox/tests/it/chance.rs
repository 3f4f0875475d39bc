//! What can befall workflows and sessions, by chance: nothing is lost, and nothing ends twice.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use airudder_chatbot::models::{MessageContent, TextContent, TransferResult};
use airudder_chatbot::operations as chat;
use airudder_sandbox::Sandbox;
use airudder_workflow::models::{WorkflowContact, WorkflowId};
use airudder_workflow::{Client, operations as ops, wire};
use fastrand::Rng;
use serde_json::Value as Json;

use crate::support::callbacks;

const ACCOUNT: &str = "10000000009";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What the integrator knows of a workflow.
struct Known {
    id: WorkflowId,
    contacts: Vec<String>,
    cancelled: HashSet<String>,
    is_stopped: bool,
}

/// The next contacts; no two have the same number.
fn next(rng: &mut Rng, numbers: &mut u32) -> Vec<WorkflowContact> {
    let count = rng.u32(0..30);
    let contacts = (*numbers..*numbers + count).map(|number| {
        let contact = WorkflowContact::new(format!("+1000{number:07}"));
        contact.with_case_id(format!("case-{number}"))
    });
    *numbers += count;
    contacts.collect()
}

fn numbers(contacts: &[WorkflowContact]) -> impl Iterator<Item = String> {
    contacts.iter().map(|contact| contact.callee.clone().unwrap().as_str().to_owned())
}

async fn storm(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let sandbox = Sandbox::builder().seed(seed).lines(rng.u32(1..40)).start().await.unwrap();
    let client = Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build().unwrap();
    let (mut known, mut used): (Vec<Known>, u32) = (Vec::new(), 0);
    for _ in 0..60 {
        match rng.u8(0..8) {
            0 | 1 => {
                let template = rng.choice([1024, 1017, 1012, 1009]).unwrap();
                let contacts = next(&mut rng, &mut used);
                let end: wire::OffsetTime = "2030-01-16 09:00:00+00:00".parse().unwrap();
                let request = ops::CreateWorkflow::new(template, "storm", end);
                let request = request.with_auto_finish(rng.i32(0..2)).with_details(contacts.clone());
                let id = client.create_workflow(request).await.unwrap().workflow_id.unwrap();
                let (cancelled, is_stopped) = (HashSet::new(), false);
                known.push(Known { id, contacts: numbers(&contacts).collect(), cancelled, is_stopped });
            }
            2 => {
                let Some(workflow) = rng.choice(&mut known) else { continue };
                let contacts = next(&mut rng, &mut used);
                let added = client.add_contacts(ops::AddContacts::new(workflow.id.clone(), contacts.clone()));
                if added.await.is_ok() {
                    workflow.contacts.extend(numbers(&contacts));
                }
            }
            3 => {
                let Some(workflow) = rng.choice(&mut known) else { continue };
                let Some(number) = rng.choice(&workflow.contacts) else { continue };
                let cancel = ops::CancelContact::new(workflow.id.clone(), number.clone());
                client.cancel_contact(cancel).await.unwrap();
                workflow.cancelled.insert(number.clone());
            }
            4 if rng.u8(0..4) == 0 => {
                let Some(workflow) = rng.choice(&mut known) else { continue };
                client.stop_workflow(ops::StopWorkflow::new(workflow.id.clone())).await.unwrap();
                workflow.is_stopped = true;
            }
            _ => sandbox.advance(Duration::from_secs(rng.u64(0..600))).await,
        }
    }
    sandbox.advance(2 * DAY).await;
    let told = callbacks(&sandbox);
    for workflow in &known {
        check(workflow, &told, seed);
    }
}

fn check(workflow: &Known, told: &[(String, Json)], seed: u64) {
    let mut by_name: HashMap<&str, Vec<&Json>> = HashMap::new();
    for (name, body) in told.iter().filter(|(_, body)| body["workflow_id"] == *workflow.id.as_str()) {
        by_name.entry(name).or_default().push(body);
    }
    let of = |name: &str| by_name.get(name).cloned().unwrap_or_default();
    assert_eq!(of("workflowStatus").len(), 1, "seed {seed}");
    let calls = [of("callFinished"), of("infoCheckCallFinished")].concat();
    let once: HashSet<_> = calls.iter().map(|call| call["callid"].as_str()).collect();
    assert_eq!(once.len(), calls.len(), "seed {seed}");
    let through: Vec<_> =
        of("contactFinished").iter().map(|body| body["callee_number"].as_str().unwrap()).collect();
    let distinct: HashSet<_> = through.iter().copied().collect();
    assert_eq!(distinct.len(), through.len(), "seed {seed}");
    // Who is through was called; who was not stopped or cancelled is through.
    let called: HashSet<_> = calls.iter().map(|call| call["callee"].as_str().unwrap()).collect();
    assert!(distinct.is_subset(&called), "seed {seed}");
    if !workflow.is_stopped {
        let lost =
            |number: &&String| !distinct.contains(number.as_str()) && !workflow.cancelled.contains(*number);
        assert_eq!(workflow.contacts.iter().filter(lost).count(), 0, "seed {seed}");
    }
}

#[tokio::test]
async fn no_contact_is_lost_or_ended_twice() {
    for seed in 0..12 {
        storm(seed).await;
    }
}

async fn talk(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let client = airudder_chatbot::Client::builder(sandbox.signer()).address(sandbox.url()).build().unwrap();
    let mut sessions = BTreeSet::new();
    for _ in 0..120 {
        let person = format!("+1000000000{}", rng.u8(0..6));
        // What names a session that is over is refused, and changes nothing.
        let session = rng.choice(sessions.iter().cloned().collect::<Vec<String>>());
        match (rng.u8(0..8), session) {
            (0, _) => {
                let request = chat::SendTemplateMessage::new(rng.i64(35..38), ACCOUNT, person);
                let sent = client.send_template_message(request).await.unwrap();
                sessions.insert(sent.call_id.unwrap().to_string());
            }
            (1 | 2, _) => {
                let text = rng.choice(["Hello", "An agent, please", "Stop", "Yes"]).unwrap();
                sessions.extend(sandbox.customer_writes(ACCOUNT, &person, text));
            }
            (3, Some(session)) => {
                let content = MessageContent::Text(TextContent::new("How can I help?"));
                let _ = client.send_message(chat::SendMessage::new(session, content)).await;
            }
            (4, Some(session)) => {
                let result = rng.choice([TransferResult::Success, TransferResult::Failure]).unwrap();
                let request = chat::ReportAgentTransferResult::new(session, result).with_seat_id("agent-1");
                let _ = client.report_agent_transfer_result(request).await;
            }
            (5, Some(session)) if rng.u8(0..3) == 0 => {
                client.end_session(chat::EndSession::new(session)).await.unwrap();
            }
            _ => sandbox.advance(Duration::from_secs(rng.u64(0..300))).await,
        }
    }
    sandbox.advance(DAY).await;
    for session in &sessions {
        // An agent may still be there.
        client.end_session(chat::EndSession::new(session.as_str())).await.unwrap();
    }
    let told = callbacks(&sandbox);
    let ends: Vec<_> = told.iter().filter(|(name, _)| name == "sessionEnd").map(|(_, body)| body).collect();
    assert_eq!(ends.len(), sessions.len(), "seed {seed}");
    let ended: BTreeSet<_> = ends.iter().map(|end| end["call_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ended, sessions, "seed {seed}");
    let mut statuses: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, body) in &told {
        if name.ends_with("essageStatus") {
            let status = body["status"].as_str().unwrap();
            statuses.entry(body["msg_id"].as_str().unwrap()).or_default().push(status);
        }
    }
    for statuses in statuses.values() {
        assert!(["delivery", "read"].starts_with(statuses), "seed {seed}: {statuses:?}");
    }
    let mut listed = BTreeSet::new();
    let mut pager = client.list_conversations_pager(chat::ListConversations::new(7));
    while let Some(session) = pager.try_next().await.unwrap() {
        assert!(session.session_end_time.is_some(), "seed {seed}");
        listed.insert(session.call_id.unwrap().to_string());
    }
    assert_eq!(listed, sessions, "seed {seed}");
}

#[tokio::test]
async fn every_session_ends_once() {
    for seed in 0..12 {
        talk(seed).await;
    }
}
