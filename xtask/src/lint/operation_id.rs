//! `operation-id`: every operation has a name, and no two have the same.

use std::collections::HashMap;

use heck::ToSnakeCase;

use super::objects::Kind;
use super::survey::{Site, Survey};
use crate::finding::{Finding, Severity};
use crate::rule::Rule;

const RULE: Rule = Rule::OperationId;

/// Checks every operation. A callback may do without: it is named by its key.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let mut taken: HashMap<(&str, String), (&str, usize)> = HashMap::new();
    for operation in survey.of(Kind::Operation) {
        let Some(node) = operation.place.node.get("operationId") else {
            if !survey.is_incoming(operation) {
                findings.push(missing(survey, operation));
            }
            continue;
        };
        let Some(name) = node.as_str() else {
            continue;
        };
        let file = operation.place.document.path.as_str();
        let message = match taken.get(&(file, name.to_snake_case())) {
            None if name.to_snake_case().is_empty() => format!("`{name}` makes no name"),
            None => {
                taken.insert((file, name.to_snake_case()), (name, node.span.start.line));
                continue;
            }
            Some((first, line)) if *first == name => {
                format!("the operationId `{name}` is taken: line {line} has it too")
            }
            Some((first, line)) => {
                format!("the operationId `{name}` makes the same name as `{first}` in line {line}")
            }
        };
        let finding = operation.place.error(RULE, node.span, message);
        findings.push(finding.with_hint("give each operation a name of its own"));
    }
}

/// OpenAPI lets an operation go without a name; our own documents do not.
fn missing(survey: &Survey<'_>, operation: &Site<'_>) -> Finding {
    let message = format!("`{}` has no operationId", title(survey, operation));
    let finding = operation.place.error(RULE, operation.at, message);
    let is_ours = survey.is_ours(operation.place.document);
    let severity = if is_ours { Severity::Error } else { Severity::Warning };
    Finding { severity, ..finding }.with_hint("the method of the client is named after it: `createWorkflow`")
}

/// The method and path of an operation.
fn title(survey: &Survey<'_>, operation: &Site<'_>) -> String {
    let path = survey.parent(operation).map_or("", |path| path.name);
    format!("{} {path}", operation.name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, our_paths, paths};

    #[test]
    fn a_name_that_is_taken_is_found() {
        let text = paths(
            "/a:\n\
             \x20 get: {operationId: listCalls, responses: {default: {description: ''}}}\n\
             \x20 put: {operationId: listCalls, responses: {default: {description: ''}}}\n\
             \x20 delete: {operationId: list_Calls, responses: {default: {description: ''}}}\n",
        );
        assert_eq!(
            found("operation-id", &text),
            [
                "6:24: error: the operationId `listCalls` is taken: line 5 has it too",
                "7:27: error: the operationId `list_Calls` makes the same name as `listCalls` in line 5",
            ]
        );
    }

    #[test]
    fn an_operation_of_ours_needs_a_name() {
        let text = "/a:\n  get: {responses: {default: {description: ''}}}\n";
        assert_eq!(found("operation-id", &our_paths(text)), ["6:5: error: `GET /a` has no operationId"]);
        assert_eq!(found("operation-id", &paths(text)), ["5:5: warning: `GET /a` has no operationId"]);
    }
}
