//! Callbacks.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::structure::{Shape, rest};
use super::{codec, docs, operation};
use crate::model::{Callback, CallbackBody, Struct, Usage};

const RECEIVED: Usage = Usage { request: false, answer: true };

pub(super) fn items(context: &Context<'_>, callback: &Callback) -> TokenStream {
    let text = format!("{}\n\n{}", callback.docs, operation::source(&callback.vendor)).trim().to_owned();
    let docs = docs::attributes(&text);
    match &callback.body {
        CallbackBody::Struct(body) => {
            let fields = body.fields.iter().collect();
            let shape =
                Shape { context, name: &callback.name, fields, usage: RECEIVED, inside_models: false };
            shape.items(docs, rest(context, body, RECEIVED, false))
        }
        CallbackBody::Type(ty) => {
            let (name, ty) = (format_ident!("{}", callback.name), context.ty(ty, false));
            quote!(#docs pub type #name = #ty;)
        }
    }
}

pub(super) fn codec(context: &Context<'_>, callback: &Callback, body: &Struct) -> TokenStream {
    let name = format_ident!("{}", callback.name);
    let fields: Vec<_> = body.fields.iter().collect();
    codec::of_struct(
        &quote!(webhooks::#name),
        &callback.name,
        &fields,
        &rest(context, body, RECEIVED, false),
        RECEIVED,
    )
}
