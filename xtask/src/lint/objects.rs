//! The objects of OpenAPI 3.0.3 and of our x- vocabulary, as a table: which keys each has and what may stand there.

use Shape::{Any, Count, Either, Flag, List, Map, Number, Object as One, RefOr, Text, Whole, Words};

/// What may stand at a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Anything; not looked into.
    Any,
    /// A string.
    Text,
    /// A boolean.
    Flag,
    /// An integer.
    Whole,
    /// An integer from 0.
    Count,
    /// A number.
    Number,
    /// One of these words.
    Words(&'static [&'static str]),
    /// An object of this kind.
    Object(Kind),
    /// An object of this kind, or a `$ref` to one.
    RefOr(Kind),
    /// An array of these.
    List(&'static Shape),
    /// An object whose keys are names.
    Map(&'static Shape),
    /// The first of these whose JSON type fits.
    Either(&'static [Shape]),
}

/// A key of an object.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

/// A kind of object.
#[derive(Debug)]
pub(super) struct Object {
    /// With its article, as messages name it.
    pub noun: &'static str,
    /// The keys it may have.
    pub keys: &'static [Key],
    /// What stands at all other keys, where they are free.
    pub others: Option<Shape>,
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: false }
}

const fn required(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: true }
}

/// Declares the kinds of objects; each row reads `Kind, "noun", keys, what stands at other keys`.
macro_rules! objects {
    ($($kind:ident, $noun:literal, [$($key:expr),* $(,)?], $others:expr;)*) => {
        /// The kinds of objects.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Kind { $($kind,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Its row of the table.
            pub fn object(self) -> &'static Object {
                match self {
                    $(Self::$kind => {
                        static OBJECT: Object = Object { noun: $noun, keys: &[$($key),*], others: $others };
                        &OBJECT
                    })*
                }
            }
        }
    };
}

const EVIDENCE: Shape = Words(&["documented", "observed", "assumed"]);
const TEXT_OR_TEXTS: Shape = Either(&[Text, List(&Text)]);
const SCHEMA: Shape = RefOr(Kind::Schema);
const EXAMPLES: Shape = Map(&RefOr(Kind::Example));
const CONTENT: Shape = Map(&One(Kind::MediaType));

