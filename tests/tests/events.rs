//! Callbacks as events: which one a body is, which pushes are one event, when it happened.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;
use std::time::{Duration, SystemTime};

use airudder_chatbot::webhooks as chatbot;
use airudder_collection::webhooks as collection;
use airudder_info_check::webhooks as info_check;
use airudder_leads::webhooks as leads;
use airudder_marketing::webhooks as marketing;
use airudder_wire::{Callback as _, DedupKey, Event};
use airudder_workflow::webhooks as workflow;
use serde_json::{Value, json};
use xtask::document::Spec;
use xtask::model::{Callback, CallbackBody, Marks, Model};

fn read<E: Event>(body: &Value) -> E {
    E::from_json(body.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error} in {body}"))
}

fn key<E: Event>(body: &Value) -> DedupKey {
    read::<E>(body).dedup_key()
}

/// The body with a value put at a JSON pointer.
fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

fn after(milliseconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))
}

fn models() -> Vec<Model> {
    let files = Spec::files(&airudder_tests::workspace().join("spec")).unwrap();
    airudder_tests::models(&files).unwrap().0
}

/// The name and the key of a body that comes to the address for all callbacks of a product.
fn arrive(product: &str, body: &Value) -> Option<(&'static str, DedupKey)> {
    fn arrive<E: Event>(body: &Value) -> Option<(&'static str, DedupKey)> {
        let event = read::<E>(body);
        Some((event.name(), event.dedup_key()))
    }
    match product {
        "chatbot" => arrive::<chatbot::Event>(body),
        "collection" => arrive::<collection::Event>(body),
        "inbound" => arrive::<airudder_inbound::webhooks::Event>(body),
        "info-check" => arrive::<info_check::Event>(body),
        "leads" => arrive::<leads::Event>(body),
        "marketing" => arrive::<marketing::Event>(body),
        "workflow" => arrive::<workflow::Event>(body),
        _ => None,
    }
}

#[test]
fn whatever_the_documents_allow_is_found() {
    let mut found = 0;
    for model in models() {
        for callback in &model.callbacks {
            for body in bodies(callback, &model.callbacks) {
                let expected = match &callback.event.marks {
                    Marks::Like(other) => other,
                    _ => &callback.id,
                };
                let expected = format!("{}.{expected}", model.krate.stem);
                let (name, _) = arrive(&model.krate.stem, &body).unwrap();
                assert_eq!(name, expected, "{}: {body}", callback.id);
                found += 1;
            }
        }
    }
    assert!(found > 30 * 64, "{found}");
}

/// Bodies with the marks of a callback and any choice of its other fields.
fn bodies(callback: &Callback, all: &[Callback]) -> Vec<Value> {
    let CallbackBody::Struct(body) = &callback.body else { return Vec::new() };
    let marks = match &callback.event.marks {
        Marks::Like(other) => &all.iter().find(|callback| callback.id == *other).unwrap().event.marks,
        own => own,
    };
    let Marks::Object { values, fields, .. } = marks else { return Vec::new() };
    (0..64_u64)
        .map(|number| {
            // Every bit of it depends on every bit of the number.
            let choice = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let is_chosen = |index: usize| choice >> (index % 64) & 1 == 1;
            let chosen = body.fields.iter().enumerate().filter(|(index, _)| is_chosen(*index));
            let mut body: serde_json::Map<_, _> =
                chosen.map(|(_, field)| (field.wire.clone(), Value::Null)).collect();
            body.extend(fields.iter().map(|name| (name.clone(), Value::Null)));
            body.extend(values.iter().map(|(name, value)| (name.clone(), value.as_str().into())));
            Value::Object(body)
        })
        .collect()
}

#[test]
fn different_examples_are_different_events() {
    let mut keys = BTreeMap::new();
    for model in models() {
        for callback in &model.callbacks {
            for example in &callback.examples {
                let (name, key) = arrive(&model.krate.stem, &example.value).unwrap();
                if let Some(other) = keys.insert((name, key), example.value.clone()) {
                    assert_eq!(other, example.value, "{name}");
                }
            }
        }
    }
    assert!(keys.len() > 20);
}

