//! What holds for any input.

use std::collections::BTreeMap;

use airudder_wire as wire;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wire::Decode;

use crate::sample::*;

/// Any JSON, with floats that every parser reads exactly and that have a fraction.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|value| json!(f64::from(value) / 8.0 + 0.0625)),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(".{0,6}", inner, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|value| json!(f64::from(value) / 8.0 + 0.0625)),
        any::<bool>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ]
}

/// Any task whose fields fit, as JSON, with unknown fields, enum values and variants.
fn any_task() -> impl Strategy<Value = Map<String, Value>> {
    let fields = (
        prop_oneof![any::<i64>().prop_map(Value::from), ".{0,8}".prop_map(Value::from)],
        any_scalar(),
        prop_oneof![any::<i64>().prop_map(Value::from), "[a-z]{1,8}".prop_map(Value::from)],
        prop_oneof![".{1,8}", "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}"].prop_map(Value::from),
        any_content(),
        any_json().prop_filter("null is absent", |value| !value.is_null()),
        btree_map(".{0,4}", vec(any::<i64>(), 0..3), 0..3).prop_map(|labels| json!(labels)),
        // Names that no field has in any case.
        btree_map("x_.{0,4}", any_json(), 0..3),
    );
    let task = (fields, any::<u16>()).prop_map(
        |((id, state, grade, time, content, extra, labels, unknown), mask)| {
            let names = ["task_id", "state", "grade", "created_at", "content", "target", "extra", "labels"];
            let values = [id, state, grade, time, content, extra.clone(), extra, labels];
            let known = names.into_iter().zip(values).enumerate();
            let kept = known.filter(|(index, _)| mask & (1 << index) != 0);
            let known = kept.map(|(_, (name, value))| (name.to_owned(), value));
            known.chain(unknown).collect::<Map<_, _>>()
        },
    );
    task.prop_recursive(3, 12, 3, |inner| {
        (inner.clone(), vec(inner.clone(), 0..3), inner).prop_map(
            |(mut task, children, next): (Map<_, _>, Vec<_>, _)| {
                task.insert("children".to_owned(), children.into());
                task.insert("next".to_owned(), Value::Object(next));
                task
            },
        )
    })
}

fn any_content() -> impl Strategy<Value = Value> {
    prop_oneof![
        ".{0,8}".prop_map(|text| json!({"type": "text", "text": text, "parts": []})),
        any_json().prop_map(|value| json!({"type": "task", "x_": value})),
        ("[f-r]{0,4}", any_json()).prop_map(|(tag, value)| json!({"type": tag, "x": value})),
        any_json().prop_filter("null is absent", |value| !value.is_null()),
    ]
}

