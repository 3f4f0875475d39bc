//! Callbacks: `x-webhooks` of the document and `callbacks` of its operations.

use indexmap::IndexMap;
use openapiv3::{Operation as OpenApiOperation, PathItem, ReferenceOr, SchemaKind};

use super::lower::{At, Lowering, Source, collision, no_name};
use super::merge::PropertySchema;
use super::names::{Scope, field_name, type_name};
use super::{Callback, CallbackBody, Struct, Type, docs, extensions};
use crate::document::Pointer;

/// The path items of `x-webhooks`, in the order of the document.
pub(super) fn webhooks(
    source: &crate::document::Document,
    api: &openapiv3::OpenAPI,
) -> IndexMap<String, PathItem> {
    let mut webhooks = IndexMap::new();
    let order = source.root.get("x-webhooks").map(|node| node.entries()).unwrap_or_default();
    for entry in order {
        let item = api.extensions.get("x-webhooks").and_then(|all| all.get(&entry.key)).cloned();
        // What does not fit is the lint's to report.
        if let Some(Ok(item)) = item.map(serde_json::from_value) {
            webhooks.insert(entry.key.clone(), item);
        }
    }
    webhooks
}

impl<'a> Lowering<'a> {
    pub(super) fn callbacks(&mut self, source: &'a Source<'a>) -> Vec<Callback> {
        let mut scope = Scope::default();
        let mut callbacks = Vec::new();
        let root = At { source: self.current, pointer: Pointer::root() };
        for (key, item) in &source.webhooks {
            let at = root.child("x-webhooks").child(key);
            for (method, operation) in item.iter() {
                callbacks.extend(self.callback(&at.child(method), key, operation, &mut scope));
            }
        }
        for (path, item) in &source.api.paths.paths {
            let ReferenceOr::Item(item) = item else { continue };
            for (method, operation) in item.iter() {
                let at = root.child("paths").child(path).child(method).child("callbacks");
                for (key, callback) in &operation.callbacks {
                    for (expression, item) in callback {
                        for (method, operation) in item.iter() {
                            let at = at.child(key).child(expression).child(method);
                            callbacks.extend(self.callback(&at, key, operation, &mut scope));
                        }
                    }
                }
            }
        }
        callbacks
    }

    fn callback(
        &mut self,
        at: &At,
        key: &str,
        operation: &'a OpenApiOperation,
        scope: &mut Scope,
    ) -> Option<Callback> {
        let given = extensions::rust_name(&operation.extensions).unwrap_or(key);
        let what = format!("callback `{key}`");
        let (Some(name), Some(module)) = (type_name(given), field_name(given)) else {
            self.find(at, |file, place| no_name(file, place, &what));
            return None;
        };
        if let Err(other) = scope.claim(&name, &what) {
            self.find(at, |file, place| collision(file, place, &what, &name, &other));
        }
        let (body, examples) = match &operation.request_body {
            Some(ReferenceOr::Item(body)) => self.callback_body(&at.child("requestBody"), body, &name),
            Some(ReferenceOr::Reference { .. }) => {
                self.unsupported(at, "a reference in place of a callback's body", "write the body out");
                return None;
            }
            None => (CallbackBody::Struct(Struct::default()), Vec::new()),
        };
        Some(Callback {
            id: key.to_owned(),
            name,
            module,
            docs: docs::of_operation(operation.summary.as_deref(), operation.description.as_deref()),
            vendor: extensions::vendor(&operation.extensions),
            body,
            examples,
        })
    }

    fn callback_body(
        &mut self,
        at: &At,
        body: &'a openapiv3::RequestBody,
        name: &str,
    ) -> (CallbackBody, Vec<super::Example>) {
        let Some((media_type, content)) = body.content.first() else {
            return (CallbackBody::Struct(Struct::default()), Vec::new());
        };
        let at = at.child("content").child(media_type);
        if super::body::media(media_type) != super::Body::Json || body.content.len() > 1 {
            self.unsupported(&at, "a callback whose body is not JSON alone", "keep `application/json`");
        }
        let examples = self.examples(content);
        let at = at.child("schema");
        let body = match &content.schema {
            None => CallbackBody::Type(Type::Json),
            Some(ReferenceOr::Item(schema)) if is_object(&schema.schema_kind) => {
                CallbackBody::Struct(self.structure(&at, schema, name))
            }
            Some(schema) => CallbackBody::Type(self.property_type(
                &at,
                PropertySchema::Plain(schema),
                &format!("{name}Body"),
            )),
        };
        (body, examples)
    }
}

/// An object written inline, alone or on top of others.
fn is_object(kind: &SchemaKind) -> bool {
    match kind {
        SchemaKind::Type(openapiv3::Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::AllOf { all_of } => all_of.len() > 1,
        SchemaKind::Any(any) => !any.properties.is_empty() || !any.all_of.is_empty(),
        _ => false,
    }
}
