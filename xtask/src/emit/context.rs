//! What the emitters of a crate share: paths to types, and the imports that a file needs.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::literal::integer;
use crate::model::{Answer, CallbackBody, Envelope, Model, Struct, Type, TypeDef, TypeKind, TypeRef};

/// Every named type of every crate.
pub struct Index<'a> {
    types: HashMap<TypeRef, &'a TypeDef>,
    /// Whether examples run, in the stand-in for the service.
    pub has_sandbox: bool,
}

impl<'a> Index<'a> {
    /// Indexes the types of all models.
    pub fn new(models: &'a [Model]) -> Self {
        let types = models.iter().flat_map(|model| {
            let krate = &model.krate.name;
            model.types.iter().map(move |def| (TypeRef { krate: krate.clone(), name: def.name.clone() }, def))
        });
        Self { types: types.collect(), has_sandbox: false }
    }

    /// With the stand-in for the service at hand, in which examples run.
    #[must_use]
    pub fn with_sandbox(self, has_sandbox: bool) -> Self {
        Self { has_sandbox, ..self }
    }

    /// The definition behind a name.
    pub fn get(&self, name: &TypeRef) -> Option<&'a TypeDef> {
        self.types.get(name).copied()
    }

    /// What is inside of a newtype; any other type with aliases followed.
    pub fn scalar<'t>(&'t self, ty: &'t Type) -> &'t Type
    where
        'a: 't,
    {
        let ty = self.resolve(ty);
        match ty {
            Type::Named(name) => match self.get(name).map(|def| &def.kind) {
                Some(TypeKind::Newtype(inner)) => inner,
                _ => ty,
            },
            _ => ty,
        }
    }

    /// A type with aliases followed.
    pub fn resolve<'t>(&'t self, ty: &'t Type) -> &'t Type
    where
        'a: 't,
    {
        match ty {
            Type::Named(name) => match self.get(name).map(|def| &def.kind) {
                Some(TypeKind::Alias(target)) => self.resolve(target),
                _ => ty,
            },
            _ => ty,
        }
    }
}

/// What the emitters of one crate need to know.
pub(super) struct Context<'a> {
    pub model: &'a Model,
    pub index: &'a Index<'a>,
    /// The path to the module that holds `models` and its siblings.
    pub root: TokenStream,
}

impl<'a> Context<'a> {
    pub fn new(model: &'a Model, index: &'a Index<'a>, root: TokenStream) -> Self {
        Self { model, index, root }
    }

