//! Values by themselves: their JSON types, their sameness, how messages show them.

use crate::document::{Node, Value};
use crate::lint::survey::Place;

/// Whether a value is of the type, or of another that the format allows as well.
pub(super) fn fits_type(schema: Place<'_>, name: &str, value: &Node) -> bool {
    let is_epoch = || schema.text("format").is_some_and(|format| format.starts_with("epoch-"));
    has_type(name, value)
        || matches!((name, &value.value), ("integer" | "number", Value::String(_)) if is_epoch())
        || matches!((name, &value.value), ("string", Value::Number(_)) if is_epoch())
}

/// Whether a value is of a type; all are of a type that is not known.
pub fn has_type(name: &str, value: &Node) -> bool {
    match (name, &value.value) {
        ("string", value) => matches!(value, Value::String(_)),
        ("boolean", value) => matches!(value, Value::Bool(_)),
        ("number", value) => matches!(value, Value::Number(_)),
        ("integer", Value::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        ("array", value) => matches!(value, Value::Sequence(_)),
        ("object", value) => matches!(value, Value::Mapping(_)),
        ("integer", _) => false,
        _ => true,
    }
}

pub(super) fn article(name: &str) -> String {
    let article = if name.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Whether two values are the same to JSON.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a.to_json() == b.to_json(),
    }
}

/// The value as a key spells it.
pub fn plain(node: &Node) -> String {
    node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned)
}

/// A value in a message, cut where it is long.
pub fn shown(node: &Node) -> String {
    const SHOWN: usize = 40;
    let text = plain(node);
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("`{}..`", text.get(..at).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
