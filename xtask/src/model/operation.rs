//! Operations: parameters, body and answer of each.

use heck::ToLowerCamelCase as _;
use openapiv3::{CookieStyle, HeaderStyle, PathStyle, QueryStyle};
use openapiv3::{
    Operation as OpenApiOperation, Parameter, ParameterSchemaOrContent, PathItem, ReferenceOr, Response,
    StatusCode,
};

use super::lists::Listed;
use super::lower::{At, Lowering, Source, collision};
use super::merge::{Merged, PropertySchema};
use super::names::{Scope, field_name, type_name};
use super::{Answer, Auth, Field, Operation, OperationField, Place, Style, docs, extensions};
use crate::document::Pointer;

/// Names that the generated client uses itself.
const CLIENT_METHODS: &[&str] = &["new", "builder", "core", "from", "clone"];
/// Names that the generated struct of an operation uses itself.
const OPERATION_FIELDS: &[&str] = &["new", "write", "read"];

impl<'a> Lowering<'a> {
    pub(super) fn operations(&mut self, source: &'a Source<'a>) -> Vec<Operation> {
        let mut methods = Scope::reserving(CLIENT_METHODS);
        let mut operations = Vec::new();
        for (path, item) in &source.api.paths.paths {
            let at = At { source: self.current, pointer: Pointer::root().child("paths").child(path) };
            match item {
                ReferenceOr::Reference { .. } => {
                    self.unsupported(&at, "a reference in place of a path item", "write the path item out")
                }
                ReferenceOr::Item(item) => {
                    for (method, operation) in item.iter() {
                        let at = at.child(method);
                        if let Some(lowered) =
                            self.operation(&at, source, path, method, item, operation, &mut methods)
                        {
                            operations.push(lowered);
                        }
                    }
                }
            }
        }
        operations
    }

