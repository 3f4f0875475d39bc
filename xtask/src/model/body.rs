//! Request bodies and documented examples.

use indexmap::IndexMap;
use openapiv3::{
    MediaType, Operation as OpenApiOperation, ParameterSchemaOrContent, PathItem, ReferenceOr, RequestBody,
    SchemaKind,
};
use openapiv3::{StringFormat, Type as OpenApiType, VariantOrUnknownOrEmpty};
use serde_json::Value as Json;

use super::lower::{At, Lowering};
use super::merge::{Merged, PropertySchema};
use super::names::Scope;
use super::{Body, Example, Field, OperationField, Place, RequestExample, Type, docs};

/// How a media type is written.
pub(super) fn media(media_type: &str) -> Body {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    match essence.as_str() {
        "application/json" | "*/*" => Body::Json,
        json if json.ends_with("+json") => Body::Json,
        "application/x-www-form-urlencoded" => Body::Form,
        "multipart/form-data" => Body::Multipart,
        text if text.starts_with("text/") => Body::Text,
        _ => Body::Bytes(essence),
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
    ) -> Option<Body> {
        let (at, body) = self.body_at(at.child("requestBody"), operation.request_body.as_ref()?)?;
        if body.content.len() > 1 {
            self.unsupported(
                &at.child("content"),
                "a request body in several media types",
                "keep the one that the client should send",
            );
        }
        let (media_type, content) = body.content.first()?;
        let kind = media(media_type);
        let at = at.child("content").child(media_type);
        if !content.encoding.is_empty() {
            self.unsupported(
                &at.child("encoding"),
                "`encoding`",
                "leave it out: parts are written by their types",
            );
        }
        let schema_at = at.child("schema");
        let own = |ty, docs| {
            let name = "body".to_owned();
            let field = Field {
                wire: name.clone(),
                name,
                ty,
                required: body.required,
                nullable: false,
                deprecated: false,
                docs,
            };
            OperationField { place: Place::Body, field }
        };
        let text = body.description.clone().unwrap_or_else(|| "The body of the request.".to_owned());
        match (&kind, &content.schema) {
            (Body::Bytes(_), _) => fields.push(own(Type::Bytes, text)),
            (Body::Text, _) => fields.push(own(Type::String, text)),
            (_, None) => fields.push(own(Type::Json, text)),
            (_, Some(schema)) => {
                let flatten = match schema {
                    ReferenceOr::Item(schema) => match &schema.schema_kind {
                        SchemaKind::Type(OpenApiType::Object(object)) => !object.properties.is_empty(),
                        SchemaKind::AllOf { all_of } => all_of.len() > 1,
                        _ => false,
                    },
                    ReferenceOr::Reference { .. } => kind == Body::Multipart,
                };
                if flatten {
                    self.flatten(&schema_at, schema, &kind, owner, fields, scope);
                } else {
                    let ty = self.property_type(
                        &schema_at,
                        PropertySchema::Plain(schema),
                        &format!("{owner}Body"),
                    );
                    let text = match self.follow(&schema_at, schema) {
                        Some((_, schema)) if body.description.is_none() => docs::of_schema(schema),
                        _ => text,
                    };
                    if let Err(other) = scope.claim("body", "the request body") {
                        self.find(&schema_at, |file, place| {
                            super::lower::collision(file, place, "the request body", "body", &other)
                        });
                    }
                    fields.push(own(ty, text));
                }
            }
        }
        Some(kind)
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
            self.unsupported(
                at,
                "`additionalProperties` of a body written inline",
                "name the body's schema and refer to it",
            );
        }
        let mut properties = self.fields(&merged, scope);
        if *kind == Body::Multipart {
            for (field, property) in properties.iter_mut().zip(&merged.properties) {
                if self.is_file(&property.at, property.schema) {
                    field.ty = Type::File;
                }
            }
        }
        fields
            .extend(properties.into_iter().map(|field| OperationField { place: Place::BodyProperty, field }));
    }

    /// Whether a part of a multipart body is a file.
    fn is_file(&mut self, at: &At, schema: PropertySchema<'a>) -> bool {
        let Some((at, schema)) = self.follow_property(at, schema) else { return false };
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => {
                string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
            }
            SchemaKind::Type(OpenApiType::Array(array)) => {
                let items = array.items.as_ref().map(PropertySchema::Boxed);
                if items.is_some_and(|items| self.is_file(&at.child("items"), items)) {
                    self.unsupported(
                        &at,
                        "a list of files in one part",
                        "name each file as a property of its own",
                    );
                }
                false
            }
            _ => false,
        }
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
    ) -> Vec<RequestExample> {
        let content = operation
            .request_body
            .as_ref()
            .and_then(|body| self.body_at(at.child("requestBody"), body))
            .and_then(|(_, body)| body.content.first().map(|(_, content)| content));
        let bodies = content.map(|content| self.examples(content)).unwrap_or_default();
        let parameters: IndexMap<_, _> = self
            .declared_parameters(at, item, operation)
            .into_iter()
            .filter_map(|(_, parameter)| {
                let data = parameter.parameter_data_ref();
                Some((data.name.clone(), parameter_example(data)?))
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
        let all = if bodies.is_empty() && content.is_none() {
            vec![make(String::new(), None)]
        } else {
            bodies.into_iter().map(|example| make(example.name, Some(example.value))).collect()
        };
        all.into_iter().filter(complete).collect()
    }

    /// The examples of a media type, with the names of those that have one.
    pub(super) fn examples(&self, content: &MediaType) -> Vec<Example> {
        let single = content.example.clone().map(|value| Example { name: String::new(), value });
        let named = content.examples.iter().filter_map(|(name, example)| match example {
            ReferenceOr::Item(example) => Some(Example { name: name.clone(), value: example.value.clone()? }),
            ReferenceOr::Reference { reference } => {
                let name = reference.rsplit('/').next()?.to_owned();
                let at = At { source: self.current, pointer: crate::document::Pointer::root() };
                let target = self.target(&at, reference)?;
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
