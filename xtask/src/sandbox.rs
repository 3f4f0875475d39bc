//! What the stand-in for the vendor knows of the documents: one file of tables in its crate. The schemas keep the
//! limits and patterns that types cannot say, so they come from the documents' trees and not from the models.

mod literal;
mod schema;

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value as Json;

use crate::document::{Document, Node, Place, Spec};
use crate::emit::File;
use crate::model::{self, Auth, Model};
use literal::literal;
use schema::Definitions;

/// The folder of the crate, below the root of a workspace that has it.
pub const FOLDER: &str = "crates/airudder-sandbox";

/// The tables of all documents.
pub fn emit(spec: &Spec, models: &[Model]) -> File {
    let mut tables = Tables { spec, definitions: Definitions::new(spec) };
    let mut names = Vec::new();
    let mut documents = quote!();
    for model in models {
        if model.operations.is_empty() && model.callbacks.is_empty() {
            continue;
        }
        let name = format_ident!("{}", heck::AsShoutySnakeCase(&model.krate.stem).to_string());
        let document = tables.document(model);
        documents.extend(quote!(const #name: Document = #document;));
        names.push(name);
    }
    let definitions = literal(&tables.definitions.finish());
    let items = quote! {
        use crate::contract::{
            Answer, Auth, Body, Callback, Document, Effect, Envelope, Limit, Operation, Paging, Parameter, Place,
        };

        #[doc = " Every document with operations or callbacks."]
        pub static DOCUMENTS: &[Document] = &[#(#names),*];

        #[doc = " The schemas that others refer to, by `document.Name`."]
        pub static DEFINITIONS: &str = #definitions;

        #documents
    };
    File {
        path: format!("{FOLDER}/src/generated.rs"),
        text: crate::emit::module("spec/", "What the documents say.", items),
    }
}

struct Tables<'a> {
    spec: &'a Spec,
    definitions: Definitions<'a>,
}

impl<'a> Tables<'a> {
    fn document(&mut self, model: &Model) -> TokenStream {
        let (name, title) = (&model.krate.stem, &model.krate.title);
        let envelope = option(model.envelope.as_ref().map(envelope));
        let operations: Vec<_> =
            model.operations.iter().filter_map(|operation| self.operation(operation)).collect();
        let callbacks: Vec<_> =
            model.callbacks.iter().filter_map(|callback| self.callback(callback)).collect();
        quote!(Document {
            name: #name,
            title: #title,
            envelope: #envelope,
            operations: &[#(#operations),*],
            callbacks: &[#(#callbacks),*],
        })
    }

    fn operation(&mut self, operation: &model::Operation) -> Option<TokenStream> {
        let place = self.place(&operation.at)?;
        let model::Operation { id, method, path, .. } = operation;
        let effect = match operation.effect {
            model::Effect::Safe => quote!(Effect::Safe),
            model::Effect::Idempotent => quote!(Effect::Idempotent),
            model::Effect::Unsafe => quote!(Effect::Unsafe),
        };
        let auth = match &operation.auth {
            Auth::None => quote!(Auth::None),
            Auth::Token => quote!(Auth::Token),
            Auth::Signature => quote!(Auth::Signature),
            // The sandbox plays our own documents, whose schemes are one of the two.
            Auth::Keys(_) => quote!(Auth::None),
        };
        let shared = model::At { pointer: operation.at.pointer.parent(), ..operation.at.clone() };
        let parameters = self.parameters(place, self.place(&shared)?);
        let body = option(place.get("requestBody").and_then(|body| self.body(body.follow(self.spec))));
        let answer = self.answer(place)?;
        let limit = option(place.get("x-batch").map(limit));
        let paging = option(place.get("x-pagination").map(paging));
        Some(quote!(Operation {
            id: #id,
            method: #method,
            path: #path,
            effect: #effect,
            auth: #auth,
            parameters: &[#(#parameters),*],
            body: #body,
            answer: #answer,
            limit: #limit,
            paging: #paging,
        }))
    }

    /// Those of the operation, and those that it shares with others at its path and does not say itself.
    fn parameters(&mut self, operation: Place<'a>, path: Place<'a>) -> Vec<TokenStream> {
        let declared = [operation, path].into_iter().filter_map(|owner| owner.get("parameters"));
        let (mut tokens, mut known) = (Vec::new(), HashSet::new());
        for parameter in declared.flat_map(Place::items) {
            let parameter = parameter.follow(self.spec);
            let (Some(name), Some(place)) = (parameter.text("name"), parameter.text("in")) else { continue };
            if !known.insert((name, place)) {
                continue;
            }
            let place = format_ident!("{}", heck::AsUpperCamelCase(place).to_string());
            let required = parameter.flag("required");
            let schema = match parameter.get("schema") {
                Some(schema) => literal(&self.definitions.schema(schema)),
                None => literal(&Json::Bool(true)),
            };
            tokens.push(quote!(Parameter {
                name: #name,
                place: Place::#place,
                required: #required,
                schema: #schema,
            }));
        }
        tokens
    }

    fn body(&mut self, body: Place<'a>) -> Option<TokenStream> {
        let required = body.flag("required");
        let (media, schema, _) = self.content(body)?;
        Some(quote!(Body { media: #media, required: #required, schema: #schema }))
    }

    /// The answer that means success, with its example.
    fn answer(&mut self, operation: Place<'a>) -> Option<TokenStream> {
        let responses = operation.get("responses")?;
        let (_, success) = responses.entries().find(|(status, _)| status.starts_with('2'))?;
        let (media, schema, example) = match self.content(success.follow(self.spec)) {
            Some((media, schema, example)) => (media, schema, literal(&example.unwrap_or_default())),
            None => ("", literal(&Json::Bool(true)), literal(&Json::Null)),
        };
        Some(quote!(Answer { media: #media, schema: #schema, example: #example }))
    }

    fn callback(&mut self, callback: &model::Callback) -> Option<TokenStream> {
        let body = self.place(&callback.at)?.get("requestBody")?.follow(self.spec);
        let (_, schema, example) = self.content(body)?;
        let (id, example) = (&callback.id, literal(&example.unwrap_or_default()));
        Some(quote!(Callback { id: #id, schema: #schema, example: #example }))
    }

    /// The first media type of a body, its schema and its first example.
    fn content(&mut self, body: Place<'a>) -> Option<(&'a str, TokenStream, Option<Json>)> {
        let (media, content) = body.get("content")?.entries().next()?;
        let schema = match content.get("schema") {
            Some(schema) => literal(&self.definitions.schema(schema)),
            None => literal(&Json::Bool(true)),
        };
        let named =
            || Some(content.get("examples")?.entries().next()?.1.follow(self.spec).get("value")?.node);
        let example = content.get("example").map(|example| example.node).or_else(named);
        Some((media, schema, example.map(Node::to_json)))
    }

    fn place(&self, at: &model::At) -> Option<Place<'a>> {
        let document: &'a Document = self.spec.documents.get(at.source)?;
        Some(Place { document, node: document.node(&at.pointer)? })
    }
}

fn envelope(envelope: &model::Envelope) -> TokenStream {
    let model::Envelope { code, message, data, .. } = envelope;
    let status = option(envelope.status.as_ref().map(|name| quote!(#name)));
    let request_id = option(envelope.request_id.as_ref().map(|name| quote!(#name)));
    let success = Literal::i64_unsuffixed(envelope.success.first().copied().unwrap_or_default());
    quote!(Envelope {
        code: #code,
        status: #status,
        message: #message,
        data: #data,
        request_id: #request_id,
        success: #success,
    })
}

fn limit(batch: Place<'_>) -> TokenStream {
    let field = batch.text("field").unwrap_or_default();
    let number = |key| batch.get(key).and_then(|node| node.node.as_number()?.as_u64());
    let max = Literal::u64_unsuffixed(number("max").unwrap_or(u64::MAX));
    let total = Literal::u64_unsuffixed(number("total").unwrap_or(u64::MAX));
    quote!(Limit { field: #field, max: #max, total: #total })
}

fn paging(pagination: Place<'_>) -> TokenStream {
    let text = |key| option(pagination.text(key).map(|text| quote!(#text)));
    let mark = pagination.text("page").or(pagination.text("cursor")).unwrap_or_default();
    let (key, size, items, total) = (text("key"), text("size"), text("items"), text("total"));
    quote!(Paging { mark: #mark, key: #key, size: #size, items: #items, total: #total })
}

fn option(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(Some(#tokens)),
        None => quote!(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_a_path_count_for_its_operations() {
        let text = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: size, in: query, schema: {type: integer}}
    get:
      operationId: getA
      parameters: [{name: size, in: query, schema: {type: string}}]
      responses: {'204': {description: D}}
";
        let (document, findings) = Document::parse("spec/product.yaml", text.to_owned());
        assert!(findings.is_empty());
        let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
        let (models, _) = model::lower(&spec);
        let text = emit(&spec, &models).text;
        let parameters: Vec<_> = text.split("Parameter {").skip(1).collect();
        assert_eq!(parameters.len(), 2, "{text}");
        assert!(parameters[0].contains("\"size\"") && parameters[0].contains("string"), "{text}");
        assert!(parameters[1].contains("\"id\"") && parameters[1].contains("Place::Path"), "{text}");
    }
}
