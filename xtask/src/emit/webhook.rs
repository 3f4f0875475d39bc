//! Callbacks: the type of each, and how it is an event.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::structure::{Shape, rest};
use super::{codec, docs, operation};
use crate::model::{Callback, CallbackBody, FieldPath, Header, Marks, Type, TypeKind, Usage};

const RECEIVED: Usage = Usage { request: false, answer: true };

pub(super) fn items(context: &Context<'_>, callback: &Callback) -> TokenStream {
    let docs = docs::attributes(&text(callback));
    match &callback.body {
        CallbackBody::Struct(body) => {
            let fields = body.fields.iter().collect();
            let shape =
                Shape { context, name: &callback.name, fields, usage: RECEIVED, inside_models: false };
            shape.items(docs, rest(context, body, RECEIVED, false))
        }
        CallbackBody::Type(ty) => {
            let (name, ty) = (format_ident!("{}", callback.name), context.ty(ty, false));
            quote! {
                #docs
                #[derive(Clone, Debug, PartialEq)]
                pub struct #name(
                    /// The body.
                    pub #ty,
                );
                wire::newtype!(#name, any #ty);
            }
        }
    }
}

/// The documentation with what comes along, what makes it one event, and how all that is known.
fn text(callback: &Callback) -> String {
    let Callback { docs, headers, event, vendor, .. } = callback;
    let mut paragraphs = vec![docs.clone()];
    paragraphs.extend(headers.iter().map(header));
    let names: Vec<_> = event.identity.iter().map(|field| field.wire.as_str()).collect();
    let mut known = match names.as_slice() {
        [] => "A repeated push is known by its whole content.".to_owned(),
        names => format!(
            "A repeated push is known by {}; where one of them is absent, by its whole content.",
            docs::series(names)
        ),
    };
    if let Some(time) = &event.time {
        known.push_str(&format!(" `{}` says when it happened.", time.wire));
    }
    paragraphs.push(known);
    paragraphs.push(operation::source(vendor));
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n\n")
}

fn header(header: &Header) -> String {
    let Header { name, required, docs } = header;
    let comes = if *required { "Comes" } else { "May come" };
    format!("{comes} with the header `{name}`: {}", docs.trim()).trim_end_matches([':', ' ']).to_owned()
}

