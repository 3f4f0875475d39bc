//! Open enums.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::structure::{deprecated, type_docs};
use crate::model::{Enum, EnumValue, TypeDef};

pub(super) fn items(def: &TypeDef, body: &Enum) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = docs::attributes(&type_docs(def));
    let deprecated = deprecated(def.deprecated);
    let variants = body.variants.iter().map(|variant| {
        let value = match &variant.value {
            EnumValue::Text(text) => format!("`{text}`"),
            EnumValue::Integer(number) => format!("`{number}`"),
        };
        let text = match variant.docs.as_str() {
            "" => format!("{value}."),
            meaning => format!("{value}: {meaning}"),
        };
        let (docs, name) = (docs::attributes(&text), format_ident!("{}", variant.name));
        quote!(#docs #name)
    });
    quote! {
        #docs
        #deprecated
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that the document does not know, kept as it came.
            Unknown(wire::UnknownValue),
        }
    }
}
