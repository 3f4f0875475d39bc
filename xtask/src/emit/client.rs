//! The client of a crate: one method per operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::{docs, format, operation};
use crate::model::{Access, Evidence, Field, Operation, RequestExample};

pub(super) fn items(context: &Context<'_>) -> TokenStream {
    let root = &context.root;
    let address = match context.model.server {
        Some(_) => quote!(#root::ADDRESS),
        None => quote!(""),
    };
    let title = &context.model.krate.title;
    let access = context.model.access();
    let shared = if access == Access::Keys || access == Access::Open { "" } else { "the token, " };
    let docs = docs::attributes(&format!(
        "Calls {title}.\n\nCheap to clone: clones share {shared}the connections and the settings."
    ));
    let methods = context.model.operations.iter().map(|operation| method(context, operation));
    let methods = quote!(#(#methods)*);
    let constructors = constructors(access, &address);
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
    let root = &context.root;
    let keys = (access == Access::Keys).then(|| quote!(use #root::Keys;));
    quote!(#imports #keys #items)
}

/// `new` and `builder`, from what the requests are authenticated with.
fn constructors(access: Access, address: &TokenStream) -> TokenStream {
    let (parameter, argument, make) = match access {
        Access::Signer => {
            (quote!(signer: impl client::Signer + 'static), quote!(signer), quote!(signed(signer, #address)))
        }
        Access::Credentials => (
            quote!(credentials: client::Credentials),
            quote!(credentials),
            quote!(new(credentials, #address)),
        ),
        Access::Keys => (quote!(keys: Keys), quote!(keys), quote!(keyed(keys.into(), #address))),
        Access::Open => (quote!(), quote!(), quote!(keyed(client::Keys::new(), #address))),
    };
    let errors = match access {
        Access::Credentials => " When the credentials cannot be right, or TLS cannot be set up.",
        _ => " When TLS cannot be set up.",
    };
    quote! {
        /// A client with the default settings. Nothing is sent before the first call.
        ///
        /// # Errors
        ///
        #[doc = #errors]
        pub fn new(#parameter) -> Result<Self, client::Error> {
            Self::builder(#argument).build()
        }

        /// A client with settings of your own: another address, other paths, timeouts.
        pub fn builder(#parameter) -> client::ClientBuilder<Self> {
            client::ClientBuilder::#make
        }
    }
}

fn method(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let method = format_ident!("{}", operation.method_name);
    let request = format_ident!("{}", operation.name);
    let answer = operation::answer_type(context, operation);
    let docs = docs::attributes(&text(context, operation));
    let deprecated = super::structure::deprecated(operation.deprecated);
    let pager = operation.pager_name().map(|name| pager(context, operation, &name));
    let batch = operation.batch_name().and_then(|name| batch(context, operation, &name));
    quote! {
        #docs
        #deprecated
        pub fn #method(&self, request: operations::#request) -> client::Call<#answer> {
            self.core.call(&request)
        }
        #pager
        #batch
    }
}

/// The method that reads all pages.
fn pager(context: &Context<'_>, operation: &Operation, name: &str) -> TokenStream {
    let request = &operation.name;
    let mut text = format!(
        "The entries of [`{}`](Self::{}), page after page.\n\nThe request says where to begin, which is the first page otherwise.",
        operation.method_name, operation.method_name
    );
    if let Some(size) = operation.pagination.as_ref().and_then(|pagination| pagination.size.as_ref()) {
        let setter = operation.fields.iter().find(|field| field.field.name == *size);
        if setter.is_some_and(|field| !field.field.required) {
            let setter = format!("with_{}", size.trim_end_matches('_'));
            text.push_str(&format!(
                " [`{setter}`](operations::{request}::{setter}) sets how many entries a page has."
            ));
        }
    }
    text.push_str(
        " See [`Pager`](client::paging::Pager) for limits, reading ahead and resuming. Nothing is sent before the first entry is asked for.\n\n\
         # Errors\n\nThe pager gives the [`Error`](client::Error) of a page, and asks for the page again with the next entry.",
    );
    if let Some(example) = pager_example(context, operation, name) {
        text.push_str(&example);
    }
    let docs = docs::attributes(&text);
    let deprecated = super::structure::deprecated(operation.deprecated);
    let (name, request) = (format_ident!("{name}"), format_ident!("{request}"));
    quote! {
        #docs
        #deprecated
        pub fn #name(&self, request: operations::#request) -> client::paging::Pager<operations::#request> {
            self.core.pager(request)
        }
    }
}

/// The method that sends a list of any length.
fn batch(context: &Context<'_>, operation: &Operation, name: &str) -> Option<TokenStream> {
    let batch = operation.batch.as_ref()?;
    let list = &batch.field;
    let mut text = format!(
        "Sends a list of any length by [`{}`](Self::{}), in chunks of at most {} entries.\n\n\
         The list is an iterator, or a stream in a [`FromStream`](client::batch::FromStream); entries that the request has \
         in `{list}` already come first. See [`Batch`](client::batch::Batch) for smaller chunks, several at a time and \
         resuming. Nothing is sent before it is run.\n\n\
         # Errors\n\nThe [`Report`](client::batch::Report) tells what became of each chunk: accepted, refused, or unknown, \
         which is never sent again by itself.",
        operation.method_name,
        operation.method_name,
        operation::thousands(batch.max, ',')
    );
    if let Some(example) = batch_example(context, operation, name) {
        text.push_str(&example);
    }
    let docs = docs::attributes(&text);
    let deprecated = super::structure::deprecated(operation.deprecated);
    let (name, request) = (format_ident!("{name}"), format_ident!("{}", operation.name));
    let list = format_ident!("{list}");
    let item = context.ty(&batch.item, false);
    Some(quote! {
        #docs
        #deprecated
        pub fn #name<'a>(
            &self,
            request: operations::#request,
            #list: impl client::batch::Source<#item> + 'a,
        ) -> client::batch::Batch<'a, operations::#request> {
            self.core.batch(request, #list)
        }
    })
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
        text.push_str(&example);
    }
    text
}

/// The first documented request, as a consumer would send it.
fn example(context: &Context<'_>, operation: &Operation) -> Option<String> {
    let request =
        operation.request_examples.iter().find_map(|example| context.request(operation, example))?;
    let method = format_ident!("{}", operation.method_name);
    let is_unit = matches!(operation.answer, crate::model::Answer::Empty);
    let call = if is_unit {
        quote!(client.#method(#request).await?;)
    } else {
        quote!(let answer = client.#method(#request).await?;)
    };
    let shown = if is_unit { "" } else { "\nprintln!(\"{answer:?}\");" };
    Some(program(context, operation, &call, shown))
}

/// The first documented request without its page, read to the end.
fn pager_example(context: &Context<'_>, operation: &Operation, name: &str) -> Option<String> {
    let mark = &operation.pagination.as_ref()?.mark;
    let request = operation.request_examples.iter().find_map(|example| {
        let example = without(operation, example, |field| field.name == *mark && !field.required);
        context.request(operation, &example)
    })?;
    let name = format_ident!("{name}");
    let call = quote!(let mut entries = client.#name(#request););
    let shown = "\nwhile let Some(entry) = entries.try_next().await? {\n    println!(\"{entry:?}\");\n}";
    Some(program(context, operation, &call, shown))
}

/// The first documented request with its list apart.
fn batch_example(context: &Context<'_>, operation: &Operation, name: &str) -> Option<String> {
    let list = &operation.batch.as_ref()?.field;
    let at = operation.fields.iter().position(|field| field.field.name == *list)?;
    let field = &operation.fields.get(at)?.field;
    let (request, items) = operation.request_examples.iter().find_map(|example| {
        let items = context.argument_value(&field.ty, example.values.get(at)?.as_ref()?)?;
        let mut example = without(operation, example, |field| field.name == *list && !field.required);
        if let Some(Some(value)) = example.values.get_mut(at) {
            *value = serde_json::Value::Array(Vec::new());
        }
        Some((context.request(operation, &example)?, items))
    })?;
    let (name, list) = (format_ident!("{name}"), format_ident!("{list}"));
    let call = quote! {
        let #list = #items;
        let report = client.#name(#request, #list).run().await;
    };
    let shown =
        "\nfor chunk in report.chunks() {\n    println!(\"entries {:?}: {}\", chunk.items, chunk.fate);\n}";
    Some(program(context, operation, &call, shown))
}

/// A documented request without some of its values.
fn without(
    operation: &Operation,
    example: &RequestExample,
    is_out: impl Fn(&Field) -> bool,
) -> RequestExample {
    let mut example = example.clone();
    for (field, value) in operation.fields.iter().zip(&mut example.values) {
        if is_out(&field.field) {
            *value = None;
        }
    }
    example
}

/// A whole example: what it uses, these statements, and what is done with their outcome.
fn program(context: &Context<'_>, operation: &Operation, statements: &TokenStream, shown: &str) -> String {
    let krate = context.model.krate.name.replace('-', "_");
    let text = statements.to_string();
    let mut uses = vec![format!("operations::{}", operation.name)];
    for name in ["Bytes", "File"] {
        if text.contains(&format!("client :: {name}")) {
            uses.push(name.to_owned());
        }
    }
    for module in ["models", "operations", "wire"] {
        if text.contains(&format!("{module} ::")) {
            uses.push(module.to_owned());
        }
    }
    uses.sort();
    let uses = match uses.as_slice() {
        [one] => format!("use {krate}::{one};"),
        many => format!("use {krate}::{{{}}};", many.join(", ")),
    };
    let body =
        format::expression(statements).replace("client::File", "File").replace("client::Bytes", "Bytes");
    let stage = if context.index.has_sandbox {
        let stem = &context.model.krate.stem;
        let who = if context.model.is_signed() { "signer" } else { "credentials" };
        format!(
            "# #[tokio::main(flavor = \"current_thread\")]\n# async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
             # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;\n\
             # let client = {krate}::Client::builder(sandbox.{who}()).address(sandbox.url_of(\"{stem}\")).build()?;\n"
        )
    } else {
        format!("# async fn example(client: {krate}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n")
    };
    let language = if context.index.has_sandbox { "" } else { "no_run" };
    format!("\n\n# Example\n\n```{language}\n{stage}{uses}\n\n{body}{shown}\n# Ok(())\n# }}\n```")
}
