//! Answers with values and fields that the documents do not know.

use std::sync::LazyLock;

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value as Json};

use crate::catalog::Entry;
use crate::generated::DEFINITIONS;
use crate::schema::json;

/// What stands for what is not known.
const UNKNOWN: &str = "sandbox_unknown";
/// The same where numbers are listed.
const UNKNOWN_NUMBER: i64 = 987;

/// An answer, altered below its envelope; one that is no JSON, or no success, stays as it is.
pub(super) fn answer(
    entry: Option<&Entry>,
    response: Response<Bytes>,
    alter: fn(&Map<String, Json>, &mut Json),
) -> Response<Bytes> {
    let Some(entry) = entry.filter(|_| response.status().is_success()) else { return response };
    let Ok(mut body) = serde_json::from_slice::<Json>(response.body()) else { return response };
    let schema = json(entry.operation.answer.schema);
    match entry.document.envelope {
        Some(envelope) => {
            if let Some(data) = body.get_mut(envelope.data) {
                walk_property(&schema, envelope.data, data, alter);
            }
        }
        None => walk(&schema, &mut body, alter),
    }
    response.map(|_| Bytes::from(body.to_string()))
}

/// Puts a value where the schema lists values.
pub(super) fn unknown_values(schema: &Map<String, Json>, value: &mut Json) {
    if schema.contains_key("enum") {
        match value {
            Json::String(text) => UNKNOWN.clone_into(text),
            Json::Number(number) => *number = UNKNOWN_NUMBER.into(),
            _ => {}
        }
    }
}

/// Adds a field where the schema has an object with fields.
pub(super) fn unknown_fields(schema: &Map<String, Json>, value: &mut Json) {
    if let (Some(object), true) = (value.as_object_mut(), schema.contains_key("properties")) {
        object.insert(UNKNOWN.to_owned(), UNKNOWN.into());
    }
}

/// Alters a value and all that is in it, by its schema.
fn walk(schema: &Json, value: &mut Json, alter: fn(&Map<String, Json>, &mut Json)) {
    let Some(schema) = resolved(schema).as_object() else { return };
    for part in parts(schema) {
        walk(part, value, alter);
    }
    match value {
        Json::Array(items) => {
            let schema = schema.get("items").unwrap_or(&Json::Null);
            items.iter_mut().for_each(|item| walk(schema, item, alter));
        }
        Json::Object(fields) => {
            let properties = schema.get("properties").and_then(Json::as_object);
            for (name, value) in fields {
                if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                    walk(schema, value, alter);
                }
            }
        }
        _ => {}
    }
    alter(schema, value);
}

/// Alters the value of one property of an object.
fn walk_property(schema: &Json, name: &str, value: &mut Json, alter: fn(&Map<String, Json>, &mut Json)) {
    let Some(schema) = resolved(schema).as_object() else { return };
    for part in parts(schema) {
        walk_property(part, name, value, alter);
    }
    if let Some(schema) = schema.get("properties").and_then(|properties| properties.get(name)) {
        walk(schema, value, alter);
    }
}

/// The schemas that a schema is made of.
fn parts(schema: &Map<String, Json>) -> impl Iterator<Item = &Json> {
    let lists = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|name| schema.get(name)?.as_array());
    lists.flatten()
}

/// The schema that a reference leads to.
fn resolved(schema: &Json) -> &Json {
    static ALL: LazyLock<Json> = LazyLock::new(|| json(DEFINITIONS));
    let reference = schema.get("$ref").and_then(Json::as_str);
    let name = reference.and_then(|reference| reference.strip_prefix("urn:definitions#/"));
    name.and_then(|name| ALL.get(name)).unwrap_or(schema)
}