pub(super) fn codec(context: &Context<'_>, callback: &Callback) -> TokenStream {
    let ident = format_ident!("{}", callback.name);
    let path = quote!(webhooks::#ident);
    let body = match &callback.body {
        CallbackBody::Struct(body) => {
            let fields: Vec<_> = body.fields.iter().collect();
            let rest = rest(context, body, RECEIVED, false);
            codec::of_struct(&path, &callback.name, &fields, &rest, RECEIVED)
        }
        // A newtype reads and writes what is inside.
        CallbackBody::Type(_) => quote!(),
    };
    let name = format!("{}.{}", context.model.krate.stem, callback.id);
    let headers = callback.headers.iter().map(|header| &header.name);
    let headers = (!callback.headers.is_empty())
        .then(|| quote!(const HEADERS: &'static [&'static str] = &[#(#headers),*];));
    let identify = identify(&callback.event.identity);
    let time = callback.event.time.as_ref().map(|field| time(context, field));
    let allow = has_deprecated(callback).then(|| quote!(#[allow(deprecated)]));
    quote! {
        #body
        #allow
        impl wire::Callback for #path {
            const NAME: &'static str = #name;
            #headers
            #identify
            #time
        }
    }
}

fn has_deprecated(callback: &Callback) -> bool {
    match &callback.body {
        CallbackBody::Struct(body) => body.fields.iter().any(|field| field.deprecated),
        CallbackBody::Type(_) => false,
    }
}

fn identify(identity: &[FieldPath]) -> TokenStream {
    let mut key = quote!(key);
    for (index, field) in identity.iter().enumerate() {
        let (wire, value) = (&field.wire, value(field));
        let again = (index > 0).then(|| quote!(?));
        key.extend(quote!(#again .identity(#wire, #value)));
    }
    if identity.is_empty() {
        return quote!();
    }
    quote! {
        fn identify(&self, key: wire::DedupKeyBuilder) -> Option<wire::DedupKeyBuilder> { #key }
    }
}

fn time(context: &Context<'_>, field: &FieldPath) -> TokenStream {
    let value = value(field);
    let moment = match &field.ty {
        Type::Named(name) => match context.index.get(name).map(|def| &def.kind) {
            Some(TypeKind::Newtype(_)) => quote!(#value.get().system_time()),
            Some(TypeKind::Union(union)) => {
                let path = context.path(name, false);
                let arms = union.variants.iter().filter(|variant| is_moment(&variant.ty)).map(|variant| {
                    let ident = format_ident!("{}", variant.name);
                    quote!(#path::#ident(time) => time.system_time(),)
                });
                quote!(match #value { #(#arms)* _ => None, })
            }
            _ => quote!(None),
        },
        _ => quote!(#value.system_time()),
    };
    quote!(fn time(&self) -> Option<std::time::SystemTime> { #moment })
}

/// The types of a moment.
fn is_moment(ty: &Type) -> bool {
    matches!(ty, Type::DateTime | Type::OffsetTime | Type::EpochMillis | Type::EpochSeconds)
}

/// The value of a field, in a function that gives an option.
fn value(field: &FieldPath) -> TokenStream {
    let steps = field.steps.iter().map(|step| {
        let name = format_ident!("{}", step.name);
        let unmask = step.is_masked.then(|| quote!(.expose()));
        quote!(.#name.as_ref()? #unmask)
    });
    quote!(self #(#steps)*)
}

/// The enum over all callbacks.
pub(super) fn event(context: &Context<'_>) -> TokenStream {
    let callbacks = &context.model.callbacks;
    let variants = callbacks.iter().map(|callback| {
        let name = format_ident!("{}", callback.name);
        let text = format!("{}\n\n{}", docs::summary(&callback.docs), told(callback, callbacks));
        let docs = docs::attributes(text.trim());
        quote!(#docs #name(#name))
    });
    let docs = docs::attributes(&event_text(context));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#variants,)*
            /// What fits no callback, or several, kept as it came.
            Unknown(wire::UnknownVariant),
        }
    }
}

fn event_text(context: &Context<'_>) -> String {
    let intro = "Any callback, for an address that takes them all.\n\n\
        [`wire::Event::from_json`] reads a body as the callback whose marks it has. What fits none, or several, is \
        [`Unknown`](Self::Unknown) and never an error; what fits one and has a value that cannot be read is an error \
        that names the place. For the signature, the encryption and the repeated pushes of a request there is \
        `airudder-webhook`.";
    let krate = &context.model.krate;
    let (Some(first), None) = (context.model.callbacks.first(), &krate.file) else {
        return intro.to_owned();
    };
    let krate = krate.name.replace('-', "_");
    let name = &first.name;
    format!(
        "{intro}\n\n```\nuse {krate}::webhooks::Event;\nuse {krate}::wire::Event as _;\n\n\
         fn handle(body: &[u8]) -> Result<(), Box<dyn std::error::Error>> {{\n    \
         match Event::from_json(body)? {{\n        \
         Event::{name}(event) => println!(\"{{event:?}}\"),\n        \
         other => println!(\"nothing to do for {{}}\", other.name()),\n    \
         }}\n    Ok(())\n}}\n```"
    )
}

/// By what the bodies of a callback are told.
fn told(callback: &Callback, callbacks: &[Callback]) -> String {
    match &callback.event.marks {
        Marks::Object { values, fields, without } => {
            let mut by: Vec<_> = values.iter().map(|(name, value)| format!("`{name}` = `{value}`")).collect();
            by.extend(fields_text("the ", fields));
            by.extend(fields_text("having no ", without));
            if by.is_empty() {
                "Any object.".to_owned()
            } else {
                format!("Told by {}.", by.join(", and by "))
            }
        }
        Marks::NoObject => "Told by being no object.".to_owned(),
        Marks::Like(id) => {
            let other = callbacks.iter().find(|callback| callback.id == *id);
            let other = other.map_or(id, |other| &other.name);
            let name = &callback.name;
            format!(
                "Its bodies cannot be told from those of [`{other}`](Self::{other}), as which they are read; at an \
                 address of its own, read [`{name}`] itself."
            )
        }
    }
}

fn fields_text(no: &str, names: &[String]) -> Option<String> {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let word = if names.len() == 1 { "field" } else { "fields" };
    (!names.is_empty()).then(|| format!("{no}{word} {}", docs::series(&names)))
}

/// How the enum reads and writes itself.
pub(super) fn event_codec(context: &Context<'_>) -> TokenStream {
    let callbacks = &context.model.callbacks;
    if callbacks.is_empty() {
        return quote!();
    }
    let unknown = format!("{}.unknown", context.model.krate.stem);
    let names = callbacks.iter().map(|callback| format_ident!("{}", callback.name));
    let marks = callbacks.iter().map(|callback| marks(&callback.event.marks));
    quote! {
        /// By what the bodies of each callback are told.
        const MARKS: &[wire::Marks] = &[#(#marks),*];
        wire::events!(webhooks::Event, #unknown, MARKS, [#(#names),*]);
    }
}

fn marks(marks: &Marks) -> TokenStream {
    match marks {
        Marks::Object { values, fields, without } => {
            let values = values.iter().map(|(name, value)| quote!((#name, #value)));
            quote!(wire::Marks::Object { values: &[#(#values),*], fields: &[#(#fields),*], without: &[#(#without),*] })
        }
        Marks::NoObject => quote!(wire::Marks::NoObject),
        Marks::Like(_) => quote!(wire::Marks::Nothing),
    }
}
