//! `not-generated`: what of a document of others the generated code leaves out on purpose, said once for each construct.
//! A test holds this table against that of [`super::objects`]: every key is taken up, written into the documentation, or
//! named here.

use super::objects::Kind;
use super::structure;
use crate::document::Spec;
use crate::finding::Finding;
use crate::rule::Rule;

/// Keys of a kind of object that no code is made of, and what comes instead.
struct LeftOut {
    kind: Kind,
    keys: &'static [&'static str],
    instead: &'static str,
}

const fn left_out(kind: Kind, keys: &'static [&'static str], instead: &'static str) -> LeftOut {
    LeftOut { kind, keys, instead }
}

const LINKED: &str = "the generated documentation does not link to it";
const CHECKED: &str = "the service checks it";
const BOTH_WAYS: &str = "the property can be sent and received alike";
const HEADERS: &str = "read them from the raw answer, by `Call::response`";

const LEFT_OUT: &[LeftOut] = &[
    left_out(Kind::Document, &["tags", "externalDocs"], "operations stand in one list, by their names"),
    left_out(
        Kind::Info,
        &["termsOfService", "contact", "license"],
        "the generated package has no such facts",
    ),
    left_out(Kind::Components, &["links", "headers"], "what uses them is not generated either"),
    left_out(Kind::PathItem, &["summary", "description"], "each operation has its own"),
    left_out(Kind::Operation, &["tags"], "operations stand in one list, by their names"),
    left_out(Kind::Operation, &["externalDocs"], LINKED),
    left_out(Kind::Parameter, &["allowEmptyValue"], "a value that is given is sent, be it empty or not"),
    left_out(Kind::Response, &["headers"], HEADERS),
    left_out(Kind::Response, &["links"], "call the operation that the link names"),
    left_out(Kind::Schema, &["externalDocs"], LINKED),
    left_out(Kind::Schema, &["xml"], "bodies in XML are given and taken as bytes"),
    left_out(Kind::Schema, &["readOnly", "writeOnly"], BOTH_WAYS),
    left_out(
        Kind::Schema,
        &[
            "pattern",
            "multipleOf",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "uniqueItems",
            "maxProperties",
            "minProperties",
        ],
        CHECKED,
    ),
    left_out(Kind::SecurityScheme, &["bearerFormat"], "a token is sent as it is given"),
];

/// One note for each construct that is left out of a document of others, at its first place.
pub(super) fn notes(spec: &Spec) -> Vec<Finding> {
    let survey = structure::survey(spec, &mut Vec::new());
    let mut notes = Vec::new();
    for LeftOut { kind, keys, instead } in LEFT_OUT {
        for key in *keys {
            for document in spec.documents.iter().filter(|document| !survey.is_ours(document)) {
                let sites = survey.of(*kind).filter(|site| std::ptr::eq(site.place.document, document));
                let mut places = sites.filter_map(|site| site.place.node.as_mapping()?.entry(key));
                let Some(first) = places.next() else { continue };
                let times = match 1 + places.count() {
                    1 => String::new(),
                    count => format!(", which {} has {count} times,", document.file_name()),
                };
                let message = format!("`{key}` of {}{times} is not generated: {instead}", kind.object().noun);
                notes.push(Finding::note(&document.path, Rule::NotGenerated, first.key_span, message));
            }
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// What code or documentation is made of, and what the model notes by itself.
    const TAKEN: &[(Kind, &[&str])] = &[
        (Kind::Document, &["openapi", "info", "paths", "servers", "components", "security"]),
        (Kind::Info, &["title", "version", "description"]),
        (Kind::Server, &["url", "description", "variables"]),
        (Kind::ServerVariable, &["default", "enum", "description"]),
        (
            Kind::Components,
            &[
                "schemas",
                "responses",
                "parameters",
                "examples",
                "requestBodies",
                "securitySchemes",
                "callbacks",
            ],
        ),
        (
            Kind::PathItem,
            &["get", "put", "post", "delete", "options", "head", "patch", "trace", "servers", "parameters"],
        ),
        (
            Kind::Operation,
            &[
                "operationId",
                "summary",
                "description",
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
            ],
        ),
        (
            Kind::Parameter,
            &[
                "name",
                "in",
                "description",
                "required",
                "deprecated",
                "style",
                "explode",
                "allowReserved",
                "schema",
                "content",
                "example",
                "examples",
            ],
        ),
        (Kind::RequestBody, &["content", "description", "required"]),
        (Kind::MediaType, &["schema", "example", "examples", "encoding"]),
        (Kind::Encoding, &["contentType", "headers", "style", "explode", "allowReserved"]),
        (Kind::Response, &["description", "content"]),
        (Kind::Example, &["value"]),
        (
            Kind::Schema,
            &[
                "title",
                "description",
                "type",
                "format",
                "enum",
                "default",
                "example",
                "nullable",
                "deprecated",
                "maximum",
                "minimum",
                "maxLength",
                "minLength",
                "maxItems",
                "minItems",
                "items",
                "required",
                "properties",
                "additionalProperties",
                "allOf",
                "oneOf",
                "anyOf",
                "not",
                "discriminator",
            ],
        ),
        (Kind::Discriminator, &["propertyName", "mapping"]),
        (Kind::SecurityScheme, &["type", "description", "name", "in", "scheme", "flows", "openIdConnectUrl"]),
    ];

    /// What stands inside of something that is left out, or says something to people who read the document.
    const INSIDE: &[Kind] = &[
        Kind::Contact,
        Kind::License,
        Kind::ExternalDocs,
        Kind::Header,
        Kind::Link,
        Kind::Tag,
        Kind::Xml,
        Kind::Flows,
        Kind::Flow,
    ];

    #[test]
    fn every_key_is_taken_or_named() {
        let listed = |kind: Kind| {
            let taken =
                TAKEN.iter().filter(move |(taken, _)| *taken == kind).flat_map(|(_, keys)| keys.iter());
            let left =
                LEFT_OUT.iter().filter(move |left| left.kind == kind).flat_map(|left| left.keys.iter());
            taken.chain(left).copied().collect::<Vec<_>>()
        };
        for kind in Kind::ALL.iter().filter(|kind| !INSIDE.contains(kind)) {
            if kind.object().noun.starts_with("x-") || kind.object().noun == "a value of x-enum" {
                continue;
            }
            let listed = listed(*kind);
            for key in kind.object().keys.iter().filter(|key| !key.name.starts_with("x-")) {
                // An example says more to people than to the code.
                let is_for_people =
                    *kind == Kind::Example && ["summary", "description", "externalValue"].contains(&key.name);
                let count = listed.iter().filter(|name| **name == key.name).count();
                assert_eq!(count, usize::from(!is_for_people), "{kind:?} {}", key.name);
            }
            for name in listed {
                assert!(kind.object().keys.iter().any(|key| key.name == name), "{kind:?} has no {name}");
            }
        }
    }

    #[test]
    fn each_construct_is_said_once() {
        let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    \
                    A: {type: string, pattern: a}\n    B: {type: string, pattern: b, xml: {name: b}}\n";
        let (document, _) = Document::parse("test.yaml", text.to_owned());
        let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
        let said: Vec<_> = notes(&spec).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "test.yaml:7:35: note[not-generated]: `xml` of a schema is not generated: bodies in XML are given and taken as bytes",
                "test.yaml:6:23: note[not-generated]: `pattern` of a schema, which test.yaml has 2 times, is not generated: the service checks it",
            ]
        );
    }
}
