//! `pagination` and `batch`: what `x-pagination` and `x-batch` name is there.

use super::conventions::json_answers;
use super::nearest::{list, nearest};
use super::objects::Kind;
use super::schema::{ALL_OF, property, property_names};
use super::survey::{Place, Site, Survey};
use crate::finding::Finding;

/// Checks every operation that pages or sends in batches.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for operation in survey.of(Kind::Operation) {
        if let Some(batch) = operation.place.get("x-batch") {
            let known = body_fields(survey, operation);
            findings.extend(unknown("batch", batch.get("field"), "a field of the request body", &known));
        }
        if let Some(pagination) = operation.place.get("x-pagination") {
            let mut known = parameter_names(survey, operation);
            known.extend(body_fields(survey, operation));
            for key in ["page", "size"] {
                findings.extend(unknown(
                    "pagination",
                    pagination.get(key),
                    "a parameter of the operation",
                    &known,
                ));
            }
            let known = answer_fields(survey, operation);
            for key in ["items", "total"] {
                findings.extend(unknown("pagination", pagination.get(key), "a field of the answer", &known));
            }
        }
    }
}

fn unknown(rule: &'static str, name: Option<Place<'_>>, what: &str, known: &[&str]) -> Option<Finding> {
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