fn written<T: serde::Serialize>(value: T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

proptest! {
    #[test]
    fn nothing_is_lost(value in any_task()) {
        let value = Value::Object(value);
        let streamed: Task = serde_json::from_str(&value.to_string()).unwrap();
        prop_assert_eq!(written(&streamed), value.clone());
        let whole = Task::decode(&value).unwrap();
        prop_assert_eq!(&whole, &streamed);
        prop_assert_eq!(serde_json::from_str::<Task>(&serde_json::to_string(&whole).unwrap()).unwrap(), whole);
    }

    #[test]
    fn any_json_is_read_or_refused(value in any_json()) {
        let streamed = serde_json::from_str::<Task>(&value.to_string()).map_err(drop);
        prop_assert_eq!(streamed, Task::decode(&value).map_err(drop));
        // Unions keep what they do not know.
        prop_assert_eq!(written(Target::decode(&value).unwrap()), value.clone());
        if value.get("type").and_then(Value::as_str).is_none() {
            prop_assert_eq!(written(Content::decode(&value).unwrap()), value);
        }
    }

    #[test]
    fn open_enums_keep_every_scalar(value in any_scalar()) {
        prop_assert_eq!(written(TaskState::decode(&value).unwrap()), value.clone());
        let grade = Grade::decode(&value).unwrap();
        if matches!(grade, Grade::Unknown(_)) {
            prop_assert_eq!(written(grade), value);
        }
    }

    #[test]
    fn ids_come_back_in_their_form(value in prop_oneof![any::<i64>().prop_map(Value::from), any::<u64>().prop_map(Value::from), ".*".prop_map(Value::from)]) {
        let id = wire::Id::decode(&value).unwrap();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        prop_assert_eq!(id.as_str(), text.as_str());
        prop_assert_eq!(&id, &wire::Id::from(text));
        prop_assert_eq!(written(&id), value);
    }

    #[test]
    fn integers_are_exact_or_refused(value in any_scalar()) {
        let exact = match &value {
            Value::Number(number) if number.is_f64() => number.as_f64().filter(|value| value.fract() == 0.0).map(|value| value as i128),
            Value::Number(number) => number.to_string().parse().ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        prop_assert_eq!(i64::decode(&value).ok(), exact.and_then(|value: i128| value.try_into().ok()));
        prop_assert_eq!(u64::decode(&value).ok(), exact.and_then(|value: i128| value.try_into().ok()));
        prop_assert_eq!(i32::decode(&value).ok(), exact.and_then(|value: i128| value.try_into().ok()));
        prop_assert_eq!(u32::decode(&value).ok(), exact.and_then(|value: i128| value.try_into().ok()));
    }

    #[test]
    fn numbers_are_read_from_strings(integer in any::<i64>(), float in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
        prop_assert_eq!(i64::decode(&json!(integer.to_string())).unwrap(), integer);
        prop_assert_eq!(f64::decode(&json!(float.to_string())).unwrap(), float);
        prop_assert_eq!(f64::decode(&json!(float)).unwrap(), float);
        prop_assert_eq!(String::decode(&json!(integer)).unwrap(), integer.to_string());
    }

    #[test]
    fn times_come_back_as_they_were(value in prop_oneof![".{1,12}", "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:]{8}([.][0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"]) {
        let value = Value::from(value);
        prop_assert_eq!(written(wire::Date::decode(&value).unwrap()), value.clone());
        prop_assert_eq!(written(wire::LocalTime::decode(&value).unwrap()), value.clone());
        prop_assert_eq!(written(wire::OffsetTime::decode(&value).unwrap()), value.clone());
        prop_assert_eq!(written(wire::DateTime::decode(&value).unwrap()), value.clone());
        prop_assert_eq!(written(wire::EpochMillis::decode(&value).unwrap()), value);
    }

    #[test]
    fn new_times_parse_strictly(seconds in -62_135_510_400_i64..253_402_214_400, quarters in -56..=56_i32) {
        let offset = quarters * 900;
        let time = wire::OffsetTime::from_unix_seconds(seconds, offset).unwrap();
        prop_assert_eq!(time.unix_seconds(), Some(seconds));
        prop_assert_eq!(time.utc_offset_seconds(), Some(offset));
        prop_assert_eq!(&time.to_string().parse::<wire::OffsetTime>().unwrap(), &time);

        let utc = wire::DateTime::from_unix_seconds(seconds).unwrap();
        prop_assert_eq!(utc.unix_seconds(), Some(seconds));
        prop_assert_eq!(&utc.to_string().parse::<wire::DateTime>().unwrap(), &utc);

        // Ordered by the moment, whatever the offset.
        let later = wire::OffsetTime::from_unix_seconds(seconds + 1, -offset).unwrap();
        prop_assert!(time < later);
    }

    #[test]
    fn epochs_keep_their_form(value in any::<i64>(), as_text in any::<bool>()) {
        let value_on_wire = if as_text { json!(value.to_string()) } else { json!(value) };
        let time = wire::EpochMillis::decode(&value_on_wire).unwrap();
        prop_assert_eq!(time.value(), Some(value));
        prop_assert_eq!(&time, &wire::EpochMillis::new(value));
        prop_assert_eq!(written(time), value_on_wire);
    }

    #[test]
    fn patches_round_trip(value in any::<Option<i64>>()) {
        let patch = wire::Patch::from(value);
        prop_assert_eq!(wire::Patch::<i64>::decode(&written(patch)).unwrap(), patch);
    }

    #[test]
    fn maps_and_lists_round_trip(map in btree_map(".{0,4}", vec(any::<Option<i64>>(), 0..4), 0..4)) {
        let value = written(&map);
        prop_assert_eq!(BTreeMap::<String, Vec<Option<i64>>>::decode(&value).unwrap(), map);
    }
}
