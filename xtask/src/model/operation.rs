//! Operations: parameters, body and answer of each.

use heck::ToLowerCamelCase as _;
use openapiv3::{CookieStyle, HeaderStyle, PathStyle, QueryStyle};
use openapiv3::{Operation as OpenApiOperation, Parameter, ParameterSchemaOrContent, PathItem, ReferenceOr};

use super::lists::Listed;
use super::lower::{At, Lowering, Source, collision};
use super::merge::PropertySchema;
use super::names::{RESERVED_TYPES, Scope, Spelling, field_name, type_name};
use super::settle::Wanted;
use super::{Field, Operation, OperationField, Place, Style, docs, extensions, security};
use crate::document::Pointer;

/// Names that the generated client uses itself.
const CLIENT_METHODS: &[&str] = &["new", "builder", "core", "from", "clone"];
/// Names that the generated struct of an operation uses itself.
const OPERATION_FIELDS: &[&str] = &["new", "write", "read"];

/// The names of a crate's operations.
struct Names {
    /// The client's methods, which are modules too.
    methods: Scope,
    /// The types beside the operations.
    types: Scope,
}

/// An operation on its way, with the names that it got.
struct Found<'a> {
    at: At,
    path: &'a str,
    method: &'a str,
    item: &'a PathItem,
    operation: &'a OpenApiOperation,
    id: String,
    method_name: String,
    name: String,
}

impl<'a> Lowering<'a> {
    pub(super) fn operations(&mut self, source: &'a Source<'a>) -> Vec<Operation> {
        let mut names =
            Names { methods: Scope::reserving(CLIENT_METHODS), types: Scope::reserving(RESERVED_TYPES) };
        let found = self.find_operations(source, &mut names);
        found.iter().map(|found| self.operation(source, found, &mut names)).collect()
    }

