//! `tests/examples.rs`: every documented example is a test.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value as Json;

use super::context::{Context, Index};
use super::format;
use crate::model::{Answer, Body, Envelope, Marks, Model};

/// The file; `None` when the document has no example.
pub(super) fn file(model: &Model, index: &Index<'_>) -> Option<String> {
    let krate = format_ident!("{}", model.krate.name.replace('-', "_"));
    let context = Context::new(model, index, quote!(#krate));
    let requests = requests(&context, &krate);
    let round_trips = round_trips(model);
    if requests.is_empty() && round_trips.is_empty() {
        return None;
    }
    let items = quote!(#requests #round_trips);
    let imports = context.imports(&items);
    let docs = "Every example of the document, through the public API.";
    let allow = super::allow_deprecated(model);
    Some(format::file(&model.krate.document, docs, quote!(#allow #imports #items)))
}

/// Every documented request is built, and its body is the documented one.
fn requests(context: &Context<'_>, krate: &Ident) -> TokenStream {
    let mut visits = quote!();
    let mut bodies = quote!();
    for operation in &context.model.operations {
        let method = format_ident!("{}", operation.method_name);
        for example in &operation.request_examples {
            let Some(request) = context.request(operation, example) else { continue };
            let label = label(&operation.id, &example.name);
            visits.extend(quote!(visitor.visit(#label, operations::#request, #krate::Client::#method)?;));
            let is_json = operation.body.as_ref().is_some_and(|body| match body {
                Body::Choice(choice) => choice.variants.first().is_some_and(|first| first.body.is_json()),
                body => body.is_json(),
            });
            if let (true, Some(body)) = (is_json, &example.body) {
                let body = body.to_string();
                bodies.extend(quote!(#label => Some(#body),));
            }
        }
    }
    if visits.is_empty() {
        return quote!();
    }
    quote! {
        /// The method of the client that sends an operation.
        pub type Method<O> = fn(&#krate::Client, O) -> client::Call<<O as client::Operation>::Answer>;

        /// What is done with each documented request.
        pub trait Visitor {
            /// Is given a request by the name of its example, and the method that sends it.
            fn visit<O: client::Operation>(
                &mut self,
                example: &'static str,
                request: O,
                method: Method<O>,
            ) -> Result<(), client::Error>;
        }

        /// Visits every documented request.
        pub fn visit(visitor: &mut impl Visitor) -> Result<(), Box<dyn std::error::Error>> {
            #visits
            Ok(())
        }

        /// Every documented request, written.
        pub fn requests() -> Result<Vec<(&'static str, client::Outgoing)>, Box<dyn std::error::Error>> {
            struct Written(Vec<(&'static str, client::Outgoing)>);

            impl Visitor for Written {
                fn visit<O: client::Operation>(
                    &mut self,
                    example: &'static str,
                    request: O,
                    _: Method<O>,
                ) -> Result<(), client::Error> {
                    self.0.push((example, client::Request::of(&request)?));
                    Ok(())
                }
            }

            let mut written = Written(Vec::new());
            visit(&mut written)?;
            Ok(written.0)
        }

        /// The documented JSON body of a request.
        fn documented_body(example: &str) -> Option<&'static str> {
            match example { #bodies _ => None, }
        }

        #[test]
        fn requests_are_written_as_documented() -> Result<(), Box<dyn std::error::Error>> {
            for (example, request) in requests()? {
                if let Some(body) = documented_body(example) {
                    let written = serde_json::from_slice(request.body())?;
                    let difference = wire::examples::difference(&body.parse()?, &written);
                    assert_eq!(difference, None, "{example}");
                }
            }
            Ok(())
        }
    }
}

/// Every documented answer and callback is decoded and encoded again with nothing lost, and each callback is found among
/// all of them.
fn round_trips(model: &Model) -> TokenStream {
    let mut answers = quote!();
    for operation in &model.operations {
        if let Answer::Json(_) = &operation.answer {
            let name = format_ident!("{}", operation.name);
            for example in &operation.answer_examples {
                if let Some(payload) = payload(&example.value, model.envelope.as_ref()) {
                    let (label, payload) = (label(&operation.id, &example.name), payload.to_string());
                    answers.extend(quote! {
                        assert_eq!(
                            wire::examples::round_trip::<<operations::#name as client::Operation>::Answer>(#payload),
                            Ok(()),
                            #label
                        );
                    });
                }
            }
        }
    }
    let mut callbacks = quote!();
    for callback in &model.callbacks {
        let name = format_ident!("{}", callback.name);
        let read_as = match &callback.event.marks {
            Marks::Like(other) => other,
            _ => &callback.id,
        };
        let read_as = format!("{}.{read_as}", model.krate.stem);
        for example in &callback.examples {
            let (label, body) = (label(&callback.id, &example.name), example.value.to_string());
            callbacks.extend(quote! {
                assert_eq!(
                    wire::examples::event::<webhooks::#name, webhooks::Event>(#body, #read_as),
                    Ok(()),
                    #label
                );
            });
        }
    }
    let answers = (!answers.is_empty()).then(|| {
        quote! {
                #[test]
            fn answers_lose_nothing() { #answers }
        }
    });
    let callbacks = (!callbacks.is_empty()).then(|| {
        quote! {
                #[test]
            fn callbacks_lose_nothing() { #callbacks }
        }
    });
    quote!(#answers #callbacks)
}

/// The part of an answer that the operation gives: the payload of a successful envelope.
fn payload<'a>(answer: &'a Json, envelope: Option<&Envelope>) -> Option<&'a Json> {
    let Some(envelope) = envelope else { return Some(answer) };
    let code = answer.get(&envelope.code)?.as_i64()?;
    if envelope.success.contains(&code) { answer.get(&envelope.data) } else { None }
}

fn label(id: &str, example: &str) -> String {
    if example.is_empty() { id.to_owned() } else { format!("{id}/{example}") }
}
