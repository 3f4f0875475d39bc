//! What is not in the documents is found, by place and without values.

use airudder_wire::drift::{self, Findings, Kind};
use serde_json::{Value, json};

use crate::sample::{Target, Task};

/// Each place with its kind and count.
fn places(findings: &Findings) -> Vec<(String, Kind, u64)> {
    findings.iter().map(|one| (one.place(), one.kind(), one.count())).collect()
}

fn found<T: airudder_wire::Decode>(value: &Value) -> Findings {
    let text = value.to_string();
    let read = || T::decode(&mut serde_json::Deserializer::from_str(&text)).is_ok();
    let (is_read, findings) = drift::observe(read);
    assert!(is_read, "{value}");
    findings
}

#[test]
fn every_kind_is_counted_where_it_is() {
    let findings = found::<Task>(&json!({
        "state": "canary-state",
        "grade": 7,
        "since": "canary-1",
        "children": [
            {"since": {"state": "canary-2"}, "State": 7},
            {"state": "running", "content": {"type": "text", "text": "a", "parts": [], "font": "canary-3"}},
            {"content": {"type": "canary-4"}},
        ],
        "target": true,
    }));
    assert_eq!(
        places(&findings),
        [
            ("Content".to_owned(), Kind::Variant, 1),
            ("Grade".to_owned(), Kind::EnumValue, 1),
            ("Target".to_owned(), Kind::Variant, 1),
            ("Task.since".to_owned(), Kind::Field, 2),
            ("TaskState".to_owned(), Kind::EnumValue, 2),
            ("Text.font".to_owned(), Kind::Field, 1),
        ]
    );
    assert!(!format!("{findings:?}").contains("canary"));
}

#[test]
fn what_the_documents_have_is_not_found() {
    let task = json!({
        "state": "running", "STATE": "finished", "grade": -1, "labels": {"any": [1]}, "extra": {"any": 1},
        "content": {"type": "text", "text": "a", "parts": [], "note": null},
        "target": {"text": "a", "parts": []}, "next": null, "children": [],
    });
    assert!(found::<Task>(&task).is_empty());
}

/// What an attempt of a union finds counts only if it fits.
#[test]
fn a_variant_that_does_not_fit_has_found_nothing() {
    assert!(
        places(&found::<Target>(&json!({"text": "a", "parts": [{"text": "b", "font": 1}]}))).contains(&(
            "Text.font".to_owned(),
            Kind::Field,
            1
        ))
    );
    let misfit = json!({"font": 1, "text": "a", "parts": 7});
    assert_eq!(places(&found::<Target>(&misfit)), [("Target".to_owned(), Kind::Variant, 1)]);
}

#[test]
fn a_name_that_may_be_data_is_not_shown() {
    for data in
        ["+10000000001", "10000000001", "a1000", "ada@example.com", "Ada Smith", "Zoë", "", "1st", "a.b"]
    {
        assert_eq!(found::<Task>(&json!({ data: 1 })).iter().next().unwrap().place(), "Task.*", "{data:?}");
    }
    let long = "n".repeat(41);
    assert_eq!(found::<Task>(&json!({ long: 1 })).iter().next().unwrap().field(), Some("*"));
    for name in ["since", "call_back_2", "_id", "x-Trace", "SIPLine"] {
        assert_eq!(found::<Task>(&json!({ name: 1 })).iter().next().unwrap().field(), Some(name));
    }
}

#[test]
fn places_are_bounded_and_nothing_is_left_uncounted() {
    let name = |index: u8| format!("x{}{}", char::from(b'a' + index / 26), char::from(b'a' + index % 26));
    let task: serde_json::Map<_, _> = (0..100).map(|index| (name(index), json!(1))).collect();
    let findings = found::<Task>(&json!({"children": [task, task]}));
    let counted: u64 = findings.iter().map(drift::Finding::count).sum();
    assert_eq!((findings.iter().count(), counted, findings.dropped()), (64, 128, 72));
}

#[test]
fn only_what_is_read_inside_counts() {
    let text = r#"{"since": 1}"#;
    let read = || serde_json::from_str::<Task>(text).is_ok();
    assert!(read());
    let ((_, inner), outer) = drift::observe(|| {
        let inner = drift::observe(read);
        assert!(read());
        inner
    });
    assert_eq!(
        (places(&inner), places(&outer)),
        (places(&outer), vec![("Task.since".to_owned(), Kind::Field, 1)])
    );
    // Another thread reads for itself.
    let (_, findings) = drift::observe(|| std::thread::scope(|scope| scope.spawn(read).join()));
    assert!(findings.is_empty());
    assert!(read() && drift::observe(|| ()).1.is_empty());
}

/// What was found before reading failed counts, and an observation that panics leaves no trace.
#[test]
fn failures_end_an_observation_too() {
    let (read, findings) = drift::observe(|| serde_json::from_str::<Task>(r#"{"since": 1, "ratio": []}"#));
    assert!(read.is_err() && findings.iter().count() == 1);
    let (_, findings) = drift::observe(|| {
        let panics = || drift::observe(|| panic!("as a type's own code may"));
        assert!(std::panic::catch_unwind(panics).is_err());
        serde_json::from_str::<Task>(r#"{"since": 1}"#)
    });
    assert_eq!(findings.iter().count(), 1);
}
