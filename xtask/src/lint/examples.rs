//! `example-mismatch`: every example fits its schema.

use super::conventions::is_json;
use super::objects::Kind;
use super::survey::{Place, Site, Survey};
use super::validate::{Direction, validate};
use crate::document::Value;
use crate::finding::{Finding, Severity};
use crate::rule::Rule;

/// Checks every example, and every default.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for media in survey.of(Kind::MediaType) {
        for example in examples(survey, media) {
            if is_value(media.name, example) {
                compare(survey, media, example, findings);
            }
        }
    }
    for kind in [Kind::Parameter, Kind::Header] {
        for site in survey.of(kind) {
            for example in examples(survey, site) {
                compare(survey, site, example, findings);
            }
        }
    }
    for schema in survey.of(Kind::Schema) {
        for name in ["example", "default"] {
            if let Some(value) = schema.place.get(name) {
                faults(survey, schema.place, value, name, Direction::Any, findings);
            }
        }
    }
}

/// The values under `example` and `examples`.
fn examples<'a>(survey: &Survey<'a>, site: &Site<'a>) -> Vec<Place<'a>> {
    let one = site.place.get("example");
    let many = site.place.map("examples").iter();
    let many = many.filter_map(|entry| survey.follow(site.place.with(&entry.value))?.get("value"));
    one.into_iter().chain(many).collect()
}

/// An example of another media type may be written as the text that travels, which says nothing of its schema.
fn is_value(media: &str, example: Place<'_>) -> bool {
    is_json(media) || matches!(example.node.value, Value::Mapping(_) | Value::Sequence(_))
}

fn compare<'a>(survey: &Survey<'a>, site: &Site<'a>, example: Place<'a>, findings: &mut Vec<Finding>) {
    if let Some(schema) = site.place.get("schema") {
        faults(survey, schema, example, "example", direction(survey, site), findings);
    }
}

/// Callbacks are received: what they carry is an answer to us, and what we answer them a request.
fn direction(survey: &Survey<'_>, site: &Site<'_>) -> Direction {
    let mut direction = Direction::Any;
    for outer in survey.ancestors(site) {
        direction = match outer.kind {
            Kind::RequestBody => Direction::Request,
            Kind::Response => Direction::Response,
            // The document is the vendor's, who calls: a body it sends is read as an answer is.
            Kind::Webhooks | Kind::Callback if direction == Direction::Request => return Direction::Any,
            _ => direction,
        };
    }
    match site.kind {
        Kind::Parameter => Direction::Request,
        _ => direction,
    }
}

