//! One case of each kind.

use std::collections::BTreeMap;

use airudder_wire as wire;
use serde_json::{Value, json};
use wire::Decode;

use crate::sample::*;

fn read<T: Decode>(value: &Value) -> T {
    match T::decode(value) {
        Ok(value) => value,
        Err(error) => unreachable!("{error} in {value}"),
    }
}

fn refusal<T: Decode>(value: Value) -> String {
    T::decode(&value).err().map(|error| error.to_string()).unwrap_or_default()
}

fn write<T: serde::Serialize>(value: T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[test]
fn a_whole_answer_round_trips() {
    let value = json!({
        "task_id": 7,
        "state": "running",
        "grade": -1,
        "callee": "+10000000001",
        "password": "hunter2",
        "created_at": "2024-01-02 03:04:05+08:00",
        "content": {"type": "text", "text": "hello", "parts": [{"text": "a", "parts": []}], "note": null},
        "target": {"text": "x", "parts": []},
        "children": [
            {"task_id": "7", "content": {"type": "task", "task_id": 8}, "target": [1, "2"]},
            {"content": {"type": "video", "url": "x"}, "target": 5, "state": "resting", "grade": 77},
            {"content": [1, 2], "target": false, "state": 3, "grade": "high", "later": {"a": [null, 1.5]}},
            {"content": {"type": 5}, "target": {"text": "parts are missing"}, "state": "", "created_at": "--"},
        ],
        "next": {"next": {"next": {"task_id": "deep"}}},
        "labels": {"a": [1, 2], "b": []},
        "ratio": 0.5,
        "paused": true,
        "extra": [null, {"a": null}],
        "added_in_may": 1,
    });
    let task: Task = read(&value);
    assert_eq!(write(&task), value);
    assert_eq!(read::<Task>(&write(&task)), task);
    assert_eq!(serde_json::from_str::<Task>(&value.to_string()).unwrap(), task);
    assert_eq!(serde_json::from_value::<Task>(value).unwrap(), task);

    assert_eq!(task.task_id().unwrap(), &TaskId::from("7"));
    assert_eq!(task.state, Some(TaskState::Running));
    assert!(matches!(task.content, Some(Content::Text(_))));
    assert!(matches!(task.target, Some(Target::ByText(_))));
    let children = task.children.unwrap();
    assert!(matches!(&children[0].content, Some(Content::Task(task)) if task.task_id.is_some()));
    assert!(matches!(&children[1].content, Some(Content::Unknown(unknown)) if unknown.tag() == "video"));
    assert_eq!(children[2].unknown_fields.len(), 1);
}

#[test]
fn null_is_absent() {
    let value = json!({"task_id": null, "children": null, "next": null, "content": null, "target": null, "extra": null});
    assert_eq!(read::<Task>(&value), Task::default());
    let text: Text = read(&json!({"text": "a", "parts": null, "note": null}));
    assert_eq!(text.parts, []);
    assert_eq!(text.note, wire::Patch::Null);
    assert_eq!(read::<Text>(&json!({"text": "a"})).note, wire::Patch::Absent);
    let error = refusal::<Text>(json!({"text": null}));
    assert_eq!(error, "invalid type: null, expected a string");
    assert_eq!(refusal::<Task>(json!(null)), "invalid type: null, expected Task");
}

#[test]
fn an_empty_list_is_an_empty_object() {
    assert_eq!(read::<Task>(&json!([])), Task::default());
    assert_eq!(read::<BTreeMap<String, i64>>(&json!([])), BTreeMap::new());
    assert_eq!(refusal::<Task>(json!([1])), "invalid type: list, expected Task");
    assert_eq!(refusal::<BTreeMap<String, i64>>(json!([1])), "invalid type: list, expected an object");
    assert_eq!(refusal::<Vec<i64>>(json!({})), "invalid type: object, expected a list");
}

#[test]
fn keys_differ_in_case_and_the_last_one_wins() {
    let task: Task = serde_json::from_str(r#"{"State": "running", "TASK_ID": 1, "Other": 1}"#).unwrap();
    assert_eq!(write(&task), json!({"state": "running", "task_id": 1, "Other": 1}));
    let task: Task = serde_json::from_str(r#"{"ratio": 1, "ratio": 2}"#).unwrap();
    assert_eq!(task.ratio, Some(2.0));
    let content: Content = read(&json!({"Type": "text", "text": "a", "parts": []}));
    assert!(matches!(content, Content::Text(_)));
}

#[test]
fn errors_say_what_is_expected() {
    assert_eq!(refusal::<Task>(json!({"ratio": {}})), "invalid type: object, expected a number");
    assert_eq!(
        refusal::<Task>(json!({"content": {"type": "text", "parts": 5}})),
        "Content: invalid type: number, expected a list"
    );
    let error = wire::MissingField::new("WorkflowSummary", "workflow_id");
    assert_eq!(error.to_string(), r#"WorkflowSummary has no "workflow_id": the vendor's answer left it out"#);
    assert_eq!(Task::default().task_id().unwrap_err().field(), "task_id");
    let error = serde_json::from_str::<Task>("{\n\"ratio\": []}").unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 11));
}

#[test]
fn requests_are_written() {
    let mut request = NewTask {
        name: "a".to_owned(),
        token: "secret".into(),
        start: wire::LocalTime::new(2024, 1, 2, 3, 4, 5).unwrap(),
        note: wire::Patch::Absent,
    };
    let written = json!({"name": "a", "token": "secret", "start": "2024-01-02 03:04:05"});
    assert_eq!(write(&request), written);
    assert_eq!(write(wire::AsObject(&request)), written);
    request.note = None.into();
    assert_eq!(write(&request)["note"], Value::Null);
    assert!(write(&request).as_object().unwrap().contains_key("note"));
    request.note = "b".to_owned().into();
    assert_eq!(write(&request)["note"], "b");
}

#[test]
fn open_enums() {
    assert_eq!(TaskState::from("running"), TaskState::Running);
    assert_eq!("finished".parse::<TaskState>().unwrap(), TaskState::Finished);
    assert_eq!(TaskState::from("resting".to_owned()), TaskState::Unknown("resting".into()));
    assert_eq!(TaskState::Running, *"running");
    assert_eq!(TaskState::from("resting"), "resting");
    assert_eq!(format!("{:>8}", TaskState::Running), " running");
    let number: TaskState = read(&json!(18_446_744_073_709_551_615_u64));
    assert_eq!(number.as_str(), "18446744073709551615");
    assert_eq!(format!("{number:?}"), "Unknown(UnknownValue(18446744073709551615))");
    assert_eq!(refusal::<TaskState>(json!([])), "invalid type: list, expected TaskState");
    assert_eq!(refusal::<TaskState>(json!({"a": 1})), "invalid type: object, expected TaskState");

    assert_eq!(read::<Grade>(&json!("-1")), Grade::Low);
    assert_eq!(read::<Grade>(&json!(1.0)), Grade::High);
    assert_eq!(Grade::from(1), Grade::High);
    assert_eq!(Grade::from(9).as_i64(), Some(9));
    assert_eq!(read::<Grade>(&json!("top")).as_i64(), None);
    assert_eq!(format!("{} {} {}", Grade::Low, Grade::from(9), read::<Grade>(&json!("top"))), "-1 9 top");
}

#[test]
fn unknown_variants_can_be_made() {
    let content = Content::Unknown(wire::UnknownVariant::new("video", json!({"type": "video", "url": "x"})));
    assert_eq!(read::<Content>(&write(&content)), content);
    assert_eq!(format!("{content:?}"), r#"Unknown(UnknownVariant("video", ["type", "url"]))"#);
    let null: Content = read(&Value::Null);
    assert_eq!(format!("{null:?}"), r#"Unknown(UnknownVariant("", null))"#);
}

#[test]
fn newtypes() {
    assert_eq!(Name::from("a").as_str(), "a");
    assert_eq!(String::from("b".parse::<Name>().unwrap()), "b");
    assert_eq!(Name::from("a".to_owned()).to_string(), "a");
    assert_eq!(TaskId::from(5), TaskId::from("5".to_owned()));
    assert_eq!(format!("{} {}", TaskId::from(5), TaskId::from(6_u64).as_str()), "5 6");
    assert_eq!(PhoneNumber::from("+10000000001").as_str(), "+10000000001");
    assert_eq!(wire::Pii::<String>::from(PhoneNumber::from("a".to_owned())).into_inner(), "a");
    assert_eq!(Token::from("a".to_owned()).expose(), "a");
    assert_eq!((Count::from(5).get(), i64::from(Count::from(5))), (5, 5));
    assert_eq!(Small::from(5).to_string(), "5");
    assert_eq!((Port::from(5).get(), Size::from(5).get()), (5, 5));
    assert_eq!((Ratio::from(0.5).get(), Flag::from(true).get()), (0.5, true));
    let time = wire::OffsetTime::new(2024, 1, 2, 3, 4, 5, 8 * 3600).unwrap();
    assert_eq!(EndsAt::from(time.clone()).get(), &time);
    assert_eq!(EndsAt::from(time).to_string(), "2024-01-02 03:04:05+08:00");
    assert_eq!(read::<Option<Birthday>>(&json!("")), None);
    assert_eq!(read::<Option<StartsAt>>(&json!("")), None);
    assert_eq!(read::<CreatedAt>(&json!("2024-01-02T03:04:05Z")).get().unix_seconds(), Some(1_704_164_645));
    assert_eq!(read::<CalledAt>(&json!("1704164645000")).get().unix_seconds(), Some(1_704_164_645));
    assert_eq!(HungUpAt::from(wire::EpochSeconds::new(5)).to_string(), "5");
    assert_eq!(serde_json::from_str::<TaskId>("5").unwrap(), TaskId::from(5));
}

#[test]
fn unknown_fields_are_small() {
    assert_eq!(size_of::<wire::UnknownFields>(), size_of::<usize>());
    assert_eq!(size_of::<TaskState>(), 2 * size_of::<usize>());
    let mut fields: wire::UnknownFields = [("b", 2), ("a", 1)].into_iter().collect();
    assert_eq!(fields.iter().map(|(name, _)| name).collect::<String>(), "ab");
    assert_eq!(fields.iter().len(), 2);
    assert_eq!(fields.insert("a", "x"), Some(1.into()));
    assert_eq!(fields.remove("b"), Some(2.into()));
    assert_eq!(fields.remove("a"), Some("x".into()));
    assert_eq!(fields, wire::UnknownFields::new());
    assert!(fields.is_empty() && fields.get("a").is_none());
}
