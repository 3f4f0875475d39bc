//! Request bodies and documented examples.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, MediaType, Operation as OpenApiOperation, ParameterSchemaOrContent, PathItem,
    QueryStyle, ReferenceOr, RequestBody, Schema, SchemaKind,
};
use openapiv3::{StringFormat, Type as OpenApiType, VariantOrUnknownOrEmpty};
use serde_json::Value as Json;

use super::lower::{At, Lowering};
use super::merge::{Merged, PropertySchema};
use super::names::{Scope, Spelling, type_name};
use super::settle::Wanted;
use super::{
    Body, BodyChoice, BodyVariant, Example, Field, JsonKind, OperationField, Place, RequestExample, Style,
    Type, docs,
};

/// Names that the generated struct of parts uses itself.
const PART_FIELDS: &[&str] = &["new"];

/// How many files a part of a body has.
enum Files {
    One,
    Several,
}

fn form_style(style: Option<&QueryStyle>, explode: bool) -> Style {
    match style {
        Some(QueryStyle::DeepObject) => Style::DeepObject,
        Some(QueryStyle::SpaceDelimited) => Style::SpaceDelimited,
        Some(QueryStyle::PipeDelimited) => Style::PipeDelimited,
        Some(QueryStyle::Form) if !explode => Style::Form,
        Some(QueryStyle::Form) | None => Style::FormExploded,
    }
}

/// How a media type is written.
pub(super) fn media(media_type: &str) -> Body {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    match essence.as_str() {
        "application/json" | "*/*" | "application/*" => Body::Json,
        json if json.ends_with("+json") => Body::JsonAs(essence),
        "application/x-www-form-urlencoded" => Body::Form,
        "multipart/form-data" => Body::Multipart,
        "text/plain" | "text/*" => Body::Text,
        text if text.starts_with("text/") => Body::TextAs(essence),
        _ => Body::Bytes(essence),
    }
}

/// What a media type is called in names.
pub(super) fn media_name(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or((essence, ""));
    match (kind, subtype) {
        ("application", "json") => "Json".to_owned(),
        ("application", "octet-stream") => "Bytes".to_owned(),
        ("application", "x-www-form-urlencoded") => "Form".to_owned(),
        ("multipart", "form-data") => "Multipart".to_owned(),
        ("text", "plain") => "Text".to_owned(),
        ("*", "*") => "Any".to_owned(),
        (kind, "*") => type_name(kind).unwrap_or_default(),
        _ => type_name(subtype).unwrap_or_default(),
    }
}

/// Which media type the client best sends, from the best.
fn preference(body: &Body) -> u8 {
    match body {
        Body::Json => 0,
        Body::JsonAs(_) => 1,
        Body::Form | Body::FormStyled(_) => 2,
        Body::Multipart => 3,
        Body::Text | Body::TextAs(_) => 4,
        Body::Bytes(_) | Body::Choice(_) => 5,
    }
}

impl<'a> Lowering<'a> {
    /// Adds the fields of the body. An object written inline, or in parts, becomes the operation's own fields.
    pub(super) fn request_body(
        &mut self,
        at: &At,
        operation: &'a OpenApiOperation,
        owner: &str,
        fields: &mut Vec<OperationField>,
        scope: &mut Scope,
        names: &mut Scope,
    ) -> Option<Body> {
        let (at, body) = self.body_at(at.child("requestBody"), operation.request_body.as_ref()?)?;
        if body.content.len() > 1 {
            return Some(self.body_choice(&at, body, owner, fields, scope, names));
        }
        let (media_type, content) = body.content.first()?;
        let kind = media(media_type);
        let at = at.child("content").child(media_type);
        let kind = self.encoded(&at, content, kind);
        let schema_at = at.child("schema");
        let text = body.description.clone().unwrap_or_else(|| "The body of the request.".to_owned());
        match (&kind, &content.schema) {
            (Body::Bytes(_), _) => self.own_body(&at, body, Type::Bytes, text, fields, scope),
            (Body::Text | Body::TextAs(_), _) => self.own_body(&at, body, Type::String, text, fields, scope),
            (_, None) => self.own_body(&at, body, Type::Json, text, fields, scope),
            (_, Some(schema)) if self.is_flat(&schema_at, schema, &kind) => {
                self.flatten(&schema_at, schema, &kind, owner, fields, scope);
            }
            (_, Some(schema)) => {
                let hint = format!("{owner}Body");
                let ty = self.property_type(&schema_at, PropertySchema::Plain(schema), &hint);
                let text = match self.follow(&schema_at, schema) {
                    Some((_, schema)) if body.description.is_none() => docs::of_schema(schema),
                    _ => text,
                };
                self.own_body(&schema_at, body, ty, text, fields, scope);
            }
        }
        Some(kind)
    }

