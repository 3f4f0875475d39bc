//! Open unions.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::docs;
use super::structure::{deprecated, type_docs};
use crate::model::{TypeDef, Union};

pub(super) fn items(context: &Context<'_>, def: &TypeDef, body: &Union) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = docs::attributes(&type_docs(def));
    let deprecated = deprecated(def.deprecated);
    let variants = body.variants.iter().map(|variant| {
        let text = match (variant.tags.as_slice(), variant.docs.as_str()) {
            ([], "") => format!("{}.", variant.name),
            ([], text) => text.to_owned(),
            (tags, text) => {
                let tags = tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(" or ");
                if text.is_empty() { format!("{tags}.") } else { format!("{tags}: {text}") }
            }
        };
        let docs = docs::attributes(&text);
        let (ident, ty) = (format_ident!("{}", variant.name), context.ty(&variant.ty, true));
        quote!(#docs #ident(#ty))
    });
    quote! {
        #docs
        #deprecated
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// What the document does not know, kept as it came.
            Unknown(wire::UnknownVariant),
        }
    }
}
