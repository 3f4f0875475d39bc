//! What OpenAPI 3.1 says otherwise than 3.0, in the words of 3.0.

use serde_json::json;

use super::objects::Kind;
use super::survey::Place;
use crate::document::{Entry, Node, Value};
use crate::finding::Edit;

/// The edits for a key that 3.0 does not have, where it can say the same.
pub(super) fn key(kind: Kind, place: Place<'_>, entry: &Entry) -> Vec<Edit> {
    let edits = || {
        let (name, value) = match entry.key.as_str() {
            "const" => ("enum", json!([scalar(&entry.value)?])),
            "examples" => match entry.value.items() {
                [only] => ("example", scalar(only)?),
                _ => return None,
            },
            _ => return None,
        };
        let at = place.pointer().filter(|_| kind == Kind::Schema && place.get(name).is_none())?;
        Some(vec![Edit::Rename(at.child(&entry.key), name.to_owned()), Edit::Set(at.child(name), value)])
    };
    edits().unwrap_or_default()
}

/// The edits for a value of a schema's key that has another type in 3.0.
pub(super) fn value(schema: Place<'_>, key: &str, value: &Node) -> Vec<Edit> {
    match key {
        "type" => types(schema, value),
        "exclusiveMinimum" => bound(schema, key, "minimum", value),
        "exclusiveMaximum" => bound(schema, key, "maximum", value),
        _ => None,
    }
    .unwrap_or_default()
}

/// `[string, 'null']` is a string that may be null, unless an enum says otherwise.
fn types(schema: Place<'_>, value: &Node) -> Option<Vec<Edit>> {
    let names: Vec<_> = value.items().iter().map(Node::as_str).collect::<Option<_>>()?;
    let (name, is_nullable) = match names.as_slice() {
        [name] if *name != "null" => (*name, false),
        [name, "null"] | ["null", name] if *name != "null" => (*name, true),
        _ => return None,
    };
    let at = schema.pointer()?;
    let mut edits = vec![Edit::Set(at.child("type"), json!(name))];
    if is_nullable {
        if schema.get("enum").is_some() || schema.get("nullable").is_some() {
            return None;
        }
        edits.push(Edit::Set(at.child("nullable"), json!(true)));
    }
    Some(edits)
}

fn bound(schema: Place<'_>, key: &str, name: &str, value: &Node) -> Option<Vec<Edit>> {
    value.as_number().filter(|_| schema.get(name).is_none())?;
    let at = schema.pointer()?;
    Some(vec![Edit::Rename(at.child(key), name.to_owned()), Edit::Set(at.child(key), json!(true))])
}

fn scalar(value: &Node) -> Option<serde_json::Value> {
    let is_scalar = matches!(value.value, Value::String(_) | Value::Number(_) | Value::Bool(_));
    is_scalar.then(|| value.to_json())
}
