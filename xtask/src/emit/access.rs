//! What the client of a document of others is given: secrets, and the variables of its address.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use crate::model::{Scheme, Server, Way};

/// The type of the secrets.
pub(super) fn keys(schemes: &[Scheme]) -> TokenStream {
    let setters = schemes.iter().map(|scheme| {
        let (wire, how) = (&scheme.wire, described(&scheme.way));
        let said = if scheme.docs.is_empty() { String::new() } else { format!("\n\n{}", scheme.docs) };
        let docs = docs::attributes(&format!("`{wire}`: {how}.{said}"));
        let setter = format_ident!("with_{}", scheme.name);
        let (arguments, call) = match scheme.way {
            Way::Basic => (
                quote!(user: &str, password: impl Into<wire::Secret>),
                quote!(with_basic(#wire, user, password)),
            ),
            _ => (quote!(secret: impl Into<wire::Secret>), quote!(with(#wire, secret))),
        };
        quote! {
            #docs
            #[must_use]
            pub fn #setter(self, #arguments) -> Self { Self { keys: self.keys.#call } }
        }
    });
    quote! {
        /// What requests are authorised with. Each carries what its operation asks for, and nothing else.
        #[derive(Clone, Debug, Default)]
        pub struct Keys { keys: client::Keys }

        impl Keys {
            /// No secret yet.
            #[must_use]
            pub fn new() -> Self { Self::default() }

            #(#setters)*
        }

        impl From<Keys> for client::Keys {
            fn from(keys: Keys) -> Self { keys.keys }
        }
    }
}

fn described(way: &Way) -> String {
    match way {
        Way::Header(name) => format!("sent as the header `{name}`"),
        Way::Query(name) => format!("sent as the parameter `{name}` of the query"),
        Way::Cookie(name) => format!("sent as the cookie `{name}`"),
        Way::Basic => "sent by HTTP Basic".to_owned(),
        Way::Bearer => "sent as a bearer token".to_owned(),
    }
}

/// A key as an operation names it.
pub(super) fn key(scheme: &Scheme) -> TokenStream {
    let wire = &scheme.wire;
    let place = match &scheme.way {
        Way::Header(name) => quote!(Header(#name)),
        Way::Query(name) => quote!(Query(#name)),
        Way::Cookie(name) => quote!(Cookie(#name)),
        Way::Basic => quote!(Basic),
        Way::Bearer => quote!(Bearer),
    };
    quote!(client::Key { scheme: #wire, place: client::KeyPlace::#place })
}

/// The type of an address with variables.
pub(super) fn server(server: &Server, template: &str) -> TokenStream {
    let names: Vec<_> = server.variables.iter().map(|variable| format_ident!("{}", variable.name)).collect();
    let defaults = server.variables.iter().map(|variable| &variable.default);
    let places = server.variables.iter().map(|variable| format!("{{{}}}", variable.wire));
    let setters = server.variables.iter().zip(&names).map(|(variable, name)| {
        let mut text = format!("Sets `{}`, which is `{}` otherwise.", variable.wire, variable.default);
        if !variable.docs.is_empty() {
            text.push_str(&format!("\n\n{}", variable.docs));
        }
        if !variable.values.is_empty() {
            text.push_str(&format!("\n\nOne of `{}`.", variable.values.join("`, `")));
        }
        let (docs, setter) =
            (docs::attributes(&text), format_ident!("with_{}", variable.name.trim_end_matches('_')));
        quote! {
            #docs
            #[must_use]
            pub fn #setter(mut self, #name: impl Into<String>) -> Self {
                self.#name = #name.into();
                self
            }
        }
    });
    let docs = docs::attributes(&format!("The address `{template}`, for `ClientBuilder::address`."));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Server { #(#names: String),* }

        impl Default for Server {
            fn default() -> Self { Self { #(#names: #defaults.to_owned()),* } }
        }

        impl Server {
            /// With the default of each variable.
            #[must_use]
            pub fn new() -> Self { Self::default() }

            #(#setters)*

            /// The address.
            #[must_use]
            pub fn address(&self) -> String {
                #template #(.replace(#places, &self.#names))*
            }
        }
    }
}
