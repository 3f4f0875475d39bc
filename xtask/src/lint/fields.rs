//! `pagination` and `batch`: what `x-pagination` and `x-batch` name is there.

use super::conventions::json_answers;
use super::nearest::{list, nearest};
use super::objects::Kind;
use super::schema::{ALL_OF, property, property_names};
use super::survey::{Place, Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

/// Checks every operation that pages or sends in batches.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for operation in survey.of(Kind::Operation) {
        if let Some(batch) = operation.place.get("x-batch") {
            check_batch(survey, operation, batch, findings);
        }
        if let Some(pagination) = operation.place.get("x-pagination") {
            check_pagination(survey, operation, pagination, findings);
        }
    }
}

fn check_batch<'a>(survey: &Survey<'a>, operation: &Site<'a>, batch: Place<'a>, findings: &mut Vec<Finding>) {
    let mut find =
        |place: Place<'_>, message: &str| findings.push(place.error(Rule::Batch, place.node.span, message));
    let number = |key| batch.get(key).and_then(|place| Some((place, place.node.as_number()?.as_i64()?)));
    if let Some((place, max)) = number("max") {
        if max < 1 {
            find(place, "a request carries at least one entry");
        }
        if let Some((place, total)) = number("total").filter(|(_, total)| *total < max) {
            find(place, &format!("{total} is less than the {max} that one request may carry"));
        }
    }
    if let Some(rest) = batch.get("rest") {
        let is_other = |other: &&Site<'_>| {
            let batch = other.place.get("x-batch");
            std::ptr::eq(other.place.document, rest.document)
                && other.place.text("operationId") == rest.node.as_str()
                && batch.is_some_and(|batch| batch.get("rest").is_none())
        };
        if survey.of(Kind::Operation).find(is_other).is_none() {
            find(rest, "`rest` names no operation of this document that has an `x-batch` without `rest`");
        }
        if let Some(refused) = batch.get("refused") {
            find(refused, "`refused` has no use beside `rest`: this operation is not sent in chunks");
        }
    }
    let known = body_fields(survey, operation);
    findings.extend(unknown(Rule::Batch, batch.get("field"), "a field of the request body", &known));
    let known = answer_fields(survey, operation);
    findings.extend(unknown(Rule::Batch, batch.get("refused"), "a field of the answer", &known));
}

fn check_pagination<'a>(
    survey: &Survey<'a>,
    operation: &Site<'a>,
    pagination: Place<'a>,
    findings: &mut Vec<Finding>,
) {
    let [page, cursor, key] = ["page", "cursor", "key"].map(|key| pagination.get(key));
    let wrong = match (page, cursor, key) {
        (None, None, _) => Some((pagination, "it says neither by which `page` nor by which `cursor`")),
        (Some(_), Some(cursor), _) => Some((cursor, "a page has a number or a cursor, not both")),
        (None, Some(cursor), None) => {
            Some((cursor, "a cursor needs a `key`, the field of an entry that it is taken from"))
        }
        (Some(_), None, Some(key)) => Some((key, "a `key` has no use without a `cursor`")),
        _ => None,
    };
    findings.extend(wrong.map(|(place, message)| place.error(Rule::Pagination, place.node.span, message)));
    let mut known = parameter_names(survey, operation);
    known.extend(body_fields(survey, operation));
    for key in ["page", "cursor", "size"] {
        findings.extend(unknown(
            Rule::Pagination,
            pagination.get(key),
            "a parameter of the operation",
            &known,
        ));
    }
    let known = answer_fields(survey, operation);
    for key in ["items", "total"] {
        findings.extend(unknown(Rule::Pagination, pagination.get(key), "a field of the answer", &known));
    }
}

fn unknown(rule: Rule, name: Option<Place<'_>>, what: &str, known: &[&str]) -> Option<Finding> {
    let place = name?;
    let name = place.node.as_str().filter(|name| !known.contains(name))?;
    let finding = place.error(rule, place.node.span, format!("`{name}` is not {what}"));
    Some(match nearest(name, known.iter().copied()) {
        Some(near) => finding.with_hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => finding,
        None => finding.with_hint(format!("there are {}", list(known.iter().copied()))),
    })
}

fn parameter_names<'a>(survey: &Survey<'a>, operation: &Site<'a>) -> Vec<&'a str> {
    let shared = survey.parent(operation).map(|path| path.place);
    let items = shared.into_iter().chain([operation.place]).flat_map(|owner| owner.list("parameters"));
    items.filter_map(|item| survey.follow(item)?.text("name")).collect()
}

fn body_fields<'a>(survey: &Survey<'a>, operation: &Site<'a>) -> Vec<&'a str> {
    let Some(body) = operation.place.get("requestBody").and_then(|body| survey.follow(body)) else {
        return Vec::new();
    };
    let schemas = body.map("content").iter().filter_map(|entry| body.with(&entry.value).get("schema"));
    sorted(schemas.flat_map(|schema| property_names(survey, schema, ALL_OF)))
}

/// The fields of the answer, inside its envelope where it has one.
fn answer_fields<'a>(survey: &Survey<'a>, operation: &Site<'a>) -> Vec<&'a str> {
    let envelope = operation.place.document.root.get("x-envelope");
    let data = envelope.and_then(|envelope| envelope.get("data")?.as_str());
    let answers = json_answers(survey, operation).into_iter();
    let schemas = answers.filter_map(|(_, media)| {
        let schema = media.place.get("schema")?;
        match data {
            Some(data) => property(survey, schema, data),
            None => Some(schema),
        }
    });
    sorted(schemas.flat_map(|schema| property_names(survey, schema, ALL_OF)))
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, paths};

    #[test]
    fn what_is_named_is_there() {
        let text = paths(
            "/a:\n\
             \x20 post:\n\
             \x20   x-batch: {field: detail, max: 10}\n\
             \x20   x-pagination: {page: page, size: number, items: rows, total: count}\n\
             \x20   parameters: [{name: page, in: query, schema: {type: integer}}]\n\
             \x20   requestBody: {content: {application/json: {schema: {properties: {details: {type: string}}}}}}\n\
             \x20   responses: {'200': {description: '', content: {application/json: {schema: {properties: {rows: {type: string}}}}}}}\n",
        );
        assert_eq!(found("batch", &text), ["6:24: error: `detail` is not a field of the request body"]);
        assert_eq!(
            found("pagination", &text),
            [
                "7:40: error: `number` is not a parameter of the operation",
                "7:68: error: `count` is not a field of the answer",
            ]
        );
    }
}