    /// A body that is one field.
    fn own_body(
        &mut self,
        at: &At,
        body: &RequestBody,
        ty: Type,
        docs: String,
        fields: &mut Vec<OperationField>,
        scope: &mut Scope,
    ) {
        let wanted = Wanted {
            at: at.clone(),
            given: None,
            text: "body".to_owned(),
            what: "the request body".to_owned(),
            qualifier: Some("request"),
        };
        let name = self.name(scope, Spelling::Field, wanted).unwrap_or_else(|| "body".to_owned());
        let wire = "body".to_owned();
        let field =
            Field { name, wire, ty, required: body.required, nullable: false, deprecated: false, docs };
        fields.push(OperationField { place: Place::Body, field });
    }

    /// A body in one of several media types: a type beside the operation, of which the client's favourite is made by itself.
    fn body_choice(
        &mut self,
        at: &At,
        body: &'a RequestBody,
        owner: &str,
        fields: &mut Vec<OperationField>,
        scope: &mut Scope,
        names: &mut Scope,
    ) -> Body {
        let content_at = at.child("content");
        let mut contents: Vec<_> = body.content.iter().collect();
        contents.sort_by_key(|(media_type, _)| preference(&media(media_type)));
        let mut variants: Vec<BodyVariant> = Vec::new();
        let mut taken = Scope::default();
        for (media_type, content) in contents {
            let at = content_at.child(media_type);
            let kind = media(media_type);
            let kind = self.encoded(&at, content, kind);
            let known = variants.len();
            let name = media_name(media_type);
            let name = match taken.claim(&name, media_type) {
                Ok(()) => name,
                Err(_) => format!("{name}{known}"),
            };
            let mut fields_of_parts = Vec::new();
            let (kind, ty) = match (kind, &content.schema) {
                (Body::Bytes(media_type), _) => (Body::Bytes(media_type), Type::Bytes),
                (kind @ (Body::Text | Body::TextAs(_)), _) => (kind, Type::String),
                (kind, None) => (kind, Type::Json),
                (Body::Multipart, Some(schema))
                    if self.is_flat(&at.child("schema"), schema, &Body::Multipart) =>
                {
                    let mut parts = Vec::new();
                    let name = self.choice_name(&at, owner, &["Multipart", "Parts"], names);
                    let mut scope = Scope::reserving(PART_FIELDS);
                    self.flatten(
                        &at.child("schema"),
                        schema,
                        &Body::Multipart,
                        &name,
                        &mut parts,
                        &mut scope,
                    );
                    fields_of_parts = parts.into_iter().map(|part| part.field).collect();
                    (Body::Multipart, Type::Beside(name))
                }
                (kind, Some(schema)) => {
                    let hint = if variants.is_empty() {
                        format!("{owner}Body")
                    } else {
                        format!("{owner}{name}Body")
                    };
                    let ty = self.property_type(&at.child("schema"), PropertySchema::Plain(schema), &hint);
                    (kind, ty)
                }
            };
            variants.push(BodyVariant {
                name,
                media_type: media_type.clone(),
                body: kind,
                ty,
                fields: fields_of_parts,
            });
        }
        let name = self.choice_name(at, owner, &["Body", "Content"], names);
        let docs = body.description.clone().unwrap_or_else(|| "The body of the request.".to_owned());
        self.own_body(at, body, Type::Beside(name.clone()), docs, fields, scope);
        Body::Choice(BodyChoice { name, variants })
    }

