//! Objects: the struct, its constructor, setters and accessors.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::docs;
use crate::model::{Field, Struct, Type, TypeDef, Usage};

/// How a field holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// The value itself.
    Plain,
    /// Left out when `None`.
    Optional,
    /// Written as null when `None`.
    Nullable,
    /// Absent, null or a value.
    Patch,
}

/// What is received may lack anything; what is sent must be whole.
pub(super) fn presence(field: &Field, usage: Usage) -> Presence {
    match (usage.answer, field.required, field.nullable) {
        (true, _, _) => Presence::Optional,
        (false, true, false) => Presence::Plain,
        (false, true, true) => Presence::Nullable,
        (false, false, true) => Presence::Patch,
        (false, false, false) => Presence::Optional,
    }
}

pub(super) fn items(context: &Context<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let shape = Shape {
        context,
        name: &def.name,
        fields: body.fields.iter().collect(),
        usage: def.usage,
        inside_models: true,
    };
    let docs = docs::attributes(&type_docs(def));
    let deprecated = deprecated(def.deprecated);
    let rest = rest(context, body, def.usage, true);
    shape.items(quote!(#docs #deprecated), rest)
}

/// The field for properties that the document does not name.
pub(super) fn rest(context: &Context<'_>, body: &Struct, usage: Usage, inside_models: bool) -> Rest {
    match &body.additional {
        Some(ty) => Rest::Typed { value: ty.clone(), tokens: context.ty(ty, inside_models) },
        None if usage.answer => Rest::Unknown,
        None => Rest::None,
    }
}

/// What becomes of properties that the document does not name.
pub(super) enum Rest {
    /// They cannot come.
    None,
    /// They are kept as they came.
    Unknown,
    /// They have a type.
    Typed { value: Type, tokens: TokenStream },
}

/// A struct on its way to code: a model, an operation or a callback.
pub(super) struct Shape<'a> {
    pub context: &'a Context<'a>,
    pub name: &'a str,
    pub fields: Vec<&'a Field>,
    pub usage: Usage,
    pub inside_models: bool,
}

impl Shape<'_> {
    pub fn items(&self, attributes: TokenStream, rest: Rest) -> TokenStream {
        let name = format_ident!("{}", self.name);
        let derives = self.derives();
        let fields = self.fields.iter().map(|field| self.field(field));
        let rest_field = match &rest {
            Rest::None => quote!(),
            Rest::Unknown => quote!(
                /// Fields that the document does not know, kept as they came.
                pub unknown_fields: wire::UnknownFields,
            ),
            Rest::Typed { tokens, .. } => quote!(
                /// Properties beside the named ones.
                pub additional_properties: BTreeMap<String, #tokens>,
            ),
        };
        let functions = self.functions(&rest);
        let implementation = (!functions.is_empty()).then(|| quote!(impl #name { #functions }));
        quote! {
            #attributes
            #derives
            pub struct #name {
                #(#fields,)*
                #rest_field
            }
            #implementation
        }
    }

    fn derives(&self) -> TokenStream {
        let has_default = self.usage.answer || self.required().next().is_none();
        let default = has_default.then(|| quote!(Default,));
        let open = self.usage.answer.then(|| quote!(#[non_exhaustive]));
        quote!(#[derive(Clone, Debug, #default PartialEq)] #open)
    }

    fn field(&self, field: &Field) -> TokenStream {
        let docs = docs::attributes(&field_docs(field));
        let deprecated = deprecated(field.deprecated);
        let name = format_ident!("{}", field.name);
        let ty = self.context.ty(&field.ty, self.inside_models);
        let ty = match presence(field, self.usage) {
            Presence::Plain => ty,
            Presence::Optional | Presence::Nullable => quote!(Option<#ty>),
            Presence::Patch => quote!(wire::Patch<#ty>),
        };
        quote!(#docs #deprecated pub #name: #ty)
    }

    /// The fields that the constructor asks for.
    fn required(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().copied().filter(|field| field.required && !field.nullable)
    }

    fn functions(&self, rest: &Rest) -> TokenStream {
        let mut functions = quote!();
        if self.usage.request {
            functions.extend(self.constructor(rest));
            for field in self.fields.iter().filter(|field| !field.required || field.nullable) {
                functions.extend(self.setter(field));
            }
            if let Rest::Typed { value, .. } = rest {
                functions.extend(self.additional_setter(value));
            }
        }
        if self.usage.answer {
            for field in &self.fields {
                functions.extend(self.accessor(field));
            }
        }
        functions
    }

    fn constructor(&self, rest: &Rest) -> TokenStream {
        let mut parameters = quote!();
        let mut values = quote!();
        let mut has_optional = !matches!(rest, Rest::None);
        for field in &self.fields {
            let name = format_ident!("{}", field.name);
            if field.required && !field.nullable {
                let (ty, value) = self.context.argument(&field.ty, &quote!(#name), self.inside_models);
                parameters.extend(quote!(#name: #ty,));
                values.extend(match presence(field, self.usage) {
                    Presence::Plain if value.to_string() == field.name => quote!(#name,),
                    Presence::Plain => quote!(#name: #value,),
                    _ => quote!(#name: Some(#value),),
                });
            } else {
                has_optional = true;
                if !self.usage.answer {
                    values.extend(match presence(field, self.usage) {
                        Presence::Patch => quote!(#name: wire::Patch::Absent,),
                        _ => quote!(#name: None,),
                    });
                }
            }
        }
        if self.usage.answer && has_optional {
            values.extend(quote!(..Self::default()));
        } else if !self.usage.answer && matches!(rest, Rest::Typed { .. }) {
            values.extend(quote!(additional_properties: BTreeMap::new(),));
        }
        let docs = if parameters.is_empty() {
            " Everything is optional."
        } else {
            " With what the service requires."
        };
        let body = if parameters.is_empty() { quote!(Self::default()) } else { quote!(Self { #values }) };
        quote! {
            #[doc = #docs]
            #[must_use]
            pub fn new(#parameters) -> Self { #body }
        }
    }

    fn setter(&self, field: &Field) -> TokenStream {
        let name = format_ident!("{}", field.name);
        let setter = format_ident!("with_{}", field.name.trim_end_matches('_'));
        let docs = docs::attributes(&format!("Sets `{}`.", field.name));
        let (ty, value) = match presence(field, self.usage) {
            Presence::Patch => {
                let ty = self.context.ty(&field.ty, self.inside_models);
                (quote!(impl Into<wire::Patch<#ty>>), quote!(#name.into()))
            }
            _ => {
                let (ty, value) = self.context.argument(&field.ty, &quote!(#name), self.inside_models);
                (ty, quote!(Some(#value)))
            }
        };
        let allow = field.deprecated.then(|| quote!(#[allow(deprecated)]));
        quote! {
            #docs
            #allow
            #[must_use]
            pub fn #setter(mut self, #name: #ty) -> Self {
                self.#name = #value;
                self
            }
        }
    }

    fn additional_setter(&self, value: &Type) -> TokenStream {
        let (ty, value) = self.context.argument(value, &quote!(value), self.inside_models);
        quote! {
            /// Sets a property beside the named ones.
            #[must_use]
            pub fn with_additional_property(mut self, name: impl Into<String>, value: #ty) -> Self {
                self.additional_properties.insert(name.into(), #value);
                self
            }
        }
    }

    /// Lists read as slices; what the document requires reads as a result.
    fn accessor(&self, field: &Field) -> TokenStream {
        let name = format_ident!("{}", field.name);
        let type_name = self.name;
        let wire = &field.wire;
        let allow = field.deprecated.then(|| quote!(#[allow(deprecated)]));
        if let Type::List(item) = self.context.index.resolve(&field.ty) {
            let item = self.context.ty(item, self.inside_models);
            let docs = docs::attributes(&format!("`{}`, or nothing when it is absent.", field.name));
            return quote!(#docs #allow #[must_use] pub fn #name(&self) -> &[#item] { self.#name.as_deref().unwrap_or_default() });
        }
        if !field.required {
            return quote!();
        }
        let (ty, value) = match self.context.index.resolve(&field.ty) {
            Type::String => (quote!(&str), quote!(self.#name.as_deref())),
            Type::Bool | Type::I32 | Type::I64 | Type::U64 | Type::F64 => {
                (self.context.ty(&field.ty, self.inside_models), quote!(self.#name))
            }
            _ => {
                let ty = self.context.ty(&field.ty, self.inside_models);
                (quote!(&#ty), quote!(self.#name.as_ref()))
            }
        };
        let docs = docs::attributes(&format!(
            "`{}`, which by the document is always there.\n\n# Errors\n\nWhen it is absent all the same.",
            field.name
        ));
        quote! {
            #docs
            #allow
            pub fn #name(&self) -> Result<#ty, wire::MissingField> {
                #value.ok_or(wire::MissingField::new(#type_name, #wire))
            }
        }
    }
}

pub(super) fn deprecated(is_deprecated: bool) -> TokenStream {
    if is_deprecated { quote!(#[deprecated]) } else { quote!() }
}

/// A type without a word in the document is still documented, by its name.
pub(super) fn type_docs(def: &TypeDef) -> String {
    if def.docs.is_empty() { format!("`{}`.", def.name) } else { def.docs.clone() }
}

/// A field without a word in the document is still documented, by its name on the wire.
pub(super) fn field_docs(field: &Field) -> String {
    if field.docs.is_empty() { format!("`{}`.", field.wire) } else { field.docs.clone() }
}
