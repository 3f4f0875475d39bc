//! Documented values as Rust expressions, the way a consumer would write them.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value as Json;

use super::context::Context;
use super::structure::{Presence, presence};
use crate::model::{
    Enum, EnumValue, Field, JsonKind, Operation, RequestExample, Struct, Type, TypeDef, TypeKind, Union,
    Usage,
};

/// What the place of a value does to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// An argument of a generated function, which converts.
    Argument,
    /// Anywhere else: the value must have its type.
    Exact,
}

impl Context<'_> {
    /// The request of an example, built through its constructor and setters.
    pub(super) fn request(&self, operation: &Operation, example: &RequestExample) -> Option<TokenStream> {
        let name = format_ident!("{}", operation.name);
        let fields: Vec<_> = operation
            .fields
            .iter()
            .map(|field| &field.field)
            .zip(example.values.iter().map(Option::as_ref))
            .collect();
        self.construct(quote!(#name), &fields, Usage { request: true, answer: false })
    }

    /// A value as an argument of a generated function.
    pub(super) fn argument_value(&self, ty: &Type, value: &Json) -> Option<TokenStream> {
        self.value(ty, value, Position::Argument)
    }

    /// `Name::new(required).with_optional(..)`.
    fn construct(
        &self,
        path: TokenStream,
        fields: &[(&Field, Option<&Json>)],
        usage: Usage,
    ) -> Option<TokenStream> {
        let mut required = Vec::new();
        let mut setters = quote!();
        for (field, value) in fields {
            if field.required && !field.nullable {
                required.push(self.value(&field.ty, (*value)?, Position::Argument)?);
                continue;
            }
            let Some(value) = value else { continue };
            let setter = format_ident!("with_{}", field.name.trim_end_matches('_'));
            let argument = match presence(field, usage) {
                Presence::Patch if value.is_null() => quote!(wire::Patch::Null),
                Presence::Patch => self.value(&field.ty, value, Position::Exact)?,
                _ if value.is_null() => continue,
                _ => self.value(&field.ty, value, Position::Argument)?,
            };
            setters.extend(quote!(.#setter(#argument)));
        }
        Some(quote!(#path::new(#(#required),*)#setters))
    }

    fn value(&self, ty: &Type, value: &Json, position: Position) -> Option<TokenStream> {
        let into = position == Position::Argument;
        Some(match ty {
            Type::Bool => {
                let value = value.as_bool()?;
                quote!(#value)
            }
            Type::I32 | Type::I64 => integer(value.as_i64()?),
            Type::U64 => number(&Literal::u64_unsuffixed(value.as_u64()?), false),
            Type::F64 => number(&Literal::f64_unsuffixed(value.as_f64()?.abs()), value.as_f64()? < 0.0),
            Type::String => {
                let text = value.as_str()?;
                if into { quote!(#text) } else { quote!(#text.to_owned()) }
            }
            Type::Secret => {
                let text = value.as_str()?;
                if into { quote!(#text) } else { quote!(wire::Secret::from(#text)) }
            }
            Type::Id => {
                let id = id(value)?;
                if into { id } else { quote!(wire::Id::from(#id)) }
            }
            Type::Pii(inner) => match (&**inner, into) {
                (Type::String | Type::List(_) | Type::Map(_) | Type::Json, true) => {
                    self.value(inner, value, Position::Argument)?
                }
                (_, true) => self.typed(inner, value)?,
                (_, false) => {
                    let inner = self.value(inner, value, Position::Exact)?;
                    quote!(wire::Pii::new(#inner))
                }
            },
            Type::Json => json(value, into),
            Type::File => {
                let text = value.as_str().unwrap_or("content");
                quote!(client::File::new("example.bin", #text))
            }
            Type::Bytes => {
                let text = value.as_str()?;
                if into { quote!(#text) } else { quote!(client::Bytes::from(#text)) }
            }
            Type::Date | Type::DateTime | Type::LocalTime | Type::OffsetTime => {
                let text = value.as_str()?;
                quote!(#text.parse()?)
            }
            Type::EpochMillis | Type::EpochSeconds => {
                let ty = self.ty(ty, false);
                let number = integer(value.as_i64()?);
                quote!(#ty::new(#number))
            }
            Type::List(item) => {
                let item_position =
                    if into && self.takes_into(item) { Position::Argument } else { Position::Exact };
                // A list of arguments has one type, so that what converts differently is made exact.
                let exact = item_position == Position::Exact || self.is_union_or_enum(item);
                let position = if exact { Position::Exact } else { item_position };
                let items: Option<Vec<_>> =
                    value.as_array()?.iter().map(|value| self.item(item, value, position)).collect();
                let items = items?;
                match (into, items.is_empty()) {
                    (true, true) if self.takes_into(item) => {
                        let item = self.ty(item, false);
                        quote!(Vec::<#item>::new())
                    }
                    (true, true) => quote!([]),
                    (true, false) => quote!([#(#items),*]),
                    (false, _) => quote!(Vec::from([#(#items),*])),
                }
            }
            Type::Map(item) => {
                let position = if into && self.takes_into(item) && !self.is_union_or_enum(item) {
                    Position::Argument
                } else {
                    Position::Exact
                };
                let entries: Option<Vec<_>> = value
                    .as_object()?
                    .iter()
                    .map(|(key, value)| {
                        let value = self.item(item, value, position)?;
                        Some(if into { quote!((#key, #value)) } else { quote!((#key.to_owned(), #value)) })
                    })
                    .collect();
                let entries = entries?;
                match (into, entries.is_empty()) {
                    (true, true) => return None,
                    (true, false) => quote!([#(#entries),*]),
                    (false, _) => quote!(std::collections::BTreeMap::from([#(#entries),*])),
                }
            }
            Type::Boxed(inner) if into => self.value(inner, value, position)?,
            Type::Boxed(inner) => {
                let inner = self.value(inner, value, position)?;
                quote!(Box::new(#inner))
            }
            Type::Nullable(inner) => self.item(&Type::Nullable(inner.clone()), value, position)?,
            Type::Named(name) => {
                let def = self.index.get(name)?;
                let path = self.path(name, false);
                self.named(def, path, value, position)?
            }
        })
    }

    /// A value that says its type by itself, for a place that converts from several types.
    fn typed(&self, ty: &Type, value: &Json) -> Option<TokenStream> {
        match ty {
            Type::Date | Type::DateTime | Type::LocalTime | Type::OffsetTime => {
                let (ty, text) = (self.ty(ty, false), value.as_str()?);
                Some(quote!(#text.parse::<#ty>()?))
            }
            _ => self.value(ty, value, Position::Exact),
        }
    }

    fn item(&self, item: &Type, value: &Json, position: Position) -> Option<TokenStream> {
        match item {
            Type::Nullable(_) if value.is_null() => Some(quote!(None)),
            Type::Nullable(inner) => {
                let inner = self.value(inner, value, Position::Exact)?;
                Some(quote!(Some(#inner)))
            }
            _ => self.value(item, value, position),
        }
    }

    fn is_union_or_enum(&self, ty: &Type) -> bool {
        match self.index.resolve(ty) {
            Type::Named(name) => matches!(
                self.index.get(name).map(|def| &def.kind),
                Some(TypeKind::Enum(_) | TypeKind::Union(_))
            ),
            Type::Id => true,
            _ => false,
        }
    }

    fn named(
        &self,
        def: &TypeDef,
        path: TokenStream,
        value: &Json,
        position: Position,
    ) -> Option<TokenStream> {
        match &def.kind {
            TypeKind::Alias(target) => self.value(target, value, position),
            TypeKind::Newtype(inner) => {
                let converts = matches!(
                    inner,
                    Type::String
                        | Type::Secret
                        | Type::Id
                        | Type::I32
                        | Type::I64
                        | Type::U64
                        | Type::F64
                        | Type::Bool
                ) || matches!(inner, Type::Pii(inner) if **inner == Type::String);
                let inner_value = if converts {
                    self.value(inner, value, Position::Argument)?
                } else {
                    self.typed(inner, value)?
                };
                Some(if position == Position::Argument {
                    inner_value
                } else {
                    quote!(#path::from(#inner_value))
                })
            }
            TypeKind::Enum(body) => Some(enum_value(body, &path, value)),
            TypeKind::Union(body) => self.union_value(body, &path, value),
            TypeKind::Struct(body) => self.object(def, body, path, value),
        }
    }

    fn object(&self, def: &TypeDef, body: &Struct, path: TokenStream, value: &Json) -> Option<TokenStream> {
        let object = value.as_object()?;
        let fields: Vec<_> = body.fields.iter().map(|field| (field, object.get(&field.wire))).collect();
        let mut expression = self.construct(path, &fields, def.usage)?;
        if let Some(additional) = &body.additional {
            for (name, value) in object {
                if !body.fields.iter().any(|field| field.wire == *name) {
                    let value = self.value(additional, value, Position::Argument)?;
                    expression.extend(quote!(.with_additional_property(#name, #value)));
                }
            }
        }
        Some(expression)
    }

    fn union_value(&self, body: &Union, path: &TokenStream, value: &Json) -> Option<TokenStream> {
        let variant = match &body.tag {
            Some(tag) => {
                let tag = value.get(tag)?.as_str()?;
                body.variants.iter().find(|variant| variant.tags.iter().any(|known| known == tag))?
            }
            None => body.variants.iter().find(|variant| fits(variant.json, &variant.required, value))?,
        };
        let name = format_ident!("{}", variant.name);
        let inner = self.value(&variant.ty, value, Position::Exact)?;
        Some(quote!(#path::#name(#inner)))
    }
}

/// Any JSON: what converts is written plainly, the rest is parsed.
fn json(value: &Json, into: bool) -> TokenStream {
    let text = value.to_string();
    match value {
        Json::String(text) if into => quote!(#text),
        Json::Bool(value) if into => quote!(#value),
        Json::Number(value) if into && value.is_i64() => integer(value.as_i64().unwrap_or_default()),
        _ if into => quote!(#text.parse::<serde_json::Value>()?),
        _ => quote!(#text.parse()?),
    }
}

/// An integer; the sign is no part of a literal.
pub(super) fn integer(value: i64) -> TokenStream {
    number(&Literal::u64_unsuffixed(value.unsigned_abs()), value < 0)
}

fn number(literal: &Literal, is_negative: bool) -> TokenStream {
    if is_negative { quote!(-#literal) } else { quote!(#literal) }
}

fn id(value: &Json) -> Option<TokenStream> {
    match value {
        Json::String(text) => Some(quote!(#text)),
        other => {
            let number = integer(other.as_i64()?);
            Some(quote!(#number))
        }
    }
}

fn enum_value(body: &Enum, path: &TokenStream, value: &Json) -> TokenStream {
    let known = body.variants.iter().find(|variant| match &variant.value {
        EnumValue::Text(text) => value.as_str() == Some(text),
        EnumValue::Integer(number) => value.as_i64() == Some(*number),
    });
    match (known, value) {
        (Some(variant), _) => {
            let name = format_ident!("{}", variant.name);
            quote!(#path::#name)
        }
        (None, Json::String(text)) => quote!(#path::from(#text)),
        (None, other) => {
            let number = integer(other.as_i64().unwrap_or_default());
            quote!(#path::from(#number))
        }
    }
}

fn fits(kind: JsonKind, required: &[String], value: &Json) -> bool {
    match kind {
        JsonKind::Boolean => value.is_boolean(),
        JsonKind::Integer => value.is_i64() || value.is_u64(),
        JsonKind::Number => value.is_number(),
        JsonKind::String => value.is_string(),
        JsonKind::Array => value.is_array(),
        JsonKind::Object => {
            value.as_object().is_some_and(|object| required.iter().all(|key| object.contains_key(key)))
        }
        JsonKind::Any => true,
    }
}
