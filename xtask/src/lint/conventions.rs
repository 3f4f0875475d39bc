//! `effect`, `vendor`, `envelope` and `event`: what our own documents must say of each operation, and must not.

use super::objects::Kind;
use super::schema::property;
use super::survey::{Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

/// Checks every operation of our own documents.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for operation in survey.of(Kind::Operation) {
        if !survey.is_ours(operation.place.document) {
            continue;
        }
        findings.extend(vendor(operation));
        if !survey.is_incoming(operation) {
            findings.extend(effect(operation));
            findings.extend(event(operation));
            envelope(survey, operation, findings);
        }
    }
}

/// Only the vendor's page can say whether sending twice does a thing twice; the method does not.
fn effect(operation: &Site<'_>) -> Option<Finding> {
    let place = operation.place;
    if !matches!(operation.name, "post" | "patch") || place.node.get("x-effect").is_some() {
        return None;
    }
    let message = format!("a {} must say its effect", operation.name.to_uppercase());
    let finding = place.error(Rule::Effect, operation.at, message);
    Some(finding.with_hint("add `x-effect`: `safe` (only reads), `idempotent` (twice is once) or `unsafe`"))
}

/// What is sent is no event.
fn event(operation: &Site<'_>) -> Option<Finding> {
    let place = operation.place;
    let entry = place.node.as_mapping().and_then(|mapping| mapping.entry("x-event"))?;
    let finding = place.error(Rule::Event, entry.key_span, "`x-event` says nothing about what is sent");
    Some(finding.with_hint("it stands in a callback, under `x-webhooks` or `callbacks`"))
}

fn vendor(operation: &Site<'_>) -> Option<Finding> {
    let place = operation.place;
    let Some(entry) = place.node.as_mapping().and_then(|mapping| mapping.entry("x-vendor")) else {
        let finding = place.error(Rule::Vendor, operation.at, "the operation does not say where it is from");
        return Some(finding.with_hint("add `x-vendor: {rows: [..], page: .., evidence: documented}`"));
    };
    if entry.value.as_mapping().is_none() || entry.value.get("evidence").is_some() {
        return None;
    }
    let finding = place.error(Rule::Vendor, entry.key_span, "`x-vendor` does not say how we know");
    Some(finding.with_hint("add `evidence`: `documented`, `observed` or `assumed`"))
}

/// Answers are written whole: without its envelope the client would look for a code that never comes.
fn envelope(survey: &Survey<'_>, operation: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(code) = operation.place.document.root.get("x-envelope").and_then(|it| it.get("code")?.as_str())
    else {
        return;
    };
    for (status, media) in json_answers(survey, operation) {
        let Some(schema) = media.place.get("schema") else {
            continue;
        };
        if property(survey, schema, code).is_none() {
            let message = format!("the answer {status} has no property `{code}`");
            let finding = media.place.error(Rule::Envelope, media.at, message);
            findings.push(
                finding.with_hint("write the answer whole: `allOf: [Envelope, {properties: {data: ..}}]`"),
            );
        }
    }
}

/// The JSON bodies of the good answers that are written in the operation or in a shared response.
pub(super) fn json_answers<'s, 'a>(
    survey: &'s Survey<'a>,
    operation: &Site<'a>,
) -> Vec<(&'a str, &'s Site<'a>)> {
    let mut answers = Vec::new();
    for entry in operation.place.map("responses").iter().filter(|entry| entry.key.starts_with('2')) {
        let response = survey.follow(operation.place.with(&entry.value)).and_then(|place| survey.site(place));
        let Some(response) = response else {
            continue;
        };
        for media in survey.inside(response, Kind::MediaType) {
            if media.via == "content" && is_json(media.name) && is_direct(survey, media, response) {
                answers.push((entry.key.as_str(), media));
            }
        }
    }
    answers
}

/// A header of a response may have content of its own.
fn is_direct(survey: &Survey<'_>, media: &Site<'_>, response: &Site<'_>) -> bool {
    survey.parent(media).is_some_and(|parent| parent.place.id() == response.place.id())
}

/// Whether a media type is JSON.
pub(super) fn is_json(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, our_paths, paths};

    const BARE: &str = "/a:\n  post: {operationId: a, responses: {'204': {description: ''}}}\n";

    #[test]
    fn a_post_says_its_effect() {
        assert_eq!(found("effect", &our_paths(BARE)), ["6:5: error: a POST must say its effect"]);
        assert!(found("effect", &paths(BARE)).is_empty());
    }

    #[test]
    fn only_a_callback_is_an_event() {
        let text = our_paths("/a:\n  get: {x-event: {fields: [a]}, responses: {'204': {description: ''}}}\n");
        assert_eq!(found("event", &text), ["6:11: error: `x-event` says nothing about what is sent"]);
    }

    #[test]
    fn an_operation_says_how_we_know() {
        assert_eq!(
            found("vendor", &our_paths(BARE)),
            ["6:5: error: the operation does not say where it is from"]
        );
        let text =
            our_paths("/a:\n  get:\n    x-vendor: {title: A}\n    responses: {'204': {description: ''}}\n");
        assert_eq!(found("vendor", &text), ["7:7: error: `x-vendor` does not say how we know"]);
    }

    #[test]
    fn an_answer_is_written_with_its_envelope() {
        let answer = |schema| {
            our_paths(&format!(
                "/a:\n  get:\n    operationId: a\n    responses:\n      '200':\n        description: ''\n        content:\n          application/json:\n            schema: {schema}\n"
            )) + "x-envelope: {code: code, message: message, data: data, success: [200]}\n"
        };
        assert_eq!(
            found("envelope", &answer("{type: object}")),
            ["12:13: error: the answer 200 has no property `code`"]
        );
        let whole = "{allOf: [{properties: {code: {type: integer}}}]}";
        assert!(found("envelope", &answer(whole)).is_empty());
    }
}