    #[allow(clippy::too_many_arguments)]
    fn operation(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        path: &str,
        method: &str,
        item: &'a PathItem,
        operation: &'a OpenApiOperation,
        methods: &mut Scope,
    ) -> Option<Operation> {
        // Without an operationId, which the lint reports, the method and the path make a name.
        let id = operation
            .operation_id
            .clone()
            .unwrap_or_else(|| format!("{method} {path}").to_lower_camel_case());
        let id = id.as_str();
        let given = extensions::rust_name(&operation.extensions).unwrap_or(id);
        let what = format!("operation `{id}`");
        let (Some(name), Some(method_name)) = (type_name(given), field_name(given)) else {
            self.find(at, |file, place| super::lower::no_name(file, place, &what));
            return None;
        };
        if let Err(other) = methods.claim(&method_name, &what) {
            self.find(&at.child("operationId"), |file, place| {
                collision(file, place, &what, &method_name, &other)
            });
        }
        let mut scope = Scope::reserving(OPERATION_FIELDS);
        let mut fields = self.parameters(at, item, operation, &name, &mut scope);
        let body = self.request_body(at, operation, &name, &mut fields, &mut scope);
        let (answer, answer_examples) = self.answer(at, source, operation, &name);
        let request_examples = self.request_examples(at, item, operation, &fields);
        let method = method.to_uppercase();
        let effect = extensions::effect(&operation.extensions, &method);
        let listed = Listed { extensions: &operation.extensions, fields: &fields, answer: &answer, effect };
        let batch = self.batch(at, &listed);
        let pagination = self.pagination(at, &listed);
        let lowered = Operation {
            at: at.clone(),
            id: id.to_owned(),
            path: path.to_owned(),
            effect,
            auth: auth(source, operation),
            docs: docs::of_operation(operation.summary.as_deref(), operation.description.as_deref()),
            vendor: extensions::vendor(&operation.extensions),
            deprecated: operation.deprecated,
            batch,
            pagination,
            name,
            method_name,
            method,
            fields,
            body,
            answer,
            request_examples,
            answer_examples,
        };
        for name in lowered.pager_name().into_iter().chain(lowered.batch_name()) {
            if let Err(other) = methods.claim(&name, &what) {
                self.find(&at.child("operationId"), |file, place| {
                    collision(file, place, &what, &name, &other)
                });
            }
        }
        Some(lowered)
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
        for (at, parameter) in self.declared_parameters(at, item, operation) {
            let data = parameter.parameter_data_ref();
            let place = place(parameter);
            // OpenAPI says that these are no parameters; the client sends them.
            let is_standard =
                ["accept", "authorization", "content-type"].contains(&data.name.to_lowercase().as_str());
            if matches!(place, Place::Header(_)) && is_standard {
                continue;
            }
            if matches!(parameter, Parameter::Query { allow_reserved: true, .. }) {
                self.unsupported(&at, "`allowReserved`", "leave it out: values are percent-encoded");
            }
            let ParameterSchemaOrContent::Schema(schema) = &data.format else {
                self.unsupported(&at, "a parameter with `content`", "give it a `schema` and a `style`");
                continue;
            };
            let hint = format!("{owner}{}", type_name(&data.name).unwrap_or_default());
            let ty = self.property_type(&at.child("schema"), PropertySchema::Plain(schema), &hint);
            let pii = extensions::is_pii(&data.extensions)
                && !matches!(ty, super::Type::Pii(_) | super::Type::Named(_));
            let ty = if pii { super::Type::Pii(Box::new(ty)) } else { ty };
            let name =
                self.name_field(scope, &at, extensions::rust_name(&data.extensions), &data.name, "parameter");
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

    /// What the operation answers, and its documented answers.
    fn answer(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        operation: &'a OpenApiOperation,
        owner: &str,
    ) -> (Answer, Vec<super::Example>) {
        let responses_at = at.child("responses");
        let responses = &operation.responses;
        let successes: Vec<_> = responses
            .responses
            .iter()
            .filter(|(status, _)| matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2)))
            .map(|(status, response)| (responses_at.child(status), response))
            .collect();
        let fallback = responses.default.iter().map(|response| (responses_at.child("default"), response));
        let candidates: Vec<_> = if successes.is_empty() { fallback.collect() } else { successes };
        let mut chosen: Option<(At, &'a Response)> = None;
        for (at, response) in candidates {
            let Some((at, response)) = self.response(at, response) else { continue };
            if response.content.is_empty() {
                continue;
            }
            match chosen {
                Some((_, other)) if other.content != response.content => {
                    self.unsupported(
                        &at,
                        "a second successful answer with another content",
                        "keep the one that the service gives",
                    );
                }
                Some(_) => {}
                None => chosen = Some((at, response)),
            }
        }
        match chosen {
            None => (Answer::Empty, Vec::new()),
            Some((at, response)) => self.answer_content(&at, source, response, owner),
        }
    }

    fn response(&self, at: At, response: &'a ReferenceOr<Response>) -> Option<(At, &'a Response)> {
        match response {
            ReferenceOr::Item(response) => Some((at, response)),
            ReferenceOr::Reference { reference } => {
                let target = self.target(&at, reference)?;
                let name = target.pointer.last()?;
                match self.source(&target)?.api.components.as_ref()?.responses.get(&name)? {
                    ReferenceOr::Item(response) => Some((target, response)),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        }
    }

    fn answer_content(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        response: &'a Response,
        owner: &str,
    ) -> (Answer, Vec<super::Example>) {
        if response.content.len() > 1 {
            self.unsupported(
                &at.child("content"),
                "an answer in several media types",
                "keep the one that the client should ask for",
            );
        }
        let Some((media_type, content)) = response.content.first() else {
            return (Answer::Empty, Vec::new());
        };
        let at = at.child("content").child(media_type);
        match super::body::media(media_type) {
            super::Body::Json => {
                let examples = self.examples(content);
                let Some(schema) = &content.schema else {
                    return (Answer::Json(super::Type::Json), examples);
                };
                let schema_at = at.child("schema");
                let hint = format!("{owner}Answer");
                let answer = match &source.envelope {
                    None => Answer::Json(self.type_of(&schema_at, schema, &hint)),
                    Some(envelope) => match self.follow(&schema_at, schema) {
                        None => Answer::Empty,
                        Some((target, schema)) => {
                            let mut merged = Merged::default();
                            self.merge(&target, schema, &hint, &mut merged);
                            match merged.properties.iter().find(|property| property.wire == envelope.data) {
                                None => Answer::Empty,
                                Some(data) => Answer::Json(self.property_type(&data.at, data.schema, &hint)),
                            }
                        }
                    },
                };
                if let Answer::Json(super::Type::Named(name)) = &answer {
                    self.describe(&name.name, &response.description);
                }
                (answer, examples)
            }
            super::Body::Text => (Answer::Text, Vec::new()),
            _ => (Answer::Bytes, Vec::new()),
        }
    }
}

/// By the first scheme of the operation's own requirement, else of the document's; a scheme says in `x-auth` what it
/// is, and is the token otherwise.
fn auth(source: &Source<'_>, operation: &OpenApiOperation) -> Auth {
    let required = operation.security.as_ref().or(source.api.security.as_ref());
    let Some(scheme) = required.and_then(|schemes| schemes.iter().find_map(|scheme| scheme.keys().next()))
    else {
        return Auth::None;
    };
    let path = Pointer::root().child("components").child("securitySchemes").child(scheme).child("x-auth");
    match source.document.node(&path).and_then(|node| node.as_str()) {
        Some("signature") => Auth::Signature,
        _ => Auth::Token,
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