objects! {
    Document, "an OpenAPI document", [
        required("openapi", Text),
        required("info", One(Kind::Info)),
        required("paths", One(Kind::Paths)),
        key("servers", List(&One(Kind::Server))),
        key("components", One(Kind::Components)),
        key("security", List(&One(Kind::SecurityRequirement))),
        key("tags", List(&One(Kind::Tag))),
        key("externalDocs", One(Kind::ExternalDocs)),
        key("x-crate", One(Kind::Crate)),
        key("x-envelope", One(Kind::Envelope)),
        key("x-webhooks", One(Kind::Webhooks)),
    ], None;

    Info, "an info object", [
        required("title", Text),
        required("version", Text),
        key("description", Text),
        key("termsOfService", Text),
        key("contact", One(Kind::Contact)),
        key("license", One(Kind::License)),
    ], None;

    Contact, "a contact", [key("name", Text), key("url", Text), key("email", Text)], None;

    License, "a license", [required("name", Text), key("url", Text)], None;

    Server, "a server", [
        required("url", Text),
        key("description", Text),
        key("variables", Map(&One(Kind::ServerVariable))),
    ], None;

    ServerVariable, "a server variable", [
        required("default", Text),
        key("enum", List(&Text)),
        key("description", Text),
    ], None;

    Components, "the components", [
        key("schemas", Map(&SCHEMA)),
        key("responses", Map(&RefOr(Kind::Response))),
        key("parameters", Map(&RefOr(Kind::Parameter))),
        key("examples", EXAMPLES),
        key("requestBodies", Map(&RefOr(Kind::RequestBody))),
        key("headers", Map(&RefOr(Kind::Header))),
        key("securitySchemes", Map(&RefOr(Kind::SecurityScheme))),
        key("links", Map(&RefOr(Kind::Link))),
        key("callbacks", Map(&RefOr(Kind::Callback))),
    ], None;

    Paths, "the paths", [], Some(RefOr(Kind::PathItem));

    Webhooks, "the callbacks", [], Some(RefOr(Kind::PathItem));

    Callback, "a callback", [], Some(RefOr(Kind::PathItem));

    PathItem, "a path", [
        key("summary", Text),
        key("description", Text),
        key("get", One(Kind::Operation)),
        key("put", One(Kind::Operation)),
        key("post", One(Kind::Operation)),
        key("delete", One(Kind::Operation)),
        key("options", One(Kind::Operation)),
        key("head", One(Kind::Operation)),
        key("patch", One(Kind::Operation)),
        key("trace", One(Kind::Operation)),
        key("servers", List(&One(Kind::Server))),
        key("parameters", List(&RefOr(Kind::Parameter))),
        key("x-rust-name", Text),
    ], None;

    Operation, "an operation", [
        key("operationId", Text),
        key("tags", List(&Text)),
        key("summary", Text),
        key("description", Text),
        key("externalDocs", One(Kind::ExternalDocs)),
        key("parameters", List(&RefOr(Kind::Parameter))),
        key("requestBody", RefOr(Kind::RequestBody)),
        key("responses", One(Kind::Responses)), // its absence is a rule of its own
        key("callbacks", Map(&RefOr(Kind::Callback))),
        key("deprecated", Flag),
        key("security", List(&One(Kind::SecurityRequirement))),
        key("servers", List(&One(Kind::Server))),
        key("x-vendor", One(Kind::Vendor)),
        key("x-effect", Words(&["safe", "idempotent", "unsafe"])),
        key("x-pagination", One(Kind::Pagination)),
        key("x-batch", One(Kind::Batch)),
        key("x-event", One(Kind::Event)),
        key("x-rust-name", Text),
    ], None;

    ExternalDocs, "a reference to documentation", [required("url", Text), key("description", Text)], None;

    Parameter, "a parameter", [
        required("name", Text),
        required("in", Words(&["query", "header", "path", "cookie"])),
        key("description", Text),
        key("required", Flag),
        key("deprecated", Flag),
        key("allowEmptyValue", Flag),
        key("style", Words(&["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"])),
        key("explode", Flag),
        key("allowReserved", Flag),
        key("schema", SCHEMA),
        key("content", CONTENT),
        key("example", Any),
        key("examples", EXAMPLES),
        key("x-evidence", EVIDENCE),
        key("x-pii", Flag),
        key("x-rust-name", Text),
    ], None;

    Header, "a header", [
        key("description", Text),
        key("required", Flag),
        key("deprecated", Flag),
        key("allowEmptyValue", Flag),
        key("style", Words(&["simple"])),
        key("explode", Flag),
        key("allowReserved", Flag),
        key("schema", SCHEMA),
        key("content", CONTENT),
        key("example", Any),
        key("examples", EXAMPLES),
        key("x-rust-name", Text),
    ], None;

    RequestBody, "a request body", [
        required("content", CONTENT),
        key("description", Text),
        key("required", Flag),
        key("x-rust-name", Text),
    ], None;

    MediaType, "a media type", [
        key("schema", SCHEMA),
        key("example", Any),
        key("examples", EXAMPLES),
        key("encoding", Map(&One(Kind::Encoding))),
    ], None;

    Encoding, "an encoding", [
        key("contentType", Text),
        key("headers", Map(&RefOr(Kind::Header))),
        key("style", Words(&["form", "spaceDelimited", "pipeDelimited", "deepObject"])),
        key("explode", Flag),
        key("allowReserved", Flag),
    ], None;

    Responses, "the responses", [], Some(RefOr(Kind::Response));

    Response, "a response", [
        required("description", Text),
        key("headers", Map(&RefOr(Kind::Header))),
        key("content", CONTENT),
        key("links", Map(&RefOr(Kind::Link))),
        key("x-rust-name", Text),
    ], None;

    Example, "an example", [
        key("summary", Text),
        key("description", Text),
        key("value", Any),
        key("externalValue", Text),
    ], None;

    Link, "a link", [
        key("operationRef", Text),
        key("operationId", Text),
        key("parameters", Map(&Any)),
        key("requestBody", Any),
        key("description", Text),
        key("server", One(Kind::Server)),
    ], None;

    Tag, "a tag", [
        required("name", Text),
        key("description", Text),
        key("externalDocs", One(Kind::ExternalDocs)),
    ], None;

    Schema, "a schema", [
        key("title", Text),
        key("description", Text),
        key("type", Text), // its values are a rule of their own
        key("format", Text),
        key("enum", List(&Any)),
        key("default", Any),
        key("example", Any),
        key("nullable", Flag),
        key("readOnly", Flag),
        key("writeOnly", Flag),
        key("deprecated", Flag),
        key("multipleOf", Number),
        key("maximum", Number),
        key("exclusiveMaximum", Flag),
        key("minimum", Number),
        key("exclusiveMinimum", Flag),
        key("maxLength", Count),
        key("minLength", Count),
        key("pattern", Text),
        key("maxItems", Count),
        key("minItems", Count),
        key("uniqueItems", Flag),
        key("items", SCHEMA),
        key("maxProperties", Count),
        key("minProperties", Count),
        key("required", List(&Text)),
        key("properties", Map(&SCHEMA)),
        key("additionalProperties", Either(&[Flag, SCHEMA])),
        key("allOf", List(&SCHEMA)),
        key("oneOf", List(&SCHEMA)),
        key("anyOf", List(&SCHEMA)),
        key("not", SCHEMA),
        key("discriminator", One(Kind::Discriminator)),
        key("xml", One(Kind::Xml)),
        key("externalDocs", One(Kind::ExternalDocs)),
        key("x-enum", Map(&Either(&[Text, One(Kind::EnumValue)]))),
        key("x-evidence", EVIDENCE),
        key("x-pii", Flag),
        key("x-rust-name", Text),
    ], None;

    Discriminator, "a discriminator", [required("propertyName", Text), key("mapping", Map(&Text))], None;

    Xml, "an XML object", [
        key("name", Text),
        key("namespace", Text),
        key("prefix", Text),
        key("attribute", Flag),
        key("wrapped", Flag),
    ], None;

    SecurityScheme, "a security scheme", [
        required("type", Words(&["apiKey", "http", "oauth2", "openIdConnect"])),
        key("description", Text),
        key("name", Text),
        key("in", Words(&["query", "header", "cookie"])),
        key("scheme", Text),
        key("bearerFormat", Text),
        key("flows", One(Kind::Flows)),
        key("openIdConnectUrl", Text),
        key("x-auth", Text),
    ], None;

    Flows, "the OAuth flows", [
        key("implicit", One(Kind::Flow)),
        key("password", One(Kind::Flow)),
        key("clientCredentials", One(Kind::Flow)),
        key("authorizationCode", One(Kind::Flow)),
    ], None;

    Flow, "an OAuth flow", [
        key("authorizationUrl", Text),
        key("tokenUrl", Text),
        key("refreshUrl", Text),
        required("scopes", Map(&Text)),
    ], None;

    SecurityRequirement, "a security requirement", [], Some(List(&Text));

    // From here on: our own vocabulary.

    Crate, "x-crate", [required("name", Text), key("file", Text)], None;

    Vendor, "x-vendor", [
        key("evidence", EVIDENCE), // its absence is a rule of its own
        key("rows", List(&Text)),
        key("page", TEXT_OR_TEXTS),
        key("title", Text),
        key("modified", Text),
        key("note", Text),
    ], None;

    Envelope, "x-envelope", [
        required("code", Text),
        required("message", Text),
        required("data", Text),
        required("success", List(&Whole)),
        key("status", Text),
        key("request_id", Text),
    ], None;

    Pagination, "x-pagination", [
        key("page", Text), // this or a cursor is a rule of its own
        key("cursor", Text),
        key("key", Text),
        key("size", Text),
        key("items", Text),
        key("total", Text),
    ], None;

    Batch, "x-batch", [
        required("field", Text),
        required("max", Count),
        key("total", Count),
        key("rest", Text),
        key("refused", Text),
    ], None;

    Event, "x-event", [
        key("discriminator", Map(&Text)),
        key("fields", List(&Text)),
        key("without", List(&Text)),
        key("like", Text),
        key("identity", List(&Text)),
        key("time", Text),
    ], None;

    EnumValue, "a value of x-enum", [key("name", Text), key("description", Text)], None;
}

