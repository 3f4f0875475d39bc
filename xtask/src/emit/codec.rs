//! How models are written and read: tables of fields over the helpers of `airudder-wire`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::context::Context;
use super::literal::integer;
use super::structure::{Presence, Rest, presence, rest};
use crate::model::{Enum, EnumValue, Field, JsonKind, Type, TypeDef, TypeKind, Union, UnionVariant, Usage};

pub(super) fn of_type(context: &Context<'_>, def: &TypeDef) -> TokenStream {
    let ident = format_ident!("{}", def.name);
    let path = quote!(models::#ident);
    match &def.kind {
        TypeKind::Struct(body) => {
            let fields: Vec<_> = body.fields.iter().collect();
            of_struct(&path, &def.name, &fields, &rest(context, body, def.usage, false), def.usage)
        }
        TypeKind::Enum(body) => of_enum(&path, &def.name, body),
        TypeKind::Union(body) => of_union(context, &path, &def.name, body, def.usage),
        // A newtype reads and writes what is inside.
        TypeKind::Newtype(_) | TypeKind::Alias(_) => quote!(),
    }
}

pub(super) fn of_struct(
    path: &TokenStream,
    name: &str,
    fields: &[&Field],
    rest: &Rest,
    usage: Usage,
) -> TokenStream {
    let encode = encode_fields(path, fields, rest, usage);
    if !usage.answer {
        return quote!(#encode wire::encode_only_object!(#path););
    }
    let decode = decode_fields(path, name, fields, rest);
    quote!(#encode #decode wire::object!(#path);)
}

pub(super) fn encode_fields(path: &TokenStream, fields: &[&Field], rest: &Rest, usage: Usage) -> TokenStream {
    let mut writes: Vec<_> = fields
        .iter()
        .map(|field| {
            let (name, wire) = (format_ident!("{}", field.name), &field.wire);
            let write = match presence(field, usage) {
                Presence::Plain | Presence::Nullable => quote!(required),
                Presence::Optional => quote!(optional),
                Presence::Patch => quote!(patch),
            };
            quote!(wire::#write(map, #wire, &self.#name))
        })
        .collect();
    writes.extend(match rest {
        Rest::None => None,
        Rest::Unknown => Some(quote!(self.unknown_fields.encode_fields(map))),
        Rest::Typed { .. } => Some(quote!(wire::additional(map, &self.additional_properties))),
    });
    let last = writes.pop().unwrap_or(quote!(Ok(())));
    let allow = allow_deprecated(fields);
    let map = if fields.is_empty() && matches!(rest, Rest::None) { quote!(_map) } else { quote!(map) };
    quote! {
        #allow
        impl wire::EncodeFields for #path {
            fn encode_fields<M: SerializeMap>(&self, #map: &mut M) -> Result<(), M::Error> {
                #(#writes?;)*
                #last
            }
        }
    }
}

fn decode_fields(path: &TokenStream, name: &str, fields: &[&Field], rest: &Rest) -> TokenStream {
    let names = fields.iter().map(|field| &field.wire);
    let arms = fields.iter().enumerate().map(|(index, field)| {
        let (index, name) = (Literal::usize_unsuffixed(index), format_ident!("{}", field.name));
        quote!(#index => self.#name = wire::next_value(map)?,)
    });
    let other = match rest {
        Rest::Typed { .. } => quote! {
            self.additional_properties.insert(name, wire::next_value(map)?);
            Ok(())
        },
        _ => quote!(self.unknown_fields.decode(name, map)),
    };
    let (index, map, statement) = match fields {
        [] => (quote!(_index), quote!(_map), quote!()),
        [only] => {
            let name = format_ident!("{}", only.name);
            (quote!(index), quote!(map), quote!(if index == 0 { self.#name = wire::next_value(map)?; }))
        }
        _ => (quote!(index), quote!(map), quote!(match index { #(#arms)* _ => {} })),
    };
    let allow = allow_deprecated(fields);
    quote! {
        #allow
        impl wire::DecodeFields for #path {
            const NAME: &'static str = #name;
            const FIELDS: &'static [&'static str] = &[#(#names),*];
            fn decode_field<'de, A: MapAccess<'de>>(&mut self, #index: usize, #map: &mut A) -> Result<(), A::Error> {
                #statement
                Ok(())
            }
            fn decode_other<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
                #other
            }
        }
    }
}

fn allow_deprecated(fields: &[&Field]) -> TokenStream {
    if fields.iter().any(|field| field.deprecated) { quote!(#[allow(deprecated)]) } else { quote!() }
}

fn of_enum(path: &TokenStream, name: &str, body: &Enum) -> TokenStream {
    let is_text = body.variants.iter().all(|variant| matches!(variant.value, EnumValue::Text(_)));
    let (mut known, mut written) = (quote!(), quote!());
    for variant in &body.variants {
        let ident = format_ident!("{}", variant.name);
        let value = match &variant.value {
            EnumValue::Text(text) => quote!(#text),
            EnumValue::Integer(number) => integer(*number),
        };
        known.extend(quote!(#value => Self::#ident,));
        written.extend(quote!(Self::#ident => Ok(#value),));
    }
    let (kind, argument, wire, register) = if is_text {
        (quote!(OpenEnum), quote!(text: &str), quote!(&'static str), quote!(open_enum))
    } else {
        (quote!(OpenIntegerEnum), quote!(value: i64), quote!(i64), quote!(open_integer_enum))
    };
    let argument_name = if is_text { quote!(text) } else { quote!(value) };
    quote! {
        impl wire::#kind for #path {
            const NAME: &'static str = #name;
            fn known(#argument) -> Option<Self> {
                Some(match #argument_name { #known _ => return None, })
            }
            fn unknown(value: wire::UnknownValue) -> Self { Self::Unknown(value) }
            fn to_wire(&self) -> Result<#wire, &wire::UnknownValue> {
                match self { #written Self::Unknown(value) => Err(value), }
            }
        }
        wire::#register!(#path);
    }
}

fn of_union(
    context: &Context<'_>,
    path: &TokenStream,
    name: &str,
    body: &Union,
    usage: Usage,
) -> TokenStream {
    let from = conversions(context, path, body);
    match &body.tag {
        Some(tag) => {
            let codec = of_tagged(path, name, tag, body, usage);
            quote!(#codec #from)
        }
        None => {
            let codec = of_untagged(context, path, name, body, usage);
            quote!(#codec #from)
        }
    }
}

fn of_tagged(path: &TokenStream, name: &str, tag: &str, body: &Union, usage: Usage) -> TokenStream {
    let writes = body.variants.iter().map(|variant| {
        let ident = format_ident!("{}", variant.name);
        match variant.tags.first() {
            Some(value) if !variant.carries_tag => quote! {
                Self::#ident(value) => {
                    wire::required(map, #tag, #value)?;
                    value.encode_fields(map)
                }
            },
            _ => quote!(Self::#ident(value) => value.encode_fields(map),),
        }
    });
    let encode = quote! {
        impl wire::EncodeFields for #path {
            fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self {
                    #(#writes)*
                    Self::Unknown(value) => value.encode_fields(map),
                }
            }
        }
    };
    if !usage.answer {
        return quote!(#encode wire::encode_only_object!(#path););
    }
    let reads = body.variants.iter().map(|variant| {
        let (ident, tags) = (format_ident!("{}", variant.name), &variant.tags);
        let decode = if variant.carries_tag { quote!(decode_with_tag) } else { quote!(decode) };
        let value = match &variant.ty {
            Type::Boxed(_) => quote!(variant.#decode().map(Box::new).map(Self::#ident)),
            _ => quote!(variant.#decode().map(Self::#ident)),
        };
        quote!(#(#tags)|* => #value,)
    });
    quote! {
        #encode
        impl wire::TaggedUnion for #path {
            const NAME: &'static str = #name;
            const TAG: &'static str = #tag;
            fn decode_variant(variant: wire::Variant) -> Result<Self, serde_json::Error> {
                match variant.tag() {
                    #(#reads)*
                    _ => Ok(Self::Unknown(variant.into_unknown())),
                }
            }
        }
        wire::tagged_union!(#path);
    }
}

fn of_untagged(
    context: &Context<'_>,
    path: &TokenStream,
    name: &str,
    body: &Union,
    usage: Usage,
) -> TokenStream {
    let writes = body.variants.iter().map(|variant| {
        let ident = format_ident!("{}", variant.name);
        quote!(Self::#ident(value) => value.serialize(serializer),)
    });
    let encode = quote! {
        impl Serialize for #path {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#writes)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }
    };
    if !usage.answer {
        return encode;
    }
    let tries = body.variants.iter().map(|variant| {
        let (ident, required) = (format_ident!("{}", variant.name), &variant.required);
        let kind = kind(context, variant);
        quote! {
            if let Some(value) = candidate.decode(wire::Kind::#kind, &[#(#required),*]) {
                return Self::#ident(value);
            }
        }
    });
    quote! {
        #encode
        impl wire::UntaggedUnion for #path {
            const NAME: &'static str = #name;
            fn decode_untagged(candidate: wire::Candidate) -> Self {
                #(#tries)*
                Self::Unknown(candidate.into_unknown())
            }
        }
        wire::untagged_union!(#path);
    }
}

/// The kind of value that a variant is told by.
fn kind(context: &Context<'_>, variant: &UnionVariant) -> TokenStream {
    // A time takes any text, so that of several only the first would ever be met.
    let time = match context.index.scalar(&variant.ty) {
        Type::Date => Some(quote!(Date)),
        Type::DateTime => Some(quote!(DateTime)),
        Type::LocalTime => Some(quote!(LocalTime)),
        Type::OffsetTime => Some(quote!(OffsetTime)),
        _ => None,
    };
    time.unwrap_or_else(|| match variant.json {
        JsonKind::Boolean => quote!(Boolean),
        JsonKind::Integer => quote!(Integer),
        JsonKind::Number => quote!(Number),
        JsonKind::String => quote!(String),
        JsonKind::Array => quote!(Array),
        JsonKind::Object => quote!(Object),
        JsonKind::Any => quote!(Any),
    })
}

/// `From` each variant's type, where it tells which variant is meant.
fn conversions(context: &Context<'_>, path: &TokenStream, body: &Union) -> TokenStream {
    let unique = |ty: &Type| body.variants.iter().filter(|variant| variant.ty == *ty).count() == 1;
    let named =
        body.variants.iter().filter(|variant| matches!(variant.ty, Type::Named(_)) && unique(&variant.ty));
    // An alias may hide what another variant has too.
    let plain = named.filter(|variant| context.index.resolve(&variant.ty) == &variant.ty);
    plain
        .map(|variant| {
            let (ident, ty) = (format_ident!("{}", variant.name), context.ty(&variant.ty, false));
            quote! {
                impl From<#ty> for #path {
                    fn from(value: #ty) -> Self { Self::#ident(value) }
                }
            }
        })
        .collect()
}
