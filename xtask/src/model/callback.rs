//! Callbacks: `x-webhooks` of the document and `callbacks` of its operations.

use indexmap::IndexMap;
use openapiv3::{Operation as OpenApiOperation, Parameter, PathItem, ReferenceOr, Schema, SchemaKind};

use super::event::Draft;
use super::lower::{At, Lowering, Source, collision, no_name};
use super::merge::PropertySchema;
use super::names::{Scope, field_name, type_name};
use super::{Callback, CallbackBody, Event, Header, Marks, Struct, Type, docs, extensions};
use crate::document::{Document, Entry, Pointer};

/// The path items of `x-webhooks`, in the order of the document. The error is a key, and why there is no typed view of
/// what stands there.
pub(super) fn webhooks(source: &Document) -> Result<IndexMap<String, PathItem>, (String, String)> {
    let entries = source.root.get("x-webhooks").map(|node| node.entries()).unwrap_or_default();
    let read = |entry: &Entry| match serde_json::from_value(entry.value.to_json()) {
        Ok(item) => Ok((entry.key.clone(), item)),
        Err(error) => Err((entry.key.clone(), error.to_string())),
    };
    entries.iter().map(read).collect()
}

/// Names that the module of callbacks, or the enum over them, uses itself.
const RESERVED: &[&str] = &["Event", "Unknown"];

/// The headers that come with every request, which no callback needs to name.
const STANDARD_HEADERS: &[&str] = &["accept", "authorization", "content-type", "user-agent"];

impl<'a> Lowering<'a> {
    pub(super) fn callbacks(&mut self, source: &'a Source<'a>) -> Vec<Callback> {
        let mut scope = Scope::reserving(RESERVED);
        let mut drafts = Vec::new();
        let root = At { source: self.current, pointer: Pointer::root() };
        for (key, item) in &source.webhooks {
            let at = root.child("x-webhooks").child(key);
            for (method, operation) in item.iter() {
                drafts.extend(self.callback(&at.child(method), key, item, operation, &mut scope));
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
                            drafts.extend(self.callback(&at, key, item, operation, &mut scope));
                        }
                    }
                }
            }
        }
        self.events(drafts)
    }

    fn callback(
        &mut self,
        at: &At,
        key: &str,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
        scope: &mut Scope,
    ) -> Option<Draft> {
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
        let callback = Callback {
            at: at.clone(),
            id: key.to_owned(),
            name,
            module,
            docs: docs::of_operation(operation.summary.as_deref(), operation.description.as_deref()),
            vendor: extensions::vendor(&operation.extensions),
            headers: self.headers(at, item, operation),
            body,
            // Filled in when all callbacks are known.
            event: Event { marks: Marks::NoObject, identity: Vec::new(), time: None },
            examples,
        };
        Some(Draft { at: at.clone(), callback, given: extensions::event(&operation.extensions) })
    }

    fn headers(&mut self, at: &At, item: &'a PathItem, operation: &'a OpenApiOperation) -> Vec<Header> {
        let mut headers = Vec::new();
        for (at, parameter) in self.declared_parameters(at, item, operation) {
            let data = parameter.parameter_data_ref();
            if !matches!(parameter, Parameter::Header { .. }) {
                let hint = "leave it out: a callback has headers and a body";
                self.unsupported(&at, "a parameter of a callback that is no header", hint);
            } else if !STANDARD_HEADERS.contains(&data.name.to_lowercase().as_str()) {
                let docs = data.description.clone().unwrap_or_default();
                headers.push(Header { name: data.name.clone(), required: data.required, docs });
            }
        }
        headers
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
            Some(schema) => match self.object(&at, schema, name) {
                Some((at, schema, owner)) => CallbackBody::Struct(self.structure(&at, schema, &owner)),
                None => {
                    let hint = format!("{name}Body");
                    CallbackBody::Type(self.property_type(&at, PropertySchema::Plain(schema), &hint))
                }
            },
        };
        (body, examples)
    }

    /// The object that a body is, references followed, with the name that its inline types start with: a callback has
    /// a type of its own, whoever else has the same fields.
    fn object(
        &mut self,
        at: &At,
        schema: &'a ReferenceOr<Schema>,
        name: &str,
    ) -> Option<(At, &'a Schema, String)> {
        let (mut at, mut schema) = self.follow(at, schema)?;
        for _ in 0..16 {
            match &schema.schema_kind {
                SchemaKind::AllOf { all_of } if all_of.len() == 1 => {
                    (at, schema) = self.follow(&at.child("allOf").child(0), all_of.first()?)?;
                }
                kind if is_object(kind) => {
                    let named = self.named_type(&at);
                    let owner = named.as_ref().map_or(name, |named| &named.name).to_owned();
                    self.taken.extend(named);
                    return Some((at, schema, owner));
                }
                _ => return None,
            }
        }
        None
    }
}

/// An object with fields, alone or on top of others.
fn is_object(kind: &SchemaKind) -> bool {
    match kind {
        SchemaKind::Type(openapiv3::Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::AllOf { all_of } => all_of.len() > 1,
        SchemaKind::Any(any) => !any.properties.is_empty() || !any.all_of.is_empty(),
        _ => false,
    }
}
