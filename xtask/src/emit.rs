//! From models to files. One emitted shape, one file.

mod access;
mod choice;
mod client;
mod codec;
mod context;
mod docs;
mod enumeration;
mod examples;
mod format;
mod licence;
mod lists;
mod literal;
mod manifest;
mod newtype;
mod operation;
mod readme;
mod rust_type;
mod structure;
mod union;
mod webhook;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use context::Context;
pub use context::Index;
pub use format::MARK;

use crate::document::on_large_stack;
use crate::model::{Access, Model, Server, TypeKind};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Below the root of the output, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The text of a module made from `source`.
pub(crate) fn module(source: &str, docs: &str, items: TokenStream) -> String {
    format::file(source, docs, items)
}

/// Where crates go and how they name what they depend on.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Members of this workspace, below `crates/`.
    Workspace {
        /// Whether it has the stand-in for the service, in which examples run.
        sandbox: bool,
    },
    /// Outside of this workspace: one document's crate in the folder itself, several in folders of their names.
    Standalone {
        /// The path to the folder of the runtime crates, relative to the output folder.
        crates: String,
    },
}

/// All files of all models.
pub fn emit(models: &[Model], layout: &Layout) -> Vec<File> {
    on_large_stack(|| emit_all(models, layout))
}

fn emit_all(models: &[Model], layout: &Layout) -> Vec<File> {
    let has_sandbox = matches!(layout, Layout::Workspace { sandbox: true });
    let index = Index::new(models).with_sandbox(has_sandbox);
    let several = models.len() > 1;
    let mut files: Vec<File> = models
        .iter()
        .flat_map(|model| {
            let place = match layout {
                Layout::Workspace { .. } => {
                    Place { folder: format!("crates/{}/", model.krate.name), runtime: None }
                }
                Layout::Standalone { crates } if several => {
                    Place { folder: format!("{}/", model.krate.name), runtime: Some(format!("../{crates}")) }
                }
                Layout::Standalone { crates } => {
                    Place { folder: String::new(), runtime: Some(crates.clone()) }
                }
            };
            emit_crate(model, &index, &place)
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Where one crate goes.
struct Place {
    /// Empty or with a slash at the end.
    folder: String,
    /// The path to the runtime crates; none in the workspace, which knows them.
    runtime: Option<String>,
}

fn emit_crate(model: &Model, index: &Index<'_>, place: &Place) -> Vec<File> {
    let folder = &place.folder;
    match &model.krate.file {
        Some(file) => vec![File { path: format!("{folder}{file}"), text: single_file(model, index) }],
        None => {
            let mut files = modules(model, index);
            files.push(File { path: "README.md".to_owned(), text: readme::readme(model, index) });
            let sources: String = files.iter().map(|file| file.text.as_str()).collect();
            let has_tests = examples::file(model, index).map(|text| {
                files.push(File { path: "tests/examples.rs".to_owned(), text });
            });
            let text =
                manifest::manifest(model, index, place.runtime.as_deref(), &sources, has_tests.is_some());
            files.push(File { path: "Cargo.toml".to_owned(), text });
            if place.runtime.is_none() {
                files.extend(licence::files());
            }
            for file in &mut files {
                file.path.insert_str(0, folder);
            }
            files
        }
    }
}

/// The modules of a crate of its own.
fn modules(model: &Model, index: &Index<'_>) -> Vec<File> {
    let root = quote!(crate);
    let context = Context::new(model, index, root);
    let mut files = Vec::new();
    let mut add = |path: String, docs: &str, items: TokenStream| {
        files.push(File { text: format::file(&model.krate.document, docs, items), path });
    };
    let model_names: Vec<_> = model.types.iter().map(|def| (def.module.clone(), def.name.clone())).collect();
    for def in &model.types {
        let items = type_items(&context, def);
        let imports = context.model_imports(def, &items);
        let used = context.imports(&items);
        add(
            format!("src/models/{}.rs", def.module),
            &format!("[`{}`].", def.name),
            quote!(#used #imports #items),
        );
    }
    let shared = context.shared_models();
    add("src/models.rs".to_owned(), "The types of requests and answers.", module_list(&model_names, shared));

    if !model.operations.is_empty() {
        let names: Vec<_> = model
            .operations
            .iter()
            .flat_map(|operation| {
                let beside = operation.beside().into_iter().map(str::to_owned);
                let names = std::iter::once(operation.name.clone()).chain(beside);
                names.map(|name| (operation.method_name.clone(), name))
            })
            .collect();
        for operation in &model.operations {
            let items = operation::items(&context, operation);
            let used = context.imports(&items);
            let path = format!("src/operations/{}.rs", operation.method_name);
            add(path, &format!("[`{}`].", operation.name), quote!(#used #items));
        }
        add(
            "src/operations.rs".to_owned(),
            "What can be asked of the service.",
            module_list(&names, quote!()),
        );
        add("src/client.rs".to_owned(), "The client.", client::items(&context));
        if model.access() == Access::Keys {
            let items = access::keys(&model.schemes);
            let used = context.imports(&items);
            add("src/keys.rs".to_owned(), "[`Keys`].", quote!(#used #items));
        }
        if let Some((server, template)) = variables(model) {
            add("src/server.rs".to_owned(), "[`Server`].", access::server(server, template));
        }
    }
    if !model.callbacks.is_empty() {
        let mut names: Vec<_> =
            model.callbacks.iter().map(|callback| (callback.module.clone(), callback.name.clone())).collect();
        for callback in &model.callbacks {
            let items = webhook::items(&context, callback);
            let used = context.imports(&items);
            let path = format!("src/webhooks/{}.rs", callback.module);
            add(path, &format!("[`{}`].", callback.name), quote!(#used #items));
        }
        let items = webhook::event(&context);
        let used = context.imports(&items);
        let callbacks: BTreeSet<_> = names.iter().map(|(_, name)| format_ident!("{name}")).collect();
        let callbacks = callbacks.iter();
        let items = quote!(#used use super::{#(#callbacks),*}; #items);
        add("src/webhooks/event.rs".to_owned(), "[`Event`].", items);
        names.push(("event".to_owned(), "Event".to_owned()));
        add("src/webhooks.rs".to_owned(), "What the service sends.", module_list(&names, quote!()));
    }

    let models = codec_of_models(&context);
    let operations = codec_of_operations(&context);
    let webhooks = codec_of_webhooks(&context);
    let mut list = quote!();
    for (name, items, gate) in [
        ("models", models, quote!()),
        ("operations", operations, quote!(#[cfg(feature = "client")])),
        ("webhooks", webhooks, quote!(#[cfg(feature = "webhooks")])),
    ] {
        if !items.is_empty() {
            let used = context.imports(&items);
            let module = format_ident!("{name}");
            list.extend(quote!(#gate mod #module;));
            add(
                format!("src/codec/{name}.rs"),
                &format!("How `{name}` are written and read."),
                quote!(#used #items),
            );
        }
    }
    let has_codec = !list.is_empty();
    if has_codec {
        add("src/codec.rs".to_owned(), "How values are written and read: only the machine reads this.", list);
    }
    files.push(File {
        path: "src/lib.rs".to_owned(),
        text: format::crate_root(&model.krate.document, lib(model, has_codec)),
    });
    files
}

/// The root module of a crate of its own.
fn lib(model: &Model, has_codec: bool) -> TokenStream {
    let mut mods = quote!();
    let mut uses = quote!(
        pub use airudder_wire as wire;
    );
    if !model.operations.is_empty() {
        let constants = context::constants(model);
        mods.extend(quote!(
            #[cfg(feature = "client")]
            mod client;
        ));
        uses.extend(quote!(
            #[cfg(feature = "client")]
            pub use crate::client::Client;
        ));
        for (module, name, is_there) in [
            ("keys", "Keys", model.access() == Access::Keys),
            ("server", "Server", variables(model).is_some()),
        ] {
            if is_there {
                let (module, name) = (format_ident!("{module}"), format_ident!("{name}"));
                mods.extend(quote!(
                    #[cfg(feature = "client")]
                    mod #module;
                ));
                uses.extend(quote!(
                    #[cfg(feature = "client")]
                    pub use crate::#module::#name;
                ));
            }
        }
        let mut names = vec![
            "Call",
            "CallOptions",
            "ClientBuilder",
            "Code",
            "CodeClass",
            "Error",
            "ErrorKind",
            "RateLimit",
            "Response",
            "RetryBudget",
            "RetryPolicy",
            "TlsBackend",
        ];
        names.extend(match model.access() {
            Access::Signer => ["HmacSigner", "Signable", "Signature", "Signer"].as_slice(),
            Access::Credentials => &["Credentials"],
            Access::Keys | Access::Open => &[],
        });
        names.extend(model.pages().then_some("paging"));
        names.extend(model.batches().then_some("batch"));
        names.extend(model.uses_bytes().then_some("Bytes"));
        names.extend(model.answers_bytes().then_some("Download"));
        names.extend(model.uses_files().then_some("File"));
        names.sort_unstable();
        let names = names.iter().map(|name| format_ident!("{name}"));
        uses.extend(quote!(
            #[cfg(feature = "client")]
            pub use airudder_client::{#(#names),*};
            #[cfg(all(feature = "client", feature = "encryption"))]
            pub use airudder_client::{Encryption, EncryptionKey};
            #[cfg(all(feature = "client", feature = "blocking"))]
            pub use airudder_client::blocking;
        ));
        if model.access() == Access::Credentials {
            uses.extend(quote!(
                #[cfg(all(feature = "client", feature = "file-token-store"))]
                pub use airudder_client::FileTokenStore;
            ));
        }
        uses.extend(quote!(
            #constants
        ));
    }
    if has_codec {
        mods.extend(quote!(
            mod codec;
        ));
    }
    mods.extend(quote!(
        pub mod models;
    ));
    if !model.operations.is_empty() {
        mods.extend(quote!(
            #[cfg(feature = "client")]
            pub mod operations;
        ));
    }
    if !model.callbacks.is_empty() {
        mods.extend(quote!(
            #[cfg(feature = "webhooks")]
            pub mod webhooks;
        ));
    }
    let allow = allow_deprecated(model);
    quote!(#allow #mods #uses)
}

/// The server of a model, if its address has variables.
fn variables(model: &Model) -> Option<(&Server, &str)> {
    let server = model.server.as_ref()?;
    Some((server, server.template.as_deref()?))
}

/// What the document calls deprecated is so for the consumer, not for the code of the crate.
fn allow_deprecated(model: &Model) -> Option<TokenStream> {
    model.has_deprecated().then(|| quote!(#![allow(deprecated)]))
}

/// Everything in one file of a hand-written crate.
fn single_file(model: &Model, index: &Index<'_>) -> String {
    // The crate may call the module as it likes.
    let context = Context::new(model, index, quote!(super));
    let constants = context::constants(model);
    let mut sections = constants;
    let mut add = |name: &str, docs: &str, visibility: TokenStream, items: TokenStream| {
        if !items.is_empty() {
            let name = format_ident!("{name}");
            let docs = docs::attributes(docs);
            let used = context.imports(&items);
            sections.extend(quote!(#docs #visibility mod #name { #used #items }));
        }
    };
    let public = quote!(pub);
    add(
        "models",
        "The types of requests and answers.",
        public.clone(),
        model.types.iter().map(|def| type_items(&context, def)).collect(),
    );
    let operations = model.operations.iter().map(|operation| operation::items(&context, operation)).collect();
    add("operations", "What can be asked of the service.", public.clone(), operations);
    let webhooks = model.callbacks.iter().map(|callback| webhook::items(&context, callback));
    let event = (!model.callbacks.is_empty()).then(|| webhook::event(&context));
    let webhooks = webhooks.chain(event).collect();
    add("webhooks", "What the service sends.", public, webhooks);
    let codec = [codec_of_models(&context), codec_of_operations(&context), codec_of_webhooks(&context)];
    add(
        "codec",
        "How values are written and read: only the machine reads this.",
        quote!(),
        codec.into_iter().collect(),
    );
    let allow = allow_deprecated(model);
    format::file(&model.krate.document, &model.krate.title, quote!(#allow #sections))
}

fn type_items(context: &Context<'_>, def: &crate::model::TypeDef) -> TokenStream {
    match &def.kind {
        TypeKind::Struct(body) => structure::items(context, def, body),
        TypeKind::Enum(body) => enumeration::items(def, body),
        TypeKind::Union(body) => union::items(context, def, body),
        TypeKind::Newtype(inner) => newtype::items(context, def, inner),
        TypeKind::Alias(target) => newtype::alias(context, def, target),
    }
}

fn codec_of_models(context: &Context<'_>) -> TokenStream {
    context.model.types.iter().map(|def| codec::of_type(context, def)).collect()
}

fn codec_of_operations(context: &Context<'_>) -> TokenStream {
    context.model.operations.iter().map(|operation| operation::codec(context, operation)).collect()
}

fn codec_of_webhooks(context: &Context<'_>) -> TokenStream {
    let callbacks = context.model.callbacks.iter().map(|callback| webhook::codec(context, callback));
    callbacks.chain([webhook::event_codec(context)]).collect()
}

/// `mod a; pub use a::A;` for each, the uses after the mods.
fn module_list(names: &[(String, String)], more: TokenStream) -> TokenStream {
    let mut names = names.to_vec();
    names.sort();
    let modules: BTreeSet<_> = names.iter().map(|(module, _)| module).collect();
    let modules = modules.into_iter().map(|module| format_ident!("{module}"));
    let uses = names.iter().map(|(module, name)| {
        let (module, name) = (format_ident!("{module}"), format_ident!("{name}"));
        quote!(pub use self::#module::#name;)
    });
    quote!(#(mod #modules;)* #more #(#uses)*)
}
