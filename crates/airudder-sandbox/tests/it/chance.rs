//! What can befall workflows, by chance: no contact is lost, ended twice, or called after it was taken out.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use airudder_sandbox::Sandbox;
use airudder_workflow::models::{WorkflowContact, WorkflowId};
use airudder_workflow::{Client, operations as ops, wire};
use fastrand::Rng;
use serde_json::Value as Json;

use crate::support::callbacks;

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
