//! Scalars with a name, and other names for types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::docs;
use super::structure::{deprecated, type_docs};
use crate::model::{Type, TypeDef};

pub(super) fn items(context: &Context<'_>, def: &TypeDef, inner: &Type) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = docs::attributes(&type_docs(def));
    let deprecated = deprecated(def.deprecated);
    let derives = derives(inner);
    let ty = context.ty(inner, true);
    let kind = kind(inner);
    quote!(#docs #deprecated #derives pub struct #name(#ty); wire::newtype!(#name, #kind);)
}

/// What `wire::newtype!` calls the type inside.
fn kind(inner: &Type) -> TokenStream {
    match inner {
        Type::String => quote!(String),
        Type::Pii(_) => quote!(Pii),
        Type::Secret => quote!(Secret),
        Type::Id => quote!(Id),
        Type::I32 => quote!(i32),
        Type::U64 => quote!(u64),
        Type::F64 => quote!(f64),
        Type::Bool => quote!(bool),
        Type::Date => quote!(Date),
        Type::DateTime => quote!(DateTime),
        Type::LocalTime => quote!(LocalTime),
        Type::OffsetTime => quote!(OffsetTime),
        Type::EpochMillis => quote!(EpochMillis),
        Type::EpochSeconds => quote!(EpochSeconds),
        _ => quote!(i64),
    }
}

pub(super) fn alias(context: &Context<'_>, def: &TypeDef, target: &Type) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = docs::attributes(&type_docs(def));
    let ty = context.ty(target, true);
    quote!(#docs pub type #name = #ty;)
}

/// What the inner type can do, the newtype can.
fn derives(inner: &Type) -> TokenStream {
    match inner {
        Type::F64 => quote!(#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]),
        Type::Bool | Type::I32 | Type::I64 | Type::U64 => {
            quote!(#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)])
        }
        Type::Secret => quote!(#[derive(Clone, Debug, PartialEq, Eq)]),
        _ => quote!(#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]),
    }
}