#[test]
fn each_state_of_a_message_is_an_event() {
    let body = json!({
        "workflow_id": "w", "workflow_name": "n", "nodetask_id": "t", "nodetask_name": "n",
        "waba_task_id": "a", "wfdetail_uuid": "d", "timestamp": 1894689549, "msg_id": "m", "status": "send",
    });
    let first = key::<workflow::Event>(&body);
    assert_eq!(key::<workflow::WabaMessageStatus>(&body), first);
    // The notice is made anew when it is pushed again.
    assert_eq!(key::<workflow::Event>(&with(&body, "/timestamp", json!(1894689609))), first);
    for (field, value) in
        [("/status", "delivery"), ("/status", "failed"), ("/msg_id", "m2"), ("/wfdetail_uuid", "d2")]
    {
        assert_ne!(key::<workflow::Event>(&with(&body, field, json!(value))), first, "{field}");
    }
}

#[test]
fn without_an_identity_the_whole_content_counts() {
    let body = json!({
        "workflow_id": "w", "workflow_name": "n", "nodetask_id": "t", "nodetask_name": "n", "case_id": "c",
        "CallStartTime": "2030-01-11T06:19:27Z", "Intention": "A",
    });
    let graded = |body: &Value| key::<workflow::Event>(&with(body, "/Intention", json!("B")));
    assert_eq!(graded(&body), key::<workflow::Event>(&body));
    for field in ["/case_id", "/CallStartTime"] {
        for absent in [json!(""), Value::Null] {
            let body = with(&body, field, absent);
            assert_ne!(graded(&body), key::<workflow::Event>(&body), "{body}");
        }
    }
    // Two contacts that the integrator gave no identifier are two.
    let nobody = with(&body, "/case_id", json!(""));
    let other = with(&nobody, "/CallStartTime", json!("2030-01-11T06:19:28Z"));
    assert_ne!(key::<workflow::Event>(&nobody), key::<workflow::Event>(&other));
}

#[test]
fn a_callback_and_its_twin_are_different_events() {
    let body = json!({"call_id": "c", "msg_id": "m", "status": "read"});
    assert_ne!(key::<chatbot::MessageStatus>(&body), key::<chatbot::AgentMessageStatus>(&body));
    assert_eq!(key::<chatbot::MessageStatus>(&body), key::<chatbot::Event>(&body));
}

#[test]
fn forms_of_one_event() {
    let body = json!({
        "type": "AgentStatus",
        "body": {"taskId": 5, "callid": 7, "State": "TALKRESULT", "timestamp": 1894689600123_i64,
                 "customizeResults": {"outcome": "promised"}, "hangupReason": 0},
    });
    let other = r#"{"Body": {"state": "TALKRESULT", "Timestamp": "1894689600123", "CallID": "7", "taskid": "5",
        "hangupReason": "0", "customizeResults": {"outcome": "promised"}}, "Type": "AgentStatus"}"#;
    let (one, other) =
        (read::<workflow::Event>(&body), workflow::Event::from_json(other.as_bytes()).unwrap());
    for event in [&one, &other] {
        assert_eq!(event.name(), "workflow.dialerAgentStatus");
        assert_eq!(event.occurred_at(), after(1_894_689_600_123));
    }
    assert_eq!(one.dedup_key(), other.dedup_key());
    let workflow::Event::DialerAgentStatus(event) = other else { panic!("{other:?}") };
    let call = event.body().unwrap();
    assert_eq!((call.task_id.clone(), call.callid.clone()), (Some("5".into()), Some("7".into())));
    assert!(call.unknown_fields.is_empty());
}

#[test]
fn the_results_of_an_agent_are_a_list_or_a_map() {
    for results in
        [json!({"outcome": "promised"}), json!([{"name": "outcome", "value": "promised"}]), json!([])]
    {
        let body =
            json!({"type": "AgentStatus", "body": {"State": "TALKRESULT", "customizeResults": results}});
        let event = read::<workflow::Event>(&body);
        let workflow::Event::DialerAgentStatus(_) = &event else { panic!("{event:?}") };
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(written["body"]["customizeResults"], results);
    }
}

