//! `responses`: every operation says what it answers.

use super::objects::Kind;
use super::survey::{Site, Survey};
use crate::document::Value;
use crate::finding::{Edit, Finding};
use crate::rule::Rule;

const RULE: Rule = Rule::Responses;

/// Checks every operation.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for operation in survey.of(Kind::Operation) {
        if operation.place.node.get("responses").is_none() {
            let finding = operation.place.error(RULE, operation.at, "the operation has no `responses`");
            findings.push(finding.with_hint("add `responses: {'200': {description: ..}}`"));
        }
    }
    for responses in survey.of(Kind::Responses) {
        let entries = responses.place.node.entries();
        if entries.is_empty() && matches!(responses.place.node.value, Value::Mapping(_)) {
            let finding = responses.place.error(RULE, responses.at, "there must be at least one response");
            findings.push(finding.with_hint("add `'200': {description: ..}`"));
        }
        for entry in entries.iter().filter(|entry| !is_status(&entry.key)) {
            let message = format!("`{}` is not a status", entry.key);
            let finding = responses.place.error(RULE, entry.key_span, message);
            let fix = range(responses, &entry.key);
            findings
                .push(finding.with_fix(fix).with_hint("a status is `200`, a range like `4XX`, or `default`"));
        }
    }
}

/// The edit that writes a range in capitals.
fn range(responses: &Site<'_>, key: &str) -> Option<Edit> {
    let name = key.to_ascii_uppercase();
    let is_right = is_status(&name) && responses.place.get(&name).is_none();
    Some(Edit::Rename(responses.place.pointer().filter(|_| is_right)?.child(key), name))
}

fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] | [b'1'..=b'5', b'X', b'X'] => true,
        _ => key == "default" || key.starts_with("x-"),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, paths};

    #[test]
    fn missing_and_odd_responses_are_found() {
        let text = paths(
            "/a:\n  get: {operationId: a}\n  put: {operationId: b, responses: {}}\n  head: {operationId: c, responses: {ok: {description: ''}}}\n",
        );
        assert_eq!(
            found("responses", &text),
            [
                "5:5: error: the operation has no `responses`",
                "6:27: error: there must be at least one response",
                "7:40: error: `ok` is not a status",
            ]
        );
    }
}
