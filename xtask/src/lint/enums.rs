//! `enum`: the values of an enum are of its type, and each stands once; `x-enum` speaks of values that are there.

use std::collections::HashMap;

use serde_json::json;

use super::nearest::nearest;
use super::objects::Kind;
use super::survey::{Place, Site, Survey};
use super::validate::{Direction, Fault, has_type, plain, shown, validate};
use crate::document::{Node, Value};
use crate::finding::{Edit, Finding, Severity};
use crate::rule::Rule;

const RULE: Rule = Rule::Enum;

/// Checks every enum.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for schema in survey.of(Kind::Schema) {
        if let Some(values) = schema.place.node.get("enum") {
            members(survey, schema, values, findings);
        }
        described(schema, findings);
    }
}

fn members(survey: &Survey<'_>, schema: &Site<'_>, values: &Node, findings: &mut Vec<Finding>) {
    let place = schema.place;
    if values.items().is_empty() && matches!(values.value, Value::Sequence(_)) {
        findings.push(place.error(RULE, values.span, "an enum needs at least one value"));
    }
    let mut seen = HashMap::new();
    for item in values.items() {
        if let Some(line) = seen.insert(item.to_json().to_string(), item.span.start.line) {
            let message = format!("the value {} stands twice, first in line {line}", shown(item));
            let fix = place.with(item).pointer().map(Edit::Remove);
            findings
                .push(place.error(RULE, item.span, message).with_hint("keep one of the two").with_fix(fix));
        }
        let Some(name) = place.text("type") else {
            continue;
        };
        if !has_type(name, item) && !matches!(item.value, Value::Null) {
            let message = format!("the enum is of type {name}, but {} is {}", shown(item), item.value.kind());
            let finding = place.error(RULE, item.span, message);
            findings.push(match (name, &item.value) {
                ("string", Value::Number(_) | Value::Bool(_)) => {
                    finding.with_hint("put it in quotes").with_fix(quoting(place.with(item), values))
                }
                ("integer" | "number" | "boolean", Value::String(_)) => {
                    finding.with_hint("take off the quotes")
                }
                _ => finding,
            });
        } else if matches!(item.value, Value::Null) && !place.flag("nullable") {
            let finding = place.error(RULE, item.span, "null is a value, but the schema is not nullable");
            findings.push(finding.with_hint("add `nullable: true`, or take null away"));
        } else {
            findings.extend(misfits(survey, place, item));
        }
    }
}

/// The edit that makes a value text, where the others are: else the type may be what is wrong.
fn quoting(item: Place<'_>, values: &Node) -> Option<Edit> {
    let text = item.document.source(item.node)?;
    let mut others = values.items().iter().filter_map(Node::as_str).peekable();
    let is_sure = others.peek().is_some() && others.all(|other| other != text);
    Some(Edit::Set(item.pointer().filter(|_| is_sure)?, json!(text)))
}

/// What the rest of the schema says of a value. Nothing is made of it, so others may get theirs wrong.
fn misfits(survey: &Survey<'_>, schema: Place<'_>, item: &Node) -> Vec<Finding> {
    let severity = if survey.is_ours(schema.document) { Severity::Error } else { Severity::Warning };
    let faults = validate(survey, schema, item, "value", Direction::Any).into_iter();
    let finding = |fault: Fault| Finding {
        severity,
        hint: fault.hint,
        ..schema.error(RULE, fault.span, fault.message)
    };
    faults.map(finding).collect()
}

fn described(schema: &Site<'_>, findings: &mut Vec<Finding>) {
    let place = schema.place;
    let values: Vec<_> = place.list("enum").map(|item| plain(item.node)).collect();
    for entry in place.map("x-enum").iter().filter(|entry| !values.contains(&entry.key)) {
        let message = format!("`x-enum` speaks of `{}`, which is not a value of `enum`", entry.key);
        let finding = place.error(RULE, entry.key_span, message);
        findings.push(match nearest(&entry.key, values.iter().map(String::as_str)) {
            Some(name) => finding.with_hint(format!("did you mean `{name}`?")),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn values_are_of_the_type_and_stand_once() {
        let text = schemas(
            "A: {type: string, enum: [a, 1, a, null], x-enum: {b: what it means}}\nB: {type: integer, enum: [1, '2']}\n",
        );
        assert_eq!(
            found("enum", &text),
            [
                "6:33: error: the enum is of type string, but `1` is an integer",
                "6:36: error: the value `a` stands twice, first in line 6",
                "6:39: error: null is a value, but the schema is not nullable",
                "6:55: error: `x-enum` speaks of `b`, which is not a value of `enum`",
                "7:34: error: the enum is of type integer, but `2` is a string",
            ]
        );
    }

    #[test]
    fn values_fit_the_rest_of_the_schema() {
        let text = schemas("A: {type: string, maxLength: 2, enum: [ab, abc]}\n");
        assert_eq!(
            found("enum", &text),
            ["6:48: warning: the value has 3 characters, but must have at most 2"]
        );
    }
}
