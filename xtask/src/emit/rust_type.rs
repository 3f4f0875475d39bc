//! Type expressions, and how a value of a type is handed to a function.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use crate::model::{Type, TypeKind};

impl Context<'_> {
    /// The Rust type.
    pub fn ty(&self, ty: &Type, inside_models: bool) -> TokenStream {
        let inner = |ty: &Type| self.ty(ty, inside_models);
        match ty {
            Type::Bool => quote!(bool),
            Type::I32 => quote!(i32),
            Type::I64 => quote!(i64),
            Type::U64 => quote!(u64),
            Type::F64 => quote!(f64),
            Type::String => quote!(String),
            Type::Id => quote!(wire::Id),
            Type::Json => quote!(serde_json::Value),
            Type::File => quote!(client::File),
            Type::Bytes => quote!(client::Bytes),
            Type::Date => quote!(wire::Date),
            Type::DateTime => quote!(wire::DateTime),
            Type::LocalTime => quote!(wire::LocalTime),
            Type::OffsetTime => quote!(wire::OffsetTime),
            Type::EpochMillis => quote!(wire::EpochMillis),
            Type::EpochSeconds => quote!(wire::EpochSeconds),
            Type::Secret => quote!(wire::Secret),
            Type::Pii(ty) => {
                let ty = inner(ty);
                quote!(wire::Pii<#ty>)
            }
            Type::List(ty) => {
                let ty = inner(ty);
                quote!(Vec<#ty>)
            }
            Type::Map(ty) => {
                let ty = inner(ty);
                quote!(BTreeMap<String, #ty>)
            }
            Type::Boxed(ty) => {
                let ty = inner(ty);
                quote!(Box<#ty>)
            }
            Type::Nullable(ty) => {
                let ty = inner(ty);
                quote!(Option<#ty>)
            }
            Type::Named(name) => self.path(name, inside_models),
            Type::Beside(name) => {
                let name = format_ident!("{name}");
                quote!(operations::#name)
            }
        }
    }

    /// The type of an argument for a value of this type, and the expression that turns the argument into the value.
    pub fn argument(&self, ty: &Type, name: &TokenStream, inside_models: bool) -> (TokenStream, TokenStream) {
        let plain = self.ty(ty, inside_models);
        match self.index.resolve(ty) {
            Type::List(item) => {
                let (item_ty, convert) = self.item_argument(item, inside_models);
                (quote!(impl IntoIterator<Item = #item_ty>), quote!(#name.into_iter()#convert.collect()))
            }
            Type::Map(item) => {
                let value_ty = if self.takes_into(item) {
                    let item = self.ty(item, inside_models);
                    quote!(impl Into<#item>)
                } else {
                    self.ty(item, inside_models)
                };
                let value = if self.takes_into(item) { quote!(value.into()) } else { quote!(value) };
                (
                    quote!(impl IntoIterator<Item = (impl Into<String>, #value_ty)>),
                    quote!(#name.into_iter().map(|(key, value)| (key.into(), #value)).collect()),
                )
            }
            Type::Boxed(inner) => {
                let (inner_ty, value) = self.argument(inner, name, inside_models);
                (inner_ty, quote!(Box::new(#value)))
            }
            Type::Json => (quote!(impl Into<serde_json::Value>), quote!(#name.into())),
            Type::Pii(inner)
                if matches!(self.index.resolve(inner), Type::List(_) | Type::Map(_) | Type::Json) =>
            {
                let (inner_ty, value) = self.argument(inner, name, inside_models);
                (inner_ty, quote!(wire::Pii::new(#value)))
            }
            _ if self.takes_into(ty) => (quote!(impl Into<#plain>), quote!(#name.into())),
            _ => (plain, name.clone()),
        }
    }

    fn item_argument(&self, item: &Type, inside_models: bool) -> (TokenStream, TokenStream) {
        let plain = self.ty(item, inside_models);
        if self.takes_into(item) {
            (quote!(impl Into<#plain>), quote!(.map(Into::into)))
        } else {
            (plain, quote!())
        }
    }

    /// Whether callers have something simpler to give than the type itself.
    pub fn takes_into(&self, ty: &Type) -> bool {
        match self.index.resolve(ty) {
            Type::String | Type::Id | Type::Secret | Type::Pii(_) | Type::Bytes | Type::Beside(_) => true,
            Type::Named(name) => matches!(
                self.index.get(name).map(|def| &def.kind),
                Some(TypeKind::Newtype(_) | TypeKind::Enum(_) | TypeKind::Union(_))
            ),
            _ => false,
        }
    }
}
