//! Documents that have made the reader, the lint or the generator fail, or are made to.
//! `xtask/tests/mutants.rs` looks for more.

use crate::document::{Document, Spec};
use crate::emit::{self, Layout};
use crate::finding::{Finding, Severity};
use crate::lint::testing::{paths, schemas};

const SEED: &str = include_str!("fixtures/whole.yaml");

/// Does everything with a document that can be done.
fn lint(text: String) -> Vec<Finding> {
    let (document, reading) = Document::parse("test.yaml", text);
    let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
    let (findings, models) = super::examine(&spec, reading);
    crate::report::text(&findings, &spec, false);
    if findings.iter().all(|finding| finding.severity == Severity::Warning) {
        for file in emit::emit(&models, &Layout::Workspace { sandbox: true }) {
            assert!(!file.text.contains("compile_error!"), "{}", file.text);
        }
    }
    findings
}

#[test]
fn the_seed_is_right() {
    assert_eq!(super::testing::all(SEED), [""; 0]);
}

#[test]
fn a_circle_of_members_ends() {
    let text = "One: {allOf: [{$ref: '#/components/schemas/Two'}]}\n\
                Two: {allOf: [{$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/One'}]}\n\
                Three: {allOf: [{$ref: '#/components/schemas/Two'}]}\n";
    assert!(!lint(schemas(text)).is_empty());
}

#[test]
fn a_circle_of_aliases_ends() {
    let answer = "{properties: {rows: {type: array, items: {$ref: '#/components/schemas/A'}}}}";
    let text = paths(&format!(
        "/a:\n  get:\n    operationId: a\n    x-pagination: {{cursor: after, items: rows, key: id}}\n    parameters: [{{name: after, in: query, schema: {{type: string}}}}]\n    responses: {{'200': {{description: '', content: {{application/json: {{schema: {answer}}}}}}}}}\n"
    ));
    let circle = "components:\n  schemas:\n    A: {$ref: '#/components/schemas/A'}\n";
    assert!(!lint(text + circle).is_empty());
}

#[test]
fn members_that_come_again_and_again_cost_no_more() {
    let schema = |at: usize| {
        format!(
            "S{at}: {{allOf: [{{$ref: '#/components/schemas/S{0}'}}, {{$ref: '#/components/schemas/S{0}'}}]}}\n",
            at + 1
        )
    };
    let doubled: String = (0..40).map(schema).collect();
    lint(schemas(&format!("{doubled}S40: {{type: object, properties: {{a: {{type: string}}}}}}\n")));
}

#[test]
fn a_fault_far_inside_costs_no_more_than_elsewhere() {
    for (open, close) in [("{type: array, items: ", "}"), ("{allOf: [", "]}"), ("{properties: {a: ", "}}")] {
        let inside = format!("{}{{minLength: x}}{}", open.repeat(30), close.repeat(30));
        assert!(!lint(schemas(&format!("A: {inside}\n"))).is_empty());
        let callback = format!(
            "{{post: {{requestBody: {{content: {{application/json: {{schema: {inside}}}}}}}, responses: {{}}}}}}"
        );
        lint(paths("/a: {}\n") + "x-webhooks:\n  done: " + &callback + "\n");
    }
}

#[test]
fn negative_numbers_are_numbers() {
    let text = "A: {type: integer, enum: [1, -1], x-enum: {1: {name: Up}, -1: {name: Down}}}\n";
    assert!(lint(schemas(text)).is_empty());
    let least = i64::MIN;
    let parameters = format!("[{{name: a, in: query, schema: {{type: integer}}, example: {least}}}]");
    let text = format!(
        "/a:\n  get: {{operationId: a, parameters: {parameters}, responses: {{'204': {{description: ''}}}}}}\n"
    );
    assert!(lint(paths(&text)).is_empty());
}

#[test]
fn what_ends_lines_ends_lines_of_excerpts() {
    let findings = lint("openapi: 3.0.3\rinfo: {title: T, version: '1'}\rpaths: {}\rx: 1\r".to_owned());
    assert_eq!(findings.first().map(|finding| finding.span.start.line), Some(4));
}

#[test]
fn depth_does_no_harm() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("{allOf: [", "]}")] {
        lint(format!("{}1{}", open.repeat(20_000), close.repeat(20_000)));
        lint(open.repeat(20_000));
    }
    lint((0..500).map(|depth| format!("{:depth$}a:\n", "")).collect());
    lint("- ".repeat(20_000));
    let around: String = (0..60)
        .map(|i| format!("S{i}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}]}}\n", i + 1))
        .collect();
    let last = "S60: {type: array, items: {$ref: '#/components/schemas/S0'}}";
    let example = format!("{}{}", "[".repeat(150), "]".repeat(150));
    lint(schemas(&format!(
        "{around}{last}\nT: {{allOf: [{{$ref: '#/components/schemas/S0'}}], example: {example}}}\n"
    )));
    for (open, close) in [
        ("{type: array, items: ", "}"),
        ("{allOf: [", "]}"),
        ("{type: object, properties: {a: ", "}}"),
        ("{oneOf: [{type: string}, ", "]}"),
    ] {
        for depth in [20, 40, 80] {
            let inside = format!("{}{{type: string}}{}", open.repeat(depth), close.repeat(depth));
            lint(schemas(&format!("A: {inside}\n")));
        }
    }
    // A chain of schemas, each inside the next.
    let chain: String = (0..1000)
        .map(|index| {
            format!(
                "S{index}: {{allOf: [{{$ref: '#/components/schemas/S{}'}}], example: {{a: 1}}}}\n",
                index + 1
            )
        })
        .collect();
    let text = schemas(&format!("{chain}S1000: {{type: object}}\n"));
    let (document, _) = Document::parse("chain.yaml", text);
    super::check(&Spec { documents: document.into_iter().collect(), ..Spec::default() });
}