/// Keys of other versions that people bring along, with what OpenAPI 3.0 has instead.
pub(super) const ELSEWHERE: &[(Kind, &str, &str)] = &[
    (Kind::Document, "webhooks", "OpenAPI 3.1 has `webhooks`; here they are `x-webhooks`"),
    (Kind::Document, "jsonSchemaDialect", "that is OpenAPI 3.1; only 3.0 is read here"),
    (Kind::Document, "swagger", "that is Swagger 2.0; convert the document to OpenAPI 3.0"),
    (Kind::Document, "definitions", "that is Swagger 2.0; here schemas stand in `components.schemas`"),
    (Kind::Info, "summary", "that is OpenAPI 3.1; put it into `description`"),
    (Kind::License, "identifier", "that is OpenAPI 3.1; use `url`"),
    (Kind::Components, "pathItems", "that is OpenAPI 3.1; write the path item where it is used"),
    (Kind::Parameter, "type", "that is Swagger 2.0; here it stands inside `schema`"),
    (Kind::Schema, "const", "that is OpenAPI 3.1; use `enum` with one value"),
    (Kind::Schema, "examples", "that is OpenAPI 3.1; a schema has one `example`"),
    (Kind::Schema, "prefixItems", "that is OpenAPI 3.1; 3.0 has one schema for all `items`"),
    (Kind::Schema, "patternProperties", "that is OpenAPI 3.1; use `additionalProperties`"),
    (Kind::Schema, "propertyNames", "that is OpenAPI 3.1; 3.0 cannot say it"),
    (Kind::Schema, "contentEncoding", "that is OpenAPI 3.1; use `format: byte`"),
    (Kind::Schema, "contentMediaType", "that is OpenAPI 3.1; use `format: binary`"),
    (Kind::Schema, "if", "that is OpenAPI 3.1; use `oneOf`"),
    (Kind::Schema, "then", "that is OpenAPI 3.1; use `oneOf`"),
    (Kind::Schema, "else", "that is OpenAPI 3.1; use `oneOf`"),
    (Kind::Schema, "$defs", "that is OpenAPI 3.1; here schemas stand in `components.schemas`"),
    (Kind::Schema, "$schema", "that is OpenAPI 3.1; only 3.0 is read here"),
    (Kind::Schema, "$id", "that is OpenAPI 3.1; only 3.0 is read here"),
    (Kind::Schema, "unevaluatedProperties", "that is OpenAPI 3.1; use `additionalProperties`"),
];

