//! `example-missing`: our own documents show every request, answer and callback once.
//! The examples are the tests, the documentation and the sandbox's answers.

use super::conventions::{is_json, json_answers};
use super::objects::Kind;
use super::survey::{Place, Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

const RULE: Rule = Rule::ExampleMissing;

/// Checks every operation of our own documents.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for operation in survey.of(Kind::Operation) {
        if !survey.is_ours(operation.place.document) {
            continue;
        }
        findings.extend(body(survey, operation));
        if !survey.is_incoming(operation) {
            parameters(survey, operation, findings);
            answers(survey, operation, findings);
        }
    }
}

fn has_example(place: Place<'_>) -> bool {
    place.node.get("example").is_some() || !place.map("examples").is_empty()
}

fn body(survey: &Survey<'_>, operation: &Site<'_>) -> Option<Finding> {
    let body = survey.follow(operation.place.get("requestBody")?)?;
    let content = body.map("content");
    let entry = content.iter().find(|entry| is_json(&entry.key))?;
    if content.iter().any(|entry| has_example(body.with(&entry.value))) {
        return None;
    }
    let what = if survey.is_incoming(operation) { "callback" } else { "request" };
    let finding = body.error(RULE, entry.key_span, format!("the {what} has no example body"));
    Some(finding.with_hint("add `example:` beside `schema`"))
}

/// What must be sent must be shown; what may be left out may be left out here too.
fn parameters(survey: &Survey<'_>, operation: &Site<'_>, findings: &mut Vec<Finding>) {
    let shared = survey.parent(operation).map(|path| path.place);
    let lists = shared.into_iter().chain([operation.place]).flat_map(|owner| owner.list("parameters"));
    let parameters: Vec<_> = lists.filter_map(|item| Some((item, survey.follow(item)?))).collect();
    let shown = |parameter: Place<'_>| {
        let schema = parameter.get("schema").and_then(|schema| survey.follow(schema));
        let in_schema =
            |schema: Place<'_>| ["example", "default", "enum"].iter().any(|key| schema.get(key).is_some());
        let in_content =
            || parameter.map("content").iter().any(|entry| has_example(parameter.with(&entry.value)));
        has_example(parameter) || schema.is_some_and(in_schema) || in_content()
    };
    for (item, parameter) in parameters.iter().filter(|(_, it)| it.flag("required") && !shown(*it)) {
        let name = parameter.text("name").unwrap_or_default();
        let span = item.node.get("name").unwrap_or(item.node).span;
        let finding = item.error(RULE, span, format!("the parameter `{name}` has no example"));
        findings.push(finding.with_hint("add `example:` to it"));
    }
    let has_body = operation.place.get("requestBody").is_some();
    if !has_body
        && !parameters.is_empty()
        && !parameters.iter().any(|(_, it)| it.flag("required") || shown(*it))
    {
        let finding =
            operation.place.error(RULE, operation.at, "no parameter of the operation has an example");
        findings.push(finding.with_hint("add `example:` to those that are commonly sent"));
    }
}

fn answers(survey: &Survey<'_>, operation: &Site<'_>, findings: &mut Vec<Finding>) {
    for (status, media) in json_answers(survey, operation) {
        if !has_example(media.place) {
            let finding = media.place.error(RULE, media.at, format!("the answer {status} has no example"));
            findings.push(finding.with_hint("add `example:` beside `schema`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, our_paths, paths};

    const TEXT: &str = "/a/{id}:\n\
        \x20 post:\n\
        \x20   operationId: a\n\
        \x20   parameters:\n\
        \x20   - {name: id, in: path, required: true, schema: {type: string}}\n\
        \x20   requestBody: {content: {application/json: {schema: {type: object}}}}\n\
        \x20   responses: {'200': {description: '', content: {application/json: {schema: {type: object}}}}}\n";

    #[test]
    fn requests_and_answers_are_shown() {
        assert_eq!(
            found("example-missing", &our_paths(TEXT)),
            [
                "9:16: error: the parameter `id` has no example",
                "10:31: error: the request has no example body",
                "11:54: error: the answer 200 has no example",
            ]
        );
        assert!(found("example-missing", &paths(TEXT)).is_empty());
    }

    #[test]
    fn callbacks_are_shown() {
        let text = our_paths("/a: {}\n")
            + "x-webhooks:\n  done:\n    post: {requestBody: {content: {application/json: {schema: {}}}}, responses: {}}\n";
        assert_eq!(found("example-missing", &text), ["8:36: error: the callback has no example body"]);
    }
}