#[test]
fn times_in_all_forms() {
    let body = json!({"Status": "finished", "CallStartTime": "", "CallEndTime": ""});
    let at = |time: Value| read::<collection::Event>(&with(&body, "/CallEndTime", time)).occurred_at();
    assert_eq!(at(json!("1970-01-01T00:00:05Z")), after(5000));
    assert_eq!(at(json!("1970-01-01T08:00:05.5+08:00")), after(5500));
    // Nobody has said which zone this is in.
    assert_eq!(at(json!("2030-01-15 09:31:10")), None);
    for unset in [json!(""), json!("--"), json!(0), Value::Null] {
        assert_eq!(at(unset), None);
    }
    let local = read::<collection::CallFinished>(&with(&body, "/CallEndTime", json!("2030-01-15 09:31:10")));
    assert!(matches!(local.call_end_time, Some(airudder_collection::models::CallTime::Local(_))));

    let body = json!({"call_id": "c", "msg_id": "m", "status": "read", "timestamp": 5});
    for time in [json!(5), json!("5"), json!(5.0)] {
        let event = read::<chatbot::Event>(&with(&body, "/timestamp", time));
        assert_eq!(event.occurred_at(), after(5000));
    }
}

#[test]
fn what_is_unknown_is_kept_whole() {
    for body in [
        json!({"type": "QueueStatus", "body": {"taskId": 5, "new": [1.5, null, {"a": "b"}]}}),
        json!({"workflow_id": "w"}),
        json!({}),
        json!([1, "2"]),
        json!("text"),
        Value::Null,
    ] {
        let event = read::<workflow::Event>(&body);
        let workflow::Event::Unknown(unknown) = &event else { panic!("{event:?}") };
        assert_eq!((event.name(), event.occurred_at()), ("workflow.unknown", None));
        assert_eq!(unknown.value(), &body);
        assert_eq!(serde_json::to_value(&event).unwrap(), body);
    }
    let one = json!({"Type": "QueueStatus", "rows": [1, {"a": 1, "b": 2}]});
    let same = json!({"rows": ["1", {"B": "2", "A": "1"}], "type": "QueueStatus"});
    assert_eq!(key::<workflow::Event>(&one), key::<workflow::Event>(&same));
    assert_ne!(key::<workflow::Event>(&one), key::<leads::Event>(&one));
}

#[test]
fn a_value_that_does_not_fit_is_an_error_with_its_place() {
    let body = json!({
        "type": "ContactStatus",
        "body": {"phoneNumber": "+10000000001", "hangupReason": ["+10000000001"]},
    });
    for error in [
        workflow::Event::from_json(body.to_string().as_bytes()).unwrap_err(),
        workflow::DialerContactStatus::from_json(body.to_string().as_bytes()).unwrap_err(),
    ] {
        assert!(error.is_data());
        let text = error.to_string();
        assert!(text.starts_with("workflow.dialerContactStatus, body.hangupReason: "), "{text}");
        assert!(text.contains(" at line 1 column ") && !text.contains("0000000001"), "{text}");
    }
    for body in ["", "{", "{} {}", "\u{feff}{}"] {
        assert!(workflow::Event::from_json(body.as_bytes()).is_err_and(|error| !error.is_data()), "{body}");
    }
}

#[test]
fn a_callback_is_any_of_its_product() {
    let call: workflow::InfoCheckCallFinished = read(&json!({"case_id": "c"}));
    let event = workflow::Event::from(call.clone());
    assert_eq!(event.name(), "workflow.infoCheckCallFinished");
    assert_eq!(event.dedup_key(), call.dedup_key());
    assert_eq!(serde_json::to_value(&event).unwrap(), json!({"case_id": "c"}));
}

#[test]
fn headers_are_named() {
    assert_eq!(workflow::ChatbotSessionEnd::HEADERS, ["X-AIRudder-Sign"]);
    assert!(workflow::CallFinished::HEADERS.is_empty());
}

/// A receiver that takes callbacks alone builds without an HTTP stack.
#[test]
fn a_receiver_builds_light() {
    for package in ["airudder-chatbot", "airudder-inbound", "airudder-workflow"] {
        let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package])
            .args(["--no-default-features", "--features", "webhooks"])
            .current_dir(airudder_tests::workspace())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let crates: BTreeSet<_> = text.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(output.status.success() && crates.contains("airudder-wire"), "{text}");
        assert!(crates.len() < 45, "{} crates: {crates:?}", crates.len());
        for heavy in ["airudder-client", "reqwest", "rustls", "tokio", "serde_derive"] {
            assert!(!crates.contains(heavy), "{package} pulls {heavy}");
        }
    }
}
