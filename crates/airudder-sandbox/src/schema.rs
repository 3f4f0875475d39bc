//! JSON Schemas of the documents, and what a value breaks of them, in words that name the field.

use std::str::FromStr;
use std::sync::LazyLock;

use airudder_wire::{Date, DateTime, LocalTime, OffsetTime};
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::Location;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value as Json;

use crate::generated::DEFINITIONS;

/// A schema ready for use.
#[derive(Debug)]
pub(crate) struct Schema(Option<Validator>);

impl Schema {
    /// Makes a schema from its text. The generator writes the texts, and a test makes all of them: one that is none
    /// would take every value.
    pub fn new(text: &str) -> Self {
        Self(validator(&json(text)).ok())
    }

    /// What a value breaks; `name` stands for the value itself.
    pub fn violations(&self, name: &str, value: &Json) -> Vec<String> {
        let Some(validator) = &self.0 else { return Vec::new() };
        // Whether there is a violation is found out much faster than which one.
        if validator.is_valid(value) {
            return Vec::new();
        }
        let mut violations: Vec<_> =
            validator.iter_errors(value).map(|error| violation(name, &error)).collect();
        violations.dedup();
        violations
    }

    /// Whether a value fits.
    pub fn fits(&self, value: &Json) -> bool {
        self.0.as_ref().is_none_or(|validator| validator.is_valid(value))
    }

    #[cfg(test)]
    fn is_ready(&self) -> bool {
        self.0.is_some()
    }
}

/// JSON from a text that the generator wrote.
pub(crate) fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_default()
}

fn validator(schema: &Json) -> Result<Validator, ValidationError<'static>> {
    static REGISTRY: LazyLock<Option<jsonschema::Registry<'static>>> = LazyLock::new(|| {
        jsonschema::Registry::new().add("urn:definitions", json(DEFINITIONS)).ok()?.prepare().ok()
    });
    let mut options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .with_format("vendor-local-time", is::<LocalTime>)
        .with_format("vendor-offset-time", is::<OffsetTime>)
        .with_format("date", is::<Date>)
        .with_format("date-time", is::<DateTime>);
    if let Some(registry) = &*REGISTRY {
        options = options.with_registry(registry);
    }
    options.build(schema)
}

fn is<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

/// One violation in words. The value itself is left out: it may be personal.
fn violation(name: &str, error: &ValidationError<'_>) -> String {
    let path = path(name, error.instance_path());
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            let path = if path.is_empty() { property.to_owned() } else { format!("{path}.{property}") };
            format!("`{path}` is missing")
        }
        ValidationErrorKind::Enum { options } => format!("`{}` is none of {options}", shown(&path)),
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            nearest(name, context)
                .unwrap_or_else(|| format!("`{}` has none of the allowed forms", shown(&path)))
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            format!("`{}` could be more than one of the allowed forms", shown(&path))
        }
        _ => error.masked_with(format!("`{}`", shown(&path))).to_string(),
    }
}

/// The violation of the alternative that came nearest to fitting: the one whose violation lies deepest.
fn nearest(name: &str, alternatives: &[Vec<ValidationError<'_>>]) -> Option<String> {
    let depth = |error: &ValidationError<'_>| error.instance_path().as_str().matches('/').count();
    let deepest =
        alternatives.iter().filter_map(|violations| violations.iter().max_by_key(|error| depth(error)));
    let deepest = deepest.max_by_key(|error| depth(error))?;
    let shallowest = alternatives.iter().flatten().map(depth).min()?;
    (depth(deepest) > shallowest).then(|| violation(name, deepest))
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the body" } else { path }
}

/// A place as people write it: `details[0].callee_number`.
fn path(name: &str, location: &Location) -> String {
    let mut path = name.to_owned();
    for segment in location.as_str().split('/').skip(1) {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{segment}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&segment.replace("~1", "/").replace("~0", "~"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_schema_is_one() {
        for entry in Catalog::get().entries() {
            let id = entry.operation.id;
            assert!(entry.body().is_ready(), "{id}");
            assert!(entry.answer().is_ready(), "{id}");
            assert!(entry.parameters().all(|(_, schema)| schema.is_ready()), "{id}");
        }
        for callback in crate::generated::DOCUMENTS.iter().flat_map(|document| document.callbacks) {
            assert!(Schema::new(callback.schema).is_ready(), "{}", callback.id);
        }
    }

    #[test]
    fn examples_fit() {
        for entry in Catalog::get().entries() {
            if entry.operation.answer.media == "application/json" {
                assert_eq!(entry.answer().violations("", entry.example()), [""; 0], "{}", entry.operation.id);
            }
        }
        for callback in crate::generated::DOCUMENTS.iter().flat_map(|document| document.callbacks) {
            assert_eq!(
                Schema::new(callback.schema).violations("", &json(callback.example)),
                [""; 0],
                "{}",
                callback.id
            );
        }
    }

    #[test]
    fn a_violation_names_its_field() {
        let schema = Schema::new(
            r#"{"type": "object", "required": ["a"], "properties": {
                "b": {"items": {"properties": {"c": {"type": "integer"}}}},
                "d": {"enum": ["x", "y"]}, "e": {"type": "string", "format": "vendor-local-time"},
                "f": {"oneOf": [{"required": ["g"]}, {"properties": {"h": {"type": "string"}}, "required": ["h"]}]}}}"#,
        );
        let value = json!({"b": [{"c": 1}, {"c": "secret"}], "d": "z", "e": "noon", "f": {"h": 1}});
        let mut violations = schema.violations("", &value);
        violations.sort();
        let expected = [
            "`a` is missing",
            "`b[1].c` is not of type \"integer\"",
            "`d` is none of [\"x\",\"y\"]",
            "`e` is not a \"vendor-local-time\"",
            "`f.h` is not of type \"string\"",
        ];
        assert_eq!(violations, expected);
    }
}
