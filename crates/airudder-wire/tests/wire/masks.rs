//! Nothing personal or secret is printed, neither by `Debug` nor by errors.

use airudder_wire as wire;
use serde_json::{Value, json};
use wire::Decode;

use crate::sample::*;

const CANARY: &str = "c4n4ry";

#[test]
fn debug_hides_values() {
    let secret = wire::Secret::from(CANARY);
    let pii: wire::Pii<Vec<String>> = vec![CANARY.to_owned()].into();
    let fields: wire::UnknownFields = [("name", CANARY)].into_iter().collect();
    let object = wire::UnknownVariant::new("tag", json!({"name": CANARY, "list": [CANARY]}));
    let text = wire::UnknownVariant::new("", CANARY);
    let task: Task = serde_json::from_value(json!({
        "callee": CANARY,
        "password": CANARY,
        "content": {"type": "text", "text": CANARY, "parts": [{"text": CANARY}]},
        "target": {"by": CANARY},
        "other": {"name": CANARY},
    }))
    .unwrap();
    let printed =
        format!("{secret:?} {pii:#?} {fields:?} {:?} {object:?} {text:?} {task:?} {task:#?}", fields.iter());
    assert!(!printed.contains(CANARY), "{printed}");
    assert!(printed.contains("Secret(***)") && printed.contains("Pii(***)"), "{printed}");
    let long = format!("{:?}", wire::Pii::new("a much longer text"));
    assert_eq!(long.len(), format!("{:?}", wire::Pii::new("")).len(), "even the length is hidden");
}

struct Untagged;

impl wire::UntaggedUnion for Untagged {
    const NAME: &'static str = "Untagged";

    fn decode_untagged(candidate: wire::Candidate) -> Self {
        assert_eq!(format!("{candidate:?}"), "Candidate { .. }");
        Self
    }
}

wire::untagged_union!(Untagged);

struct Tagged;

impl wire::TaggedUnion for Tagged {
    const NAME: &'static str = "Tagged";
    const TAG: &'static str = "type";

    fn decode_variant(variant: wire::Variant) -> Result<Self, serde_json::Error> {
        assert_eq!(format!("{variant:?}"), r#"Variant { tag: "a", .. }"#);
        Ok(Self)
    }
}

#[test]
fn what_is_read_whole_is_hidden() {
    let value = json!({"type": "a", "text": CANARY});
    assert!(Untagged::decode(&value).is_ok());
    assert!(wire::__private::decode_tagged_union::<Tagged, _>(&value).is_ok());
}

/// Reads every value as every type and looks for the canary in the error.
fn refuse<T: Decode>(values: &[Value]) {
    for value in values {
        let whole = T::decode(value).err();
        let text = value.to_string();
        let streamed = T::decode(&mut serde_json::Deserializer::from_str(&text)).err();
        for error in whole.into_iter().chain(streamed) {
            let error = error.to_string();
            assert!(!error.contains(CANARY) && !error.contains("10000000001"), "{error}");
        }
    }
}

#[test]
fn errors_hide_values() {
    let bad = [
        json!(CANARY),
        json!(10_000_000_001_i64),
        json!(-10_000_000_001_i64),
        json!(10_000_000_001.5),
        json!(10_000_000_001e200),
        json!([CANARY]),
        json!([10_000_000_001_i64]),
        json!({CANARY: 10_000_000_001_i64}),
        json!({CANARY: CANARY}),
        json!(true),
        Value::Null,
    ];
    let inside = |name: &str| bad.iter().map(|value| json!({name: value})).collect::<Vec<_>>();

    refuse::<String>(&bad);
    refuse::<bool>(&bad);
    refuse::<i32>(&bad);
    refuse::<i64>(&bad);
    refuse::<u32>(&bad);
    refuse::<u64>(&bad);
    refuse::<f64>(&bad);
    refuse::<Vec<i32>>(&bad);
    refuse::<std::collections::BTreeMap<String, i32>>(&bad);
    refuse::<wire::Id>(&bad);
    refuse::<wire::Secret>(&bad);
    refuse::<wire::Pii<i32>>(&bad);
    refuse::<wire::Patch<i32>>(&bad);
    refuse::<wire::DateTime>(&bad);
    refuse::<wire::EpochMillis>(&bad);
    refuse::<Option<Box<i32>>>(&bad);
    refuse::<Task>(&bad);
    refuse::<TaskState>(&bad);
    refuse::<Grade>(&bad);
    refuse::<Content>(&bad);
    refuse::<Target>(&bad);
    for name in ["task_id", "callee", "children", "labels", "ratio", "paused", "next", "created_at"] {
        refuse::<Task>(&inside(name));
    }
    for value in &bad {
        refuse::<Content>(&[
            json!({"type": "text", "parts": value}),
            json!({"type": "task", "labels": value}),
        ]);
    }
}