    /// Whether a body becomes the operation's own fields.
    fn is_flat(&self, at: &At, schema: &'a ReferenceOr<Schema>, kind: &Body) -> bool {
        let is_multipart = *kind == Body::Multipart;
        let inline = match schema {
            ReferenceOr::Item(schema) => Some((at.clone(), schema)),
            ReferenceOr::Reference { .. } if is_multipart => self.follow(at, schema),
            ReferenceOr::Reference { .. } => None,
        };
        let Some((at, schema)) = inline else { return false };
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::Object(object)) => {
                let is_open = matches!(object.additional_properties, Some(AdditionalProperties::Schema(_)))
                    || matches!(object.additional_properties, Some(AdditionalProperties::Any(true)));
                !object.properties.is_empty() && (is_multipart || !is_open || self.is_ours(&at))
            }
            SchemaKind::AllOf { all_of } => {
                all_of.len() > 1
                    && self.json_kind(&at, schema) == JsonKind::Object
                    && !self.has_choice(&at, schema)
            }
            _ => false,
        }
    }

    /// How a body is written, with what is said of its parts beside their types.
    fn encoded(&mut self, at: &At, content: &MediaType, kind: Body) -> Body {
        let mut styles = Vec::new();
        for (name, encoding) in &content.encoding {
            let style = encoding.style.as_ref();
            // The typed view does not know whether `explode` was left out, which means true for forms.
            let place = at.pointer.child("encoding").child(name).child("explode");
            let explode = self.source(at).and_then(|source| source.document.node(&place)?.as_bool());
            let has_style = style.is_some() || explode.is_some();
            let has_type = encoding.content_type.is_some() && kind == Body::Multipart;
            if kind == Body::Form && has_style {
                styles.push((name.clone(), form_style(style, explode.unwrap_or(true))));
            } else if has_style || has_type || !encoding.headers.is_empty() {
                self.beyond(
                    &at.child("encoding").child(name),
                    "`encoding`",
                    "parts are written by their types, a file with the content type that it is given",
                    "leave it out: parts are written by their types",
                );
            }
        }
        if styles.is_empty() { kind } else { Body::FormStyled(styles) }
    }

    fn flatten(
        &mut self,
        at: &At,
        schema: &'a ReferenceOr<openapiv3::Schema>,
        kind: &Body,
        owner: &str,
        fields: &mut Vec<OperationField>,
        scope: &mut Scope,
    ) {
        let Some((target, schema)) = self.follow(at, schema) else { return };
        let mut merged = Merged::default();
        self.merge(&target, schema, owner, &mut merged);
        if let Some((
            ref at,
            openapiv3::AdditionalProperties::Schema(_) | openapiv3::AdditionalProperties::Any(true),
        )) = merged.additional
        {
            self.beyond(
                at,
                "`additionalProperties` of a body written inline",
                "only the named parts can be sent",
                "name the body's schema and refer to it",
            );
        }
        let mut properties = self.fields(&merged, scope);
        if *kind == Body::Multipart {
            for (field, property) in properties.iter_mut().zip(&merged.properties) {
                match self.files(&property.at, property.schema) {
                    Some(Files::One) => field.ty = Type::File,
                    Some(Files::Several) => field.ty = Type::List(Box::new(Type::File)),
                    None => {}
                }
            }
        }
        fields
            .extend(properties.into_iter().map(|field| OperationField { place: Place::BodyProperty, field }));
    }

    /// Whether a part of a multipart body is a file, or several.
    fn files(&self, at: &At, schema: PropertySchema<'a>) -> Option<Files> {
        let (at, schema) = self.follow_property(at, schema)?;
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => {
                (string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)).then_some(Files::One)
            }
            SchemaKind::Type(OpenApiType::Array(array)) => {
                let items = array.items.as_ref().map(PropertySchema::Boxed)?;
                self.files(&at.child("items"), items).map(|_| Files::Several)
            }
            _ => None,
        }
    }

    /// Whether an object is one of several.
    fn has_choice(&self, at: &At, schema: &Schema) -> bool {
        let SchemaKind::AllOf { all_of } = &schema.schema_kind else { return false };
        all_of.iter().enumerate().any(|(index, member)| {
            let target = self.follow_any(&at.child("allOf").child(index), member);
            target.is_some_and(|(_, schema)| match &schema.schema_kind {
                SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => true,
                SchemaKind::Any(any) => !any.one_of.is_empty() || !any.any_of.is_empty(),
                _ => false,
            })
        })
    }

    fn body_at(&self, at: At, body: &'a ReferenceOr<RequestBody>) -> Option<(At, &'a RequestBody)> {
        match body {
            ReferenceOr::Item(body) => Some((at, body)),
            ReferenceOr::Reference { reference } => {
                let target = self.target(&at, reference)?;
                let name = target.pointer.last()?;
                match self.source(&target)?.api.components.as_ref()?.request_bodies.get(&name)? {
                    ReferenceOr::Item(body) => Some((target, body)),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        }
    }

    /// The documented requests, one for each example of the body; parameters give theirs to all.
    pub(super) fn request_examples(
        &mut self,
        at: &At,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
        fields: &[OperationField],
        body: Option<&Body>,
    ) -> Vec<RequestExample> {
        let content = operation
            .request_body
            .as_ref()
            .and_then(|body| self.body_at(at.child("requestBody"), body))
            .and_then(|(at, declared)| {
                let (media_type, content) = match body {
                    Some(Body::Choice(choice)) => {
                        declared.content.get_key_value(&choice.variants.first()?.media_type)?
                    }
                    _ => declared.content.first()?,
                };
                Some((at.child("content").child(media_type), content))
            });
        let bodies = content.as_ref().map(|(at, content)| self.examples(at, content)).unwrap_or_default();
        let parameters: IndexMap<_, _> = self
            .declared_parameters(at, item, operation)
            .into_iter()
            .filter_map(|(at, parameter)| {
                let data = parameter.parameter_data_ref();
                let example = parameter_example(data).filter(|_| self.is_right(&at))?;
                Some((data.name.clone(), example))
            })
            .collect();
        let value = |field: &OperationField, body: Option<&Json>| match field.place {
            Place::Body => body.cloned(),
            Place::BodyProperty => body.and_then(|body| body.get(&field.field.wire)).cloned(),
            _ => parameters.get(&field.field.wire).cloned(),
        };
        let make = |name: String, body: Option<Json>| RequestExample {
            name,
            values: fields.iter().map(|field| value(field, body.as_ref())).collect(),
            body,
        };
        let complete = |example: &RequestExample| {
            fields.iter().zip(&example.values).all(|(field, value)| value.is_some() || !field.field.required)
        };
        let is_optional = fields.iter().all(|field| field.place != Place::Body || !field.field.required);
        let all = if bodies.is_empty() && (content.is_none() || (is_optional && !self.is_ours(at))) {
            vec![make(String::new(), None)]
        } else {
            bodies.into_iter().map(|example| make(example.name, Some(example.value))).collect()
        };
        all.into_iter().filter(complete).collect()
    }

    /// The examples of a media type that fit, with the names of those that have one.
    pub(super) fn examples(&self, at: &At, content: &MediaType) -> Vec<Example> {
        let single = content.example.clone().filter(|_| self.is_right(&at.child("example")));
        let single = single.map(|value| Example { name: String::new(), value });
        let named = content.examples.iter().filter_map(|(name, example)| match example {
            ReferenceOr::Item(example) => {
                let value = example.value.clone()?;
                let place = at.child("examples").child(name).child("value");
                self.is_right(&place).then(|| Example { name: name.clone(), value })
            }
            ReferenceOr::Reference { reference } => {
                let name = reference.rsplit('/').next()?.to_owned();
                let target = self.target(at, reference)?;
                if !self.is_right(&target.child("value")) {
                    return None;
                }
                match self.source(&target)?.api.components.as_ref()?.examples.get(&name)? {
                    ReferenceOr::Item(example) => Some(Example { value: example.value.clone()?, name }),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        });
        single.into_iter().chain(named).collect()
    }
}

fn parameter_example(data: &openapiv3::ParameterData) -> Option<Json> {
    let named = || match data.examples.values().next()? {
        ReferenceOr::Item(example) => example.value.clone(),
        ReferenceOr::Reference { .. } => None,
    };
    let in_schema = || match &data.format {
        ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) => schema.schema_data.example.clone(),
        _ => None,
    };
    data.example.clone().or_else(named).or_else(in_schema)
}
