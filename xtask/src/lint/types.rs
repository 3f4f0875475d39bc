//! `unknown-type`, `unknown-format` and `array-items`: what a schema says its value is.

use serde_json::json;

use super::formats::{KNOWN, OURS};
use super::nearest::{nearest, slip, sure};
use super::objects::Kind;
use super::survey::{Place, Site, Survey};
use crate::finding::{Edit, Finding};
use crate::rule::Rule;

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Checks every schema.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for schema in survey.of(Kind::Schema) {
        findings.extend(unknown_type(schema));
        findings.extend(unknown_format(schema));
        findings.extend(array_items(schema));
    }
}

fn unknown_type(schema: &Site<'_>) -> Option<Finding> {
    let node = schema.place.node.get("type")?;
    let text = node.as_str().filter(|text| !TYPES.contains(text))?;
    let finding = schema.place.error(Rule::UnknownType, node.span, format!("there is no type `{text}`"));
    let hint = match (text, nearest(text, TYPES)) {
        ("null", _) => "that is OpenAPI 3.1; use `nullable: true`".to_owned(),
        ("file", _) => "that is Swagger 2.0; use `type: string` with `format: binary`".to_owned(),
        (_, Some(name)) => format!("did you mean `{name}`?"),
        (_, None) => format!("types are {}", super::nearest::list(TYPES)),
    };
    Some(finding.with_hint(hint).with_fix(respelling(schema.place.with(node), TYPES)))
}

/// The edit that writes the word that is surely meant.
fn respelling<'k>(place: Place<'_>, known: impl IntoIterator<Item = &'k str>) -> Option<Edit> {
    let word = sure(place.node.as_str()?, known)?;
    Some(Edit::Set(place.pointer()?, json!(word)))
}

/// Documents of others have formats of their own, which say nothing to us; a slip in one we know would
/// silently change the type that is generated.
fn unknown_format(schema: &Site<'_>) -> Option<Finding> {
    let node = schema.place.node.get("format")?;
    let known = || KNOWN.iter().chain(OURS).copied();
    let text = node.as_str().filter(|text| !known().any(|name| name == *text))?;
    let message = format!("the format `{text}` is not known");
    Some(match slip(text, known()) {
        Some(name) => schema
            .place
            .error(Rule::UnknownFormat, node.span, message)
            .with_hint(format!("did you mean `{name}`?"))
            .with_fix(respelling(schema.place.with(node), known())),
        None => schema
            .place
            .warning(Rule::UnknownFormat, node.span, message)
            .with_hint("the value is taken as its plain type"),
    })
}

fn array_items(schema: &Site<'_>) -> Option<Finding> {
    let node = schema.place.node.get("type").filter(|node| node.as_str() == Some("array"))?;
    if schema.place.node.get("items").is_some() {
        return None;
    }
    let finding = schema.place.error(Rule::ArrayItems, node.span, "an array needs `items`");
    Some(finding.with_hint("say what it holds; `items: {}` is anything"))
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn misspelt_types_are_found() {
        let text = schemas("A: {type: integr}\nB: {type: 'null'}\n");
        assert_eq!(
            found("unknown-type", &text),
            ["6:15: error: there is no type `integr`", "7:15: error: there is no type `null`"]
        );
    }

    #[test]
    fn a_misspelt_format_is_an_error_and_a_foreign_one_a_warning() {
        let text =
            schemas("A: {type: integer, format: epoch-milis}\nB: {type: string, format: iso-country-code}\n");
        assert_eq!(
            found("unknown-format", &text),
            [
                "6:32: error: the format `epoch-milis` is not known",
                "7:31: warning: the format `iso-country-code` is not known"
            ]
        );
    }

    #[test]
    fn an_array_says_what_it_holds() {
        let text = schemas("A: {type: array}\nB: {type: array, items: {}}\n");
        assert_eq!(found("array-items", &text), ["6:15: error: an array needs `items`"]);
    }
}