fn faults<'a>(
    survey: &Survey<'a>,
    schema: Place<'a>,
    value: Place<'a>,
    name: &str,
    direction: Direction,
    findings: &mut Vec<Finding>,
) {
    for fault in validate(survey, schema, value.node, name, direction) {
        let finding = value.error(Rule::ExampleMismatch, fault.span, fault.message);
        // Examples become tests, but nothing is made of a default: others may get theirs wrong.
        let is_harmless = name == "default" && !survey.is_ours(value.document);
        let severity = if is_harmless { Severity::Warning } else { Severity::Error };
        findings.push(Finding { severity, hint: fault.hint, ..finding });
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, paths, schemas};

    /// What is said of an answer with this schema and this example.
    fn faults(schema: &str, example: &str) -> Vec<String> {
        let answer = format!(
            "/a:\n  get:\n    operationId: a\n    responses:\n      '200':\n        description: ''\n        content:\n\
             \x20         application/json:\n            schema: {{$ref: '#/components/schemas/S'}}\n            example: {example}\n"
        );
        let text = paths(&answer) + "components:\n  schemas:\n    S: " + schema + "\n";
        let all = found("example-mismatch", &text);
        all.iter().map(|line| line.splitn(3, ": ").nth(2).unwrap().to_owned()).collect()
    }

    #[test]
    fn the_fault_stands_at_the_value() {
        let text = paths(
            "/a:\n\
             \x20 get:\n\
             \x20   operationId: a\n\
             \x20   parameters: [{name: n, in: query, schema: {type: integer}, example: many}]\n\
             \x20   responses:\n\
             \x20     '200':\n\
             \x20       description: ''\n\
             \x20       content:\n\
             \x20         application/json:\n\
             \x20           schema: {type: object, required: [id], properties: {rows: {type: array, items: {type: string}}}}\n\
             \x20           example:\n\
             \x20             rows: [a, 2]\n",
        );
        assert_eq!(
            found("example-mismatch", &text),
            [
                "7:75: error: the example must be an integer, not a string",
                "15:17: error: the example lacks `id`, which its schema requires",
                "15:27: error: `rows[1]` must be a string, not an integer",
            ]
        );
    }

    #[test]
    fn scalars_are_checked() {
        assert_eq!(
            faults("{type: string, enum: [queued, done]}", "qeued"),
            ["the example is `qeued`, which is none of `queued`, `done`"]
        );
        assert_eq!(
            faults("{type: integer, minimum: 1, maximum: 5}", "9"),
            ["the example is 9, but must be at most 5"]
        );
        assert_eq!(
            faults("{type: integer, format: int32}", "3000000000"),
            ["the example is 3000000000, too large for int32"]
        );
        assert_eq!(
            faults("{type: string, maxLength: 2}", "abc"),
            ["the example has 3 characters, but must have at most 2"]
        );
        assert_eq!(
            faults("{type: string, format: vendor-local-time}", "'2024-01-02'"),
            ["the example must be a time such as 2024-01-02 03:04:05, not `2024-01-02`"]
        );
        assert_eq!(
            faults("{type: integer, format: epoch-millis}", "soon"),
            ["the example must be a count in digits, not `soon`"]
        );
        assert_eq!(
            faults("{type: string, pattern: '^[A-Z]{2}$'}", "DEU"),
            ["the example is `DEU`, which does not match `^[A-Z]{2}$`"]
        );
        assert_eq!(
            faults("{type: integer, multipleOf: 5}", "12"),
            ["the example is 12, but must be a multiple of 5"]
        );
        assert_eq!(faults("{type: string}", "null"), ["the example must be a string, not null"]);
    }

    #[test]
    fn what_fits_is_left_alone() {
        for (schema, example) in [
            ("{type: string, nullable: true}", "null"),
            ("{type: integer, format: epoch-millis}", "'1704164645000'"),
            ("{type: string, pattern: '^(?!x)[A-Z]+$'}", "lookahead"),
            ("{type: number}", "1"),
            ("{type: integer}", "1.0"),
            ("{oneOf: [{type: string}, {type: integer}]}", "7"),
            ("{properties: {a: {type: string}}}", "{a: x, b: 1}"),
            (
                "{allOf: [{properties: {a: {type: string}}, additionalProperties: false}, {properties: {b: {}}}]}",
                "{a: x, b: 1}",
            ),
            ("{type: object, additionalProperties: {type: integer}}", "{a: 1}"),
            ("{required: [id], properties: {id: {type: string, writeOnly: true}}}", "{}"),
            ("{}", "[1, {a: b}]"),
        ] {
            assert_eq!(faults(schema, example), [""; 0], "{schema} {example}");
        }
    }

    #[test]
    fn objects_are_checked() {
        assert_eq!(
            faults("{properties: {a: {type: string}}, additionalProperties: false}", "{b: 1}"),
            ["`b` is not a property, and no others are allowed"]
        );
        assert_eq!(
            faults("{additionalProperties: {type: integer}}", "{a: x}"),
            ["`a` must be an integer, not a string"]
        );
        assert_eq!(
            faults("{type: array, items: {type: array, items: {type: integer}}}", "[[1], [x]]"),
            ["`[1][0]` must be an integer, not a string"]
        );
        assert_eq!(faults("{required: [id]}", "{idd: 1}"), ["the example lacks `id`, which `S` requires"]);
    }

    #[test]
    fn unions_name_the_nearest_alternative() {
        let tagged = "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: type, mapping: {a: A, b: B}}}\n    A: {required: [x], properties: {type: {type: string}, x: {type: integer}}}\n    B: {properties: {type: {type: string}}}";
        assert_eq!(faults(tagged, "{type: a}"), ["the example lacks `x`, which `A` requires"]);
        assert_eq!(faults(tagged, "{type: c}"), ["`type` is `c`, which is none of `a`, `b`"]);
        assert_eq!(
            faults(tagged, "{x: 1}"),
            ["the example lacks `type`, which tells the alternatives apart"]
        );
        assert_eq!(
            faults("{oneOf: [{type: string}, {type: object, required: [a]}]}", "{b: 1}"),
            ["the example lacks `a`, which its schema requires"]
        );
        assert_eq!(
            faults("{anyOf: [{type: string}, {type: integer}]}", "true"),
            ["the example fits none of the 2 alternatives of `S`"]
        );
    }

    #[test]
    fn defaults_are_checked() {
        let text = schemas("A: {type: boolean, default: 'yes'}\n");
        assert_eq!(
            found("example-mismatch", &text),
            ["6:33: warning: the default must be a boolean, not a string"]
        );
    }

    #[test]
    fn recursive_schemas_end() {
        let json = "{anyOf: [{$ref: '#/components/schemas/S'}, {type: array, items: {$ref: '#/components/schemas/S'}}, {type: array, items: {$ref: '#/components/schemas/S'}}]}";
        faults(json, "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]");
    }
}
