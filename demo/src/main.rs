//! `cargo xtask demo`: a workflow from contacts to recordings, against the sandbox, as a service does it against the vendor.

mod callbacks;
mod contacts;
mod outcomes;
mod progress;
mod recordings;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use airudder_sandbox::Sandbox;
use airudder_webhook::{HmacSha256, Receiver, SignedDigest};
use airudder_workflow::models::WorkflowStatus;
use airudder_workflow::operations::CreateWorkflow;
use airudder_workflow::webhooks::Event;
use airudder_workflow::{Client, wire};
use anyhow::{Context as _, bail};
use outcomes::Outcomes;
use progress::Progress;

/// How many seconds of the sandbox pass in one: the calls take ten minutes there.
const SPEED: f64 = 120.0;

/// A template of the sandbox's with one call for each contact.
const TEMPLATE: i64 = 1017;

/// How long no callback may come before something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let begun = Instant::now();
    let contacts = contacts::read(&workspace().join("demo/contacts.csv"))?;
    println!("{} contacts are in demo/contacts.csv", contacts.len());

    // Some callbacks come twice, as the vendor's do.
    let sandbox = Sandbox::builder().speed(SPEED).duplicates(0.05).start().await?;
    println!("the sandbox stands in for the vendor at {}", sandbox.url());

    let receiver = Receiver::builder(HmacSha256::new(sandbox.callback_key())?).and(SignedDigest).build();
    let mut callbacks = callbacks::receive(receiver).await?;
    sandbox.set_callbacks_of("workflow", &callbacks.url)?;
    println!("callbacks are received at {}", callbacks.url);

    let client = Client::builder(sandbox.credentials()).address(sandbox.url_of("workflow")).build()?;
    let (calls, end) = (contacts.len(), "2030-01-31 18:00:00+00:00".parse::<wire::OffsetTime>()?);
    let request = CreateWorkflow::new(TEMPLATE, "demo", end).with_details(contacts);
    let workflow = client.create_workflow(request).await?.workflow_id()?.clone();
    println!("the workflow {workflow} has started");

    let mut outcomes = Outcomes::default();
    let progress = Progress::new("calls", calls);
    loop {
        let next = tokio::time::timeout(PATIENCE, callbacks.events.recv()).await;
        let event = next.context("no callback came for a while")?.context("the receiver has ended")?;
        match event {
            Event::CallFinished(call) => {
                outcomes.add(call)?;
                progress.step();
            }
            Event::WorkflowStatus(status) if status.status == Some(WorkflowStatus::Finished) => break,
            _ => {}
        }
    }
    progress.end();
    let callbacks = sandbox.callbacks();
    let pushes = callbacks.iter().flat_map(|callback| &callback.attempts);
    let pushes = pushes.filter(|push| push.is_normal()).count();
    println!("{pushes} callbacks were verified, each event was handled once");

    let folder = workspace().join("target/demo");
    let saved = recordings::save(&client, &workflow, outcomes.answered(), &folder).await?;
    println!("\n{outcomes}\n\n{saved} recordings are in {}", folder.display());
    println!(
        "done in {:.1} seconds; `cargo run -p airudder-sandbox` lets you try by yourself",
        begun.elapsed().as_secs_f64()
    );
    if outcomes.total() != calls {
        bail!("{} calls ended, and {calls} were asked for", outcomes.total());
    }
    Ok(())
}

/// The workspace that this program was built in.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
