//! The client of a crate: one method per operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::{docs, format, operation};
use crate::model::{Evidence, Operation};

pub(super) fn items(context: &Context<'_>) -> TokenStream {
    let root = &context.root;
    let address = match context.model.address {
        Some(_) => quote!(#root::ADDRESS),
        None => quote!(""),
    };
    let title = &context.model.krate.title;
    let docs = docs::attributes(&format!(
        "Calls {title}.\n\nCheap to clone: clones share the token, the connections and the settings."
    ));
    let methods = context.model.operations.iter().map(|operation| method(context, operation));
    let methods = quote!(#(#methods)*);
    let constructors = constructors(context.model.is_signed(), &address);
    let items = quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            core: client::Client,
        }

        impl Client {
            #constructors

            /// The client underneath, to share with other products.
            #[must_use]
            pub fn core(&self) -> &client::Client {
                &self.core
            }

            #methods
        }

        impl From<client::Client> for Client {
            fn from(core: client::Client) -> Self {
                Self { core }
            }
        }
    };
    let imports = context.imports(&items);
    quote!(#imports #items)
}

/// `new` and `builder`, from what the requests are authenticated with.
fn constructors(is_signed: bool, address: &TokenStream) -> TokenStream {
    let (argument, ty, make) = if is_signed {
        (quote!(signer), quote!(impl client::Signer + 'static), quote!(signed))
    } else {
        (quote!(credentials), quote!(client::Credentials), quote!(new))
    };
    let errors = if is_signed {
        " When TLS cannot be set up."
    } else {
        " When the credentials cannot be right, or TLS cannot be set up."
    };
    quote! {
        /// A client with the default settings. Nothing is sent before the first call.
        ///
        /// # Errors
        ///
        #[doc = #errors]
        pub fn new(#argument: #ty) -> Result<Self, client::Error> {
            Self::builder(#argument).build()
        }

        /// A client with settings of your own: another address, other paths, timeouts.
        pub fn builder(#argument: #ty) -> client::ClientBuilder<Self> {
            client::ClientBuilder::#make(#argument, #address)
        }
    }
}

fn method(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let method = format_ident!("{}", operation.method_name);
    let request = format_ident!("{}", operation.name);
    let answer = operation::answer_type(context, operation);
    let docs = docs::attributes(&text(context, operation));
    let deprecated = super::structure::deprecated(operation.deprecated);
    quote! {
        #docs
        #deprecated
        pub fn #method(&self, request: operations::#request) -> client::Call<#answer> {
            self.core.call(&request)
        }
    }
}

fn text(context: &Context<'_>, operation: &Operation) -> String {
    let mut text = docs::summary(&operation.docs);
    let name = &operation.name;
    let assumed = match operation.vendor.evidence {
        Some(Evidence::Assumed) => {
            " Its path is **assumed**: should the service answer 404, give the right one to [`ClientBuilder::path`](client::ClientBuilder::path)."
        }
        _ => "",
    };
    text.push_str(&format!(
        "\n\nSee [`{name}`](operations::{name}) for the details. Nothing is sent before the call is awaited.{assumed}"
    ));
    text.push_str(
        "\n\n# Errors\n\n[`Error`](client::Error) tells whether the request may have taken effect all the same.",
    );
    if let Some(example) = example(context, operation) {
        text.push_str(&format!("\n\n# Example\n\n```no_run\n{example}\n```"));
    }
    text
}

/// The first documented request, as a consumer would send it.
fn example(context: &Context<'_>, operation: &Operation) -> Option<String> {
    let request =
        operation.request_examples.iter().find_map(|example| context.request(operation, example))?;
    let krate = context.model.krate.name.replace('-', "_");
    let name = &operation.name;
    let method = format_ident!("{}", operation.method_name);
    let is_unit = matches!(operation.answer, crate::model::Answer::Empty);
    let call = if is_unit {
        quote!(client.#method(#request).await?;)
    } else {
        quote!(let answer = client.#method(#request).await?;)
    };
    let text = request.to_string();
    let mut uses = vec![format!("operations::{name}")];
    for name in ["Bytes", "File"] {
        if text.contains(&format!("client :: {name}")) {
            uses.push(name.to_owned());
        }
    }
    for module in ["models", "wire"] {
        if text.contains(&format!("{module} ::")) {
            uses.push(module.to_owned());
        }
    }
    uses.sort();
    let uses = match uses.as_slice() {
        [one] => format!("use {krate}::{one};"),
        many => format!("use {krate}::{{{}}};", many.join(", ")),
    };
    let body = format::expression(&call).replace("client::File", "File").replace("client::Bytes", "Bytes");
    let shown = if is_unit { "" } else { "\nprintln!(\"{answer:?}\");" };
    Some(format!(
        "# async fn example(client: {krate}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n{uses}\n\n{body}{shown}\n# Ok(())\n# }}"
    ))
}
