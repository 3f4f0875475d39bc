//! Recordings, by the client of a calling product and by their links.

use std::time::Duration;

use airudder_collection::models::{CallInformation, CollectionContact, TaskId};
use airudder_collection::{Client, operations as ops};
use airudder_sandbox::{Fault, Sandbox};
use http::Request;

use crate::support::{Relay, ask, callbacks, get};

/// A task that has called twenty numbers.
async fn called(sandbox: &Sandbox, client: &Client) -> TaskId {
    let contacts = (1..=20).map(|number| CollectionContact::new(format!("+1{number:010}")));
    let (start, end) = ("2030-01-15 09:00:00".parse().unwrap(), "2030-01-15 18:00:00".parse().unwrap());
    let request = ops::CreateTask::new("reminders-01", start, end, "sample-robot", contacts);
    let task = client.create_task(request).await.unwrap().task_id.unwrap();
    sandbox.advance(Duration::from_secs(3600)).await;
    task
}

fn client(sandbox: &Sandbox, address: &str) -> Client {
    Client::builder(sandbox.credentials()).address(address).build().unwrap()
}

/// Those who were talked to for at least so long that the recording has its greatest length, and those who were not.
async fn answered(sandbox: &Sandbox, client: &Client) -> (Vec<CallInformation>, Vec<CallInformation>) {
    let (mut answered, mut others) = (Vec::new(), Vec::new());
    for (callback, body) in callbacks(sandbox) {
        if callback == "callFinished" {
            let call = body["callid"].as_str().unwrap();
            let call = client.get_call_by_id(ops::GetCallById::new(call)).await.unwrap();
            assert_eq!(body["recording_link"].as_str().is_some(), call.recording_link.is_some());
            if call.recording_link.is_some() { answered.push(call) } else { others.push(call) }
        }
    }
    (answered, others)
}

#[tokio::test]
async fn a_recording_is_a_sound_under_a_link_that_needs_no_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox, sandbox.url());
    let task = called(&sandbox, &client).await;
    let (answered, others) = answered(&sandbox, &client).await;
    assert!(answered.len() >= 8 && answered.len() + others.len() == 20, "{}", answered.len());
    for call in answered {
        let request = ops::GetCallRecording::new(task.clone(), call.callee.unwrap());
        let content = client.get_call_recording(request).await.unwrap();
        let sound = hound::WavReader::new(&content[..]).unwrap();
        assert_eq!((sound.spec().sample_rate, sound.duration()), (8000, 24_000));
        let found = get(call.recording_link.unwrap().as_str()).await;
        assert_eq!(
            (found.status, found.header("content-type"), &found.content),
            (200, "audio/wav", &content.to_vec())
        );
    }
    for call in others {
        let request = ops::GetCallRecording::new(task.clone(), call.callee.unwrap());
        let error = client.get_call_recording(request).await.unwrap_err();
        assert_eq!(error.vendor_message(), Some("there is no such recording"));
    }
    assert_eq!(get(&format!("{}/recordings/1.wav", sandbox.url())).await.status, 404);
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke() {
    let sandbox = Sandbox::start().await.unwrap();
    let direct = client(&sandbox, sandbox.url());
    let task = called(&sandbox, &direct).await;
    let (answered, _) = answered(&sandbox, &direct).await;
    let request = || ops::GetCallRecording::new(task.clone(), answered[0].callee.clone().unwrap());
    let whole = direct.get_call_recording(request()).await.unwrap();

    let relay = Relay::start(&sandbox, 10_000).await;
    let mut content = Vec::new();
    let broken = client(&sandbox, relay.url());
    let size = broken.get_call_recording(request()).download().to_writer(&mut content).await.unwrap();
    assert_eq!((size, content), (24_044, whole.to_vec()));
    let log = sandbox.log();
    let statuses: Vec<_> = log.iter().rev().take(2).map(|entry| (entry.operation, entry.status)).collect();
    assert_eq!(statuses, [("getCallRecording", 206), ("getCallRecording", 200)]);
}

#[tokio::test]
async fn a_download_that_is_broken_off_on_demand_goes_on() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox, sandbox.url());
    let task = called(&sandbox, &client).await;
    let (answered, _) = answered(&sandbox, &client).await;
    let request = || ops::GetCallRecording::new(task.clone(), answered[0].callee.clone().unwrap());
    let whole = client.get_call_recording(request()).await.unwrap();
    sandbox.fault(Fault::Truncated.on("getCallRecording").times(2)).unwrap();
    let mut content = Vec::new();
    client.get_call_recording(request()).download().to_writer(&mut content).await.unwrap();
    assert_eq!(content, whole.to_vec());
    let log = sandbox.log();
    let statuses: Vec<_> =
        log.iter().rev().take(3).map(|entry| (entry.status, entry.fault.is_some())).collect();
    assert_eq!(statuses, [(206, false), (206, true), (200, true)]);
    // A link is no operation, so that only a rule about everything befalls it.
    sandbox.fault(Fault::Truncated.on("getCallRecording")).unwrap();
    let link = answered[0].recording_link.as_ref().unwrap().as_str();
    assert_eq!(get(link).await.status, 200);
    sandbox.fault(Fault::HtmlBefore).unwrap();
    assert_eq!(get(link).await.status, 502);
}

#[tokio::test]
async fn the_recordings_of_a_task_come_in_an_archive() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox, sandbox.url());
    let task = called(&sandbox, &client).await;
    let (answered, _) = answered(&sandbox, &client).await;
    let archive = client.list_task_recordings(ops::ListTaskRecordings::new(task)).await.unwrap();
    let found = get(archive.recording_link.unwrap().as_str()).await;
    let files = zip::ZipArchive::new(std::io::Cursor::new(&found.content)).unwrap();
    let mut names: Vec<_> = files.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut expected: Vec<_> =
        answered.iter().map(|call| format!("{}.wav", call.callid.as_ref().unwrap())).collect();
    names.sort();
    expected.sort();
    assert_eq!((found.header("content-type"), names), ("application/zip", expected));
}

#[tokio::test]
async fn a_link_gives_parts_and_heads() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox, sandbox.url());
    called(&sandbox, &client).await;
    let (answered, _) = answered(&sandbox, &client).await;
    let link = answered[0].recording_link.as_ref().unwrap().as_str();
    let whole = get(link).await;

    let part =
        ask(Request::get(link).header("range", "bytes=24000-").header("if-range", whole.header("etag")))
            .await;
    assert_eq!((part.status, part.header("content-range")), (206, "bytes 24000-24043/24044"));
    assert_eq!(part.content, whole.content[24000..]);
    let changed =
        ask(Request::get(link).header("range", "bytes=24000-").header("if-range", "\"other\"")).await;
    assert_eq!((changed.status, changed.content.len()), (200, 24_044));
    let behind = ask(Request::get(link).header("range", "bytes=24044-")).await;
    assert_eq!((behind.status, behind.header("content-range")), (416, "bytes */24044"));
    let head = ask(Request::head(link)).await;
    assert_eq!((head.status, head.header("content-length"), head.content.len()), (200, "24044", 0));
}
