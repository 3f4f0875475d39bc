//! One of several: the bodies of a request by media type, the answers by status and media type.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::context::Context;
use super::docs;
use super::operation::{SENT, part};
use super::structure::{Rest, Shape};
use crate::model::{
    Answer, AnswerChoice, AnswerVariant, Body, BodyChoice, BodyVariant, Failure, Operation, Status, Type,
};

/// The types of an operation that are one of several.
pub(super) fn items(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let body = match &operation.body {
        Some(Body::Choice(choice)) => body_items(context, choice),
        _ => quote!(),
    };
    let answer = match &operation.answer {
        Answer::Choice(choice) => answer_items(context, choice, "What the service answers.", true),
        _ => quote!(),
    };
    let failure = match &operation.failure {
        Some(Failure::Choice(choice)) => {
            answer_items(context, choice, "What the service says with an error.", false)
        }
        _ => quote!(),
    };
    let reading = failure_reading(context, operation);
    quote!(#body #answer #failure #reading)
}

fn body_items(context: &Context<'_>, choice: &BodyChoice) -> TokenStream {
    let name = format_ident!("{}", choice.name);
    let variants = choice.variants.iter().map(|variant| {
        let docs = docs::attributes(&format!("As `{}`.", variant.media_type));
        let (variant_name, ty) = (format_ident!("{}", variant.name), context.ty(&variant.ty, false));
        quote!(#docs #variant_name(#ty),)
    });
    let mut seen = BTreeSet::new();
    let conversions = choice.variants.iter().filter_map(|variant| {
        let ty = context.ty(context.index.resolve(&variant.ty), false);
        // A newtype is no other type, while an alias may be what another variant has too.
        seen.insert(ty.to_string()).then(|| conversion(&choice.name, variant, &ty))
    });
    let conversions: TokenStream = conversions.collect();
    let structs = choice.variants.iter().map(|variant| multipart_struct(context, variant));
    quote! {
        /// The body, in one of the media types that the service takes.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* }
        #conversions
        #(#structs)*
    }
}

fn conversion(choice: &str, variant: &BodyVariant, ty: &TokenStream) -> TokenStream {
    let (choice, name) = (format_ident!("{choice}"), format_ident!("{}", variant.name));
    let from_text = (variant.ty == Type::String).then(|| {
        quote! {
            impl From<&str> for #choice {
                fn from(value: &str) -> Self { Self::#name(value.to_owned()) }
            }
        }
    });
    quote! {
        impl From<#ty> for #choice {
            fn from(value: #ty) -> Self { Self::#name(value) }
        }
        #from_text
    }
}

/// The struct of a body in parts that is one of several.
fn multipart_struct(context: &Context<'_>, variant: &BodyVariant) -> TokenStream {
    let Type::Beside(name) = &variant.ty else { return quote!() };
    let docs = docs::attributes("The parts of a body in `multipart/form-data`.");
    let shape =
        Shape { context, name, fields: variant.fields.iter().collect(), usage: SENT, inside_models: false };
    shape.items(quote!(#docs), Rest::None)
}

/// The expression that writes the chosen body.
pub(super) fn write(choice: &BodyChoice, value: &TokenStream) -> TokenStream {
    let name = format_ident!("{}", choice.name);
    let arms = choice.variants.iter().map(|variant| {
        let variant_name = format_ident!("{}", variant.name);
        let write = if variant.fields.is_empty() {
            super::operation::write_whole(&variant.body, &quote!(value), &quote!(value))
        } else {
            let parts = variant.fields.iter().map(|field| part(field, &quote!(value)));
            quote!({ #(#parts)* Ok(()) })
        };
        quote!(operations::#name::#variant_name(value) => #write,)
    });
    quote!(match #value { #(#arms)* })
}

fn answer_items(context: &Context<'_>, choice: &AnswerChoice, docs: &str, is_open: bool) -> TokenStream {
    let name = format_ident!("{}", choice.name);
    let docs = docs::attributes(docs);
    let variants = choice.variants.iter().map(|variant| {
        let docs = docs::attributes(&variant_docs(variant));
        let variant_name = format_ident!("{}", variant.name);
        match payload(context, &variant.answer) {
            Some(ty) => quote!(#docs #variant_name(#ty),),
            None => quote!(#docs #variant_name,),
        }
    });
    let unknown = (is_open && !takes_all(choice)).then(|| {
        quote! {
            /// An answer that the document does not know, unread.
            Unknown(client::Answer),
        }
    });
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* #unknown }
    }
}

fn variant_docs(variant: &AnswerVariant) -> String {
    let status = match variant.status {
        Status::Code(code) => format!("HTTP {code}"),
        Status::Class(class) => format!("HTTP {class}00 to {class}99"),
        Status::Other => "Any other HTTP status".to_owned(),
    };
    let media = match variant.media_types.as_slice() {
        [] => String::new(),
        media_types => format!(", `{}`", media_types.join("` or `")),
    };
    let docs = variant.docs.trim();
    if docs.is_empty() { format!("{status}{media}.") } else { format!("{status}{media}: {docs}") }
}

fn payload(context: &Context<'_>, answer: &Answer) -> Option<TokenStream> {
    match answer {
        Answer::Empty | Answer::Choice(_) => None,
        Answer::Json(ty) => Some(context.ty(ty, false)),
        Answer::Text => Some(quote!(String)),
        Answer::Bytes => Some(quote!(client::Bytes)),
    }
}

fn takes_all(choice: &AnswerChoice) -> bool {
    choice.variants.iter().any(|variant| variant.status == Status::Other)
}

/// The expression that reads the one that came.
pub(super) fn read(choice: &AnswerChoice) -> TokenStream {
    let name = format_ident!("{}", choice.name);
    let arms = arms(choice, |variant| {
        let variant_name = format_ident!("{}", variant.name);
        match &variant.answer {
            Answer::Empty | Answer::Choice(_) => quote!(answer.empty().map(|()| #name::#variant_name)),
            Answer::Json(_) => quote!(answer.json().map(#name::#variant_name)),
            Answer::Text => quote!(answer.text().map(#name::#variant_name)),
            Answer::Bytes => quote!(answer.bytes().map(#name::#variant_name)),
        }
    });
    let unknown = (!takes_all(choice)).then(|| quote!(_ => Ok(#name::Unknown(answer)),));
    quote!(match answer.status() { #arms #unknown })
}

/// One arm for each variant: those of a status that are told by their media type first, then the one that is read
/// otherwise; what is said of a status goes before what is said of its hundred.
fn arms(choice: &AnswerChoice, value: impl Fn(&AnswerVariant) -> TokenStream) -> TokenStream {
    let mut variants: Vec<_> = choice.variants.iter().collect();
    variants.sort_by_key(|variant| (variant.status, variant.is_fallback));
    let arms = variants.into_iter().map(|variant| {
        let pattern = pattern(variant.status);
        let guard = (!variant.is_fallback).then(|| {
            let tests =
                variant.media_types.iter().map(|media_type| quote!(answer.is_media_type(#media_type)));
            quote!(if #(#tests)||*)
        });
        let value = value(variant);
        quote!(#pattern #guard => #value,)
    });
    arms.collect()
}

/// The HTTP statuses that a status of the document stands for.
fn pattern(status: Status) -> TokenStream {
    match status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Class(class) => {
            let (from, to) =
                (Literal::u16_unsuffixed(class * 100), Literal::u16_unsuffixed(class * 100 + 99));
            quote!(#from..=#to)
        }
        Status::Other => quote!(_),
    }
}

/// The function that reads what comes with an error.
fn failure_reading(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let Some(failure) = &operation.failure else { return quote!() };
    let name = format_ident!("{}", operation.name);
    let one = |answer: &Answer| match answer {
        Answer::Json(_) => quote!(error.json()),
        Answer::Text => quote!(error.text()),
        Answer::Bytes => quote!(error.body().cloned()),
        Answer::Empty | Answer::Choice(_) => quote!(None),
    };
    let (ty, read) = match failure {
        Failure::One(answer) => {
            let Some(ty) = payload(context, answer) else { return quote!() };
            (ty, one(answer))
        }
        Failure::Choice(choice) => {
            let ty = format_ident!("{}", choice.name);
            // The media type is not asked: what is no JSON of the type is not read as one.
            let statuses: BTreeSet<_> = choice.variants.iter().map(|variant| variant.status).collect();
            let arms = statuses.into_iter().map(|status| {
                let tries =
                    choice.variants.iter().filter(|variant| variant.status == status).map(|variant| {
                        let variant_name = format_ident!("{}", variant.name);
                        let read = one(&variant.answer);
                        quote!(#read.map(#ty::#variant_name))
                    });
                let mut tries = tries.collect::<Vec<_>>().into_iter();
                let first = tries.next().unwrap_or(quote!(None));
                let pattern = pattern(status);
                quote!(#pattern => #first #(.or_else(|| #tries))*,)
            });
            let none = (!takes_all(choice)).then(|| quote!(_ => None,));
            (quote!(#ty), quote!(match error.http_status()? { #(#arms)* #none }))
        }
    };
    quote! {
        impl #name {
            /// What the service says with an error of this operation, in the shape that is documented for its status; `None`
            /// if it says something else, or nothing.
            #[must_use]
            pub fn failure(error: &client::Error) -> Option<#ty> { #read }
        }
    }
}
