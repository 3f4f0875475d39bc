//! Fetches the recordings of those who answered.

use std::path::Path;

use airudder_client::{Auth, Method};
use airudder_workflow::Client;
use airudder_workflow::models::{CaseId, RecordingLink, WorkflowId};
use airudder_workflow::operations::GetCallsByNumber;
use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::progress::Progress;

/// How many are fetched at once.
const AT_ONCE: usize = 8;

/// Saves the recordings of a workflow in a folder, each under the integrator's name of the contact, and counts them. What
/// an earlier run left there goes.
pub async fn save(
    client: &Client,
    workflow: &WorkflowId,
    cases: &[CaseId],
    folder: &Path,
) -> anyhow::Result<usize> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let progress = Progress::new("recordings", cases.len());
    let progress = &progress;
    let fetch = |case| async move {
        let count = save_of(client, workflow, case, folder).await?;
        progress.step();
        anyhow::Ok(count)
    };
    let counts: Vec<usize> = stream::iter(cases).map(fetch).buffer_unordered(AT_ONCE).try_collect().await?;
    progress.end();
    Ok(counts.into_iter().sum())
}

/// Saves the recordings of one contact.
async fn save_of(
    client: &Client,
    workflow: &WorkflowId,
    case: &CaseId,
    folder: &Path,
) -> anyhow::Result<usize> {
    let request = GetCallsByNumber::new().with_caseid(case.clone()).with_workflow_id(workflow.clone());
    let answer = client.get_calls_by_number(request).await?;
    let links: Vec<_> = answer.rows().iter().filter_map(|call| call.recording_link.as_ref()).collect();
    for (number, link) in (1..).zip(&links) {
        let file = folder.join(format!("{case}-{number}.wav"));
        fetch(client.core(), link, &file).await.with_context(|| file.display().to_string())?;
    }
    Ok(links.len())
}

/// Fetches what is behind a link. That itself lets one in, so no token goes with it.
async fn fetch(client: &airudder_client::Client, link: &RecordingLink, file: &Path) -> anyhow::Result<()> {
    let (_, name) = link.as_str().rsplit_once("/recordings/").context("the link leads elsewhere")?;
    let call =
        client.request(Method::Get, "/recordings/{name}").auth(Auth::None).path_parameter("name", name);
    call.read_bytes().download().content_type("audio/").to_file(file).await?;
    Ok(())
}