    /// The path of a named type: bare inside `models`, through `models` elsewhere. The types of other crates are
    /// re-exported there, unless this crate has one of the same name.
    pub fn path(&self, name: &TypeRef, inside_models: bool) -> TokenStream {
        let ident = format_ident!("{}", name.name);
        if self.is_foreign(name) && !self.is_reexported(name) {
            let krate = format_ident!("{}", name.krate.replace('-', "_"));
            quote!(#krate::models::#ident)
        } else if inside_models {
            quote!(#ident)
        } else {
            quote!(models::#ident)
        }
    }

    fn is_foreign(&self, name: &TypeRef) -> bool {
        name.krate != self.model.krate.name
    }

    /// A single file has no `models` of its own to re-export into.
    fn is_reexported(&self, name: &TypeRef) -> bool {
        self.model.krate.file.is_none() && !self.model.types.iter().any(|def| def.name == name.name)
    }

    /// `use super::{...};` for the types that a definition mentions.
    pub fn model_imports(&self, def: &TypeDef) -> TokenStream {
        let mut names = BTreeSet::new();
        let mut visit = |name: &TypeRef, _| {
            if !self.is_foreign(name) || self.is_reexported(name) {
                names.insert(name.name.clone());
            }
        };
        walk_kind(&def.kind, &mut visit);
        names.remove(&def.name);
        let names: Vec<_> = names.iter().map(|name| format_ident!("{name}")).collect();
        match names.as_slice() {
            [] => quote!(),
            [one] => quote!(use super::#one;),
            many => quote!(use super::{#(#many),*};),
        }
    }

    /// `pub use other_crate::models::{...};` for the types of other crates that this one mentions, and for all that
    /// those are made of: whoever has one can name its parts.
    pub fn shared_models(&self) -> TokenStream {
        let mut waiting = Vec::new();
        self.walk(&mut |name| waiting.push(name.clone()));
        let mut names = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if self.is_foreign(&name)
                && self.is_reexported(&name)
                && names.insert(name.clone())
                && let Some(def) = self.index.get(&name)
            {
                walk_kind(&def.kind, &mut |part, _| waiting.push(part.clone()));
            }
        }
        let crates: BTreeSet<_> = names.iter().map(|name| name.krate.clone()).collect();
        let uses = crates.iter().map(|krate| {
            let types =
                names.iter().filter(|name| name.krate == *krate).map(|name| format_ident!("{}", name.name));
            let krate = format_ident!("{}", krate.replace('-', "_"));
            quote!(pub use #krate::models::{#(#types),*};)
        });
        uses.collect()
    }

    /// Visits every named type that the crate mentions.
    pub fn walk(&self, visit: &mut dyn FnMut(&TypeRef)) {
        let mut visit = |name: &TypeRef, _: bool| visit(name);
        for def in &self.model.types {
            walk_kind(&def.kind, &mut visit);
        }
        for operation in &self.model.operations {
            operation.fields.iter().for_each(|field| field.field.ty.named(&mut visit));
            if let Answer::Json(ty) = &operation.answer {
                ty.named(&mut visit);
            }
        }
        for callback in &self.model.callbacks {
            match &callback.body {
                CallbackBody::Type(ty) => ty.named(&mut visit),
                CallbackBody::Struct(body) => walk_struct(body, &mut visit),
            }
        }
    }

    /// The imports that some items need, read off the items themselves.
    pub fn imports(&self, items: &TokenStream) -> TokenStream {
        let mut words = Words::default();
        words.read(items.clone());
        let root = &self.root;
        let mut imports = quote!();
        if words.names.contains("BTreeMap") {
            imports.extend(quote!(
                use std::collections::BTreeMap;
            ));
        }
        if words.roots.contains("client") {
            imports.extend(quote!(
                use airudder_client as client;
            ));
        }
        if words.roots.contains("wire") {
            imports.extend(quote!(
                use airudder_wire as wire;
            ));
        }
        if words.names.contains("MapAccess") {
            imports.extend(quote!(
                use serde::de::MapAccess;
            ));
        }
        if words.names.contains("SerializeMap") {
            imports.extend(quote!(
                use serde::ser::SerializeMap;
            ));
        }
        if words.names.contains("Serializer") {
            imports.extend(quote!(
                use serde::{Serialize, Serializer};
            ));
        }
        for module in ["models", "operations", "webhooks"] {
            if words.roots.contains(module) {
                let module = format_ident!("{module}");
                imports.extend(quote!(use #root::#module;));
            }
        }
        imports
    }
}

/// The words of some items that an import could be needed for: none that stands behind a `::`.
#[derive(Default)]
struct Words {
    /// Those with a `::` behind them.
    roots: BTreeSet<String>,
    /// All of them.
    names: BTreeSet<String>,
}

impl Words {
    fn read(&mut self, items: TokenStream) {
        let mut last: Option<String> = None;
        let mut colons = 0;
        for token in items {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    if colons == 2 {
                        self.roots.extend(last.take());
                    }
                    continue;
                }
                TokenTree::Ident(ident) if colons < 2 => {
                    let word = ident.to_string();
                    self.names.insert(word.clone());
                    last = Some(word);
                }
                TokenTree::Group(group) => {
                    self.read(group.stream());
                    last = None;
                }
                _ => last = None,
            }
            colons = 0;
        }
    }
}

fn walk_kind(kind: &TypeKind, visit: &mut dyn FnMut(&TypeRef, bool)) {
    match kind {
        TypeKind::Struct(body) => walk_struct(body, visit),
        TypeKind::Union(union) => union.variants.iter().for_each(|variant| variant.ty.named(visit)),
        TypeKind::Newtype(ty) | TypeKind::Alias(ty) => ty.named(visit),
        TypeKind::Enum(_) => {}
    }
}

fn walk_struct(body: &Struct, visit: &mut dyn FnMut(&TypeRef, bool)) {
    body.fields.iter().for_each(|field| field.ty.named(visit));
    if let Some(additional) = &body.additional {
        additional.named(visit);
    }
}

/// The constants that a crate's operations and client refer to: the address and the envelope of the service.
pub(super) fn constants(model: &Model) -> TokenStream {
    if model.operations.is_empty() {
        return quote!();
    }
    let gate = model.krate.file.is_none().then(|| quote!(#[cfg(feature = "client")]));
    let address = model.address.as_ref().map(|address| {
        quote! {
            /// The address of the service.
            #gate
            pub const ADDRESS: &str = #address;
        }
    });
    let envelope = model.envelope.as_ref().map(|envelope| envelope_constant(envelope, &gate));
    quote!(#address #envelope)
}

fn envelope_constant(envelope: &Envelope, gate: &Option<TokenStream>) -> TokenStream {
    let option = |name: &Option<String>| match name {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let (code, message, data) = (&envelope.code, &envelope.message, &envelope.data);
    let (status, request_id) = (option(&envelope.status), option(&envelope.request_id));
    let success = envelope.success.iter().map(|code| integer(*code));
    quote! {
        /// What the service wraps its answers in.
        #gate
        const ENVELOPE: airudder_client::Envelope = airudder_client::Envelope {
            code: #code,
            status: #status,
            message: #message,
            data: #data,
            request_id: #request_id,
            success: &[#(#success),*],
        };
    }
}