    /// All operations, with their names.
    fn find_operations(&mut self, source: &'a Source<'a>, names: &mut Names) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        for (path, item) in &source.api.paths.paths {
            let at = At { source: self.current, pointer: Pointer::root().child("paths").child(path) };
            match item {
                ReferenceOr::Reference { reference } if self.path_item(&at, reference).is_none() => {
                    self.unsupported(&at, "a reference in place of a path item", "write the path item out");
                }
                item => {
                    let (at, item) = match item {
                        ReferenceOr::Item(item) => (at, item),
                        ReferenceOr::Reference { reference } => match self.path_item(&at, reference) {
                            Some(found) => found,
                            None => continue,
                        },
                    };
                    for (method, operation) in item.iter() {
                        // Without an operationId, which the lint reports, the method and the path make a name.
                        let id = operation.operation_id.clone();
                        let id = id.unwrap_or_else(|| format!("{method} {path}").to_lower_camel_case());
                        let at = at.child(method);
                        found.push((at, path.as_str(), method, item, operation, id));
                    }
                }
            }
        }
        let wanted: Vec<_> = found
            .iter()
            .map(|(at, path, method, _, operation, id)| Wanted {
                at: if operation.operation_id.is_some() { at.child("operationId") } else { at.clone() },
                given: extensions::rust_name(&operation.extensions).and_then(field_name),
                text: if operation.operation_id.is_some() { id.clone() } else { format!("{method} {path}") },
                what: format!("operation `{id}`"),
                qualifier: None,
            })
            .collect();
        let methods = self.names(&mut names.methods, Spelling::Field, &wanted);
        let mut named = Vec::new();
        for ((at, path, method, item, operation, id), method_name) in found.into_iter().zip(methods) {
            let Some(method_name) = method_name else { continue };
            let given = extensions::rust_name(&operation.extensions);
            let name =
                match given.or(Some(&id)).filter(|text| field_name(text).as_deref() == Some(&method_name)) {
                    Some(text) => type_name(text),
                    None => type_name(&method_name),
                };
            let Some(name) = name else { continue };
            let wanted = Wanted {
                at: at.clone(),
                given: None,
                text: name.clone(),
                what: format!("operation `{id}`"),
                qualifier: None,
            };
            let name = self.name(&mut names.types, Spelling::Type, wanted).unwrap_or(name);
            named.push(Found { at, path, method, item, operation, id, method_name, name });
        }
        named
    }

    fn operation(&mut self, source: &'a Source<'a>, found: &Found<'a>, names: &mut Names) -> Operation {
        let Found { at, path, method, item, operation, id, method_name, name } = found;
        let what = format!("operation `{id}`");
        let mut scope = Scope::reserving(OPERATION_FIELDS);
        let mut fields = self.parameters(at, item, operation, name, &mut scope);
        let body = self.request_body(at, operation, name, &mut fields, &mut scope, &mut names.types);
        let (answer, answer_examples) = self.answer(at, source, operation, name, &mut names.types);
        let failure = self.failure(at, source, operation, name, &mut names.types);
        let request_examples = self.request_examples(at, item, operation, &fields, body.as_ref());
        let method = method.to_uppercase();
        let effect = extensions::effect(&operation.extensions, &method);
        let listed = Listed { extensions: &operation.extensions, fields: &fields, answer: &answer, effect };
        let batch = self.batch(at, &listed);
        let pagination = self.pagination(at, &listed);
        let lowered = Operation {
            at: at.clone(),
            id: id.clone(),
            path: (*path).to_owned(),
            effect,
            auth: security::of_operation(source, operation),
            docs: docs::of_operation(operation.summary.as_deref(), operation.description.as_deref()),
            vendor: extensions::vendor(&operation.extensions),
            deprecated: operation.deprecated,
            batch,
            pagination,
            name: name.clone(),
            method_name: method_name.clone(),
            method,
            fields,
            body,
            answer,
            failure,
            request_examples,
            answer_examples,
        };
        for name in lowered.pager_name().into_iter().chain(lowered.batch_name()) {
            if let Err(other) = names.methods.claim(&name, &what) {
                self.find(&at.child("operationId"), |file, place| {
                    collision(file, place, &what, &name, &other)
                });
            }
        }
        lowered
    }

    /// The parameters of the operation and of its path, references resolved.
    pub(super) fn declared_parameters(
        &self,
        at: &At,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
    ) -> Vec<(At, &'a Parameter)> {
        let path_at = At { source: at.source, pointer: at.pointer.parent() };
        let own = operation
            .parameters
            .iter()
            .enumerate()
            .map(|(index, one)| (at.child("parameters").child(index), one));
        let shared = item
            .parameters
            .iter()
            .enumerate()
            .map(|(index, one)| (path_at.child("parameters").child(index), one));
        let mut found: Vec<(At, &'a Parameter)> = Vec::new();
        for (at, parameter) in own.chain(shared) {
            let Some((at, parameter)) = self.parameter(at, parameter) else { continue };
            let key = |parameter: &Parameter| {
                (parameter.parameter_data_ref().name.clone(), std::mem::discriminant(parameter))
            };
            if !found.iter().any(|(_, known)| key(known) == key(parameter)) {
                found.push((at, parameter));
            }
        }
        found
    }

    /// The path item that a reference leads to.
    fn path_item(&self, at: &At, reference: &str) -> Option<(At, &'a PathItem)> {
        let target = self.target(at, reference)?;
        let mut segments = target.pointer.segments();
        let path = segments.next().filter(|first| first == "paths").and_then(|_| segments.next())?;
        if segments.next().is_some() {
            return None;
        }
        match self.source(&target)?.api.paths.paths.get(&path)? {
            ReferenceOr::Item(item) => Some((target.clone(), item)),
            ReferenceOr::Reference { .. } => None,
        }
    }

    /// Those that the operation writes itself.
    fn sent_parameters(
        &mut self,
        at: &At,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
    ) -> Vec<(At, &'a Parameter)> {
        let mut sent = Vec::new();
        for (at, parameter) in self.declared_parameters(at, item, operation) {
            let name = &parameter.parameter_data_ref().name;
            // OpenAPI says that these are no parameters; the client sends them.
            let is_standard =
                ["accept", "authorization", "content-type"].contains(&name.to_lowercase().as_str());
            if is_standard && matches!(parameter, Parameter::Header { .. }) {
                let message = format!("the header `{name}` is no parameter: the client sends it by itself");
                self.note(&at, &message, "OpenAPI says so too; leave it out");
            } else {
                sent.push((at, parameter));
            }
        }
        sent
    }

    fn parameter(&self, at: At, parameter: &'a ReferenceOr<Parameter>) -> Option<(At, &'a Parameter)> {
        match parameter {
            ReferenceOr::Item(parameter) => Some((at, parameter)),
            ReferenceOr::Reference { reference } => {
                let target = self.target(&at, reference)?;
                let name = target.pointer.last()?;
                match self.source(&target)?.api.components.as_ref()?.parameters.get(&name)? {
                    ReferenceOr::Item(parameter) => Some((target, parameter)),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        }
    }

    fn parameters(
        &mut self,
        at: &At,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
        owner: &str,
        scope: &mut Scope,
    ) -> Vec<OperationField> {
        let mut fields = Vec::new();
        let parameters = self.sent_parameters(at, item, operation);
        let wanted: Vec<_> = parameters
            .iter()
            .map(|(at, parameter)| {
                let data = parameter.parameter_data_ref();
                Wanted {
                    at: at.clone(),
                    given: extensions::rust_name(&data.extensions).map(str::to_owned),
                    text: data.name.clone(),
                    what: format!("parameter `{}`", data.name),
                    qualifier: Some(match parameter {
                        Parameter::Path { .. } => "path",
                        Parameter::Query { .. } => "query",
                        Parameter::Header { .. } => "header",
                        Parameter::Cookie { .. } => "cookie",
                    }),
                }
            })
            .collect();
        let names = self.names(scope, Spelling::Field, &wanted);
        for ((at, parameter), name) in parameters.into_iter().zip(names) {
            let data = parameter.parameter_data_ref();
            if matches!(parameter, Parameter::Query { allow_reserved: true, .. }) {
                let hint = "leave it out: values are percent-encoded";
                self.beyond(
                    &at,
                    "`allowReserved`",
                    "the values are percent-encoded, which means the same",
                    hint,
                );
            }
            let (place, schema, at) = match &data.format {
                ParameterSchemaOrContent::Schema(schema) => (place(parameter), schema, at),
                ParameterSchemaOrContent::Content(content) => match content.first() {
                    Some((media_type, content)) if super::body::media(media_type).is_json() => {
                        let at = at.child("content").child(media_type);
                        let Some(schema) = &content.schema else { continue };
                        (with_style(place(parameter), Style::Json), schema, at)
                    }
                    Some((media_type, content)) if super::body::media(media_type) == super::Body::Text => {
                        let at = at.child("content").child(media_type);
                        let Some(schema) = &content.schema else { continue };
                        (place(parameter), schema, at)
                    }
                    _ => {
                        self.unsupported(
                            &at,
                            "a parameter with `content`",
                            "give it a `schema` and a `style`",
                        );
                        continue;
                    }
                },
            };
            let hint = format!("{owner}{}", type_name(&data.name).unwrap_or_default());
            let ty = self.property_type(&at.child("schema"), PropertySchema::Plain(schema), &hint);
            let pii = extensions::is_pii(&data.extensions)
                && !matches!(ty, super::Type::Pii(_) | super::Type::Named(_));
            let ty = if pii { super::Type::Pii(Box::new(ty)) } else { ty };
            let name = name.unwrap_or_else(|| "unnamed".to_owned());
            let mut text = data.description.clone().unwrap_or_default();
            if let ReferenceOr::Item(schema) = schema {
                let more = docs::of_schema(schema);
                text =
                    [text, more].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
            }
            if let Some(evidence) = extensions::evidence(&data.extensions) {
                text = docs::with_evidence(&text, evidence);
            }
            fields.push(OperationField {
                place,
                field: Field {
                    name,
                    wire: data.name.clone(),
                    ty,
                    required: data.required,
                    nullable: false,
                    deprecated: data.deprecated.unwrap_or(false),
                    docs: text,
                },
            });
        }
        fields
    }
}

fn with_style(place: Place, style: Style) -> Place {
    match place {
        Place::Path(_) => Place::Path(style),
        Place::Query(_) => Place::Query(style),
        Place::Header(_) => Place::Header(style),
        Place::Cookie(_) => Place::Cookie(style),
        Place::Body | Place::BodyProperty => place,
    }
}

fn place(parameter: &Parameter) -> Place {
    let explode = parameter.parameter_data_ref().explode;
    let pick = |default: bool, plain: Style, exploded: Style| {
        if explode.unwrap_or(default) { exploded } else { plain }
    };
    match parameter {
        Parameter::Path { style, .. } => Place::Path(match style {
            PathStyle::Simple => pick(false, Style::Simple, Style::SimpleExploded),
            PathStyle::Label => pick(false, Style::Label, Style::LabelExploded),
            PathStyle::Matrix => pick(false, Style::Matrix, Style::MatrixExploded),
        }),
        Parameter::Query { style, .. } => Place::Query(match style {
            QueryStyle::Form => pick(true, Style::Form, Style::FormExploded),
            QueryStyle::SpaceDelimited => Style::SpaceDelimited,
            QueryStyle::PipeDelimited => Style::PipeDelimited,
            QueryStyle::DeepObject => Style::DeepObject,
        }),
        Parameter::Header { style: HeaderStyle::Simple, .. } => {
            Place::Header(pick(false, Style::Simple, Style::SimpleExploded))
        }
        Parameter::Cookie { style: CookieStyle::Form, .. } => {
            Place::Cookie(pick(true, Style::Form, Style::FormExploded))
        }
    }
}