/// Values whose type changed with OpenAPI 3.1.
pub(super) const NEWER_VALUES: &[(&str, &str)] = &[
    ("type", "a list of types is OpenAPI 3.1; 3.0 has one type, and `nullable: true` for null"),
    (
        "exclusiveMinimum",
        "a number here is OpenAPI 3.1; in 3.0 it is `minimum` with `exclusiveMinimum: true`",
    ),
    (
        "exclusiveMaximum",
        "a number here is OpenAPI 3.1; in 3.0 it is `maximum` with `exclusiveMaximum: true`",
    ),
];

impl Shape {
    /// What should stand there, as messages say it.
    pub fn noun(self) -> String {
        match self {
            Any => "anything".to_owned(),
            Text => "a string".to_owned(),
            Flag => "a boolean".to_owned(),
            Whole => "an integer".to_owned(),
            Count => "an integer from 0".to_owned(),
            Number => "a number".to_owned(),
            Words(words) => format!(
                "one of {}",
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            ),
            One(_) | RefOr(_) | Map(_) => "an object".to_owned(),
            List(_) => "an array".to_owned(),
            Either(shapes) => shapes.iter().map(|shape| shape.noun()).collect::<Vec<_>>().join(" or "),
        }
    }
}

/// The objects that have this key of ours; empty when it is not ours.
pub(super) fn homes(name: &str) -> Vec<&'static str> {
    let has = |kind: &&Kind| kind.object().keys.iter().any(|key| key.name == name);
    if !name.starts_with("x-") {
        return Vec::new();
    }
    Kind::ALL.iter().filter(has).map(|kind| kind.object().noun).collect()
}

/// Every x- key of ours.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    let keys = Kind::ALL.iter().flat_map(|kind| kind.object().keys);
    keys.map(|key| key.name).filter(|name| name.starts_with("x-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_twice_in_a_row() {
        for kind in Kind::ALL {
            let mut names: Vec<_> = kind.object().keys.iter().map(|key| key.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{kind:?}");
        }
    }

    #[test]
    fn our_keys_know_where_they_belong() {
        assert_eq!(homes("x-effect"), ["an operation"]);
        assert_eq!(homes("x-pii"), ["a parameter", "a schema"]);
        assert!(homes("x-twilio").is_empty());
    }
}
