//! Lists: how an operation reads one page after the other, and how it sends one chunk after the other.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::operation::SENT;
use super::structure::{Presence, presence};
use crate::model::{Answer, Batch, Field, Operation, Pagination, Struct, Type, TypeKind};

/// The implementations of `Paged` and `Batched`, where the operation has them.
pub(super) fn items(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let paged = operation.pagination.as_ref().and_then(|pagination| paged(context, operation, pagination));
    let batch = operation.batch.as_ref().filter(|batch| batch.rest.is_none());
    let batched = batch.and_then(|batch| batched(context, operation, batch));
    quote!(#paged #batched)
}

fn paged(context: &Context<'_>, operation: &Operation, pagination: &Pagination) -> Option<TokenStream> {
    let name = format_ident!("{}", operation.name);
    let item = context.ty(&pagination.item, false);
    let mark = field(operation, &pagination.mark)?;
    let (get, set) = match pagination.key {
        None => number(context, mark),
        Some(_) => cursor(context, mark),
    };
    let rows = match &pagination.items {
        Some(items) => {
            let items = format_ident!("{items}");
            quote!(answer.#items.unwrap_or_default())
        }
        None => quote!(answer),
    };
    let total = pagination.total.as_ref().map(|total| {
        let total = format_ident!("{total}");
        quote!(.with_total(answer.#total))
    });
    let key = pagination.key.as_ref().map(|key| {
        let key = format_ident!("{key}");
        quote! {
            fn cursor(item: &Self::Item) -> Option<String> {
                item.#key.as_ref().map(ToString::to_string)
            }
        }
    });
    let allow = allow_deprecated(context, operation);
    Some(quote! {
        #allow
        impl client::paging::Paged for #name {
            type Item = #item;

            fn mark(&self) -> client::paging::Mark { #get }

            fn set_mark(&mut self, mark: &client::paging::Mark) { #set }

            fn rows(answer: Self::Answer) -> client::paging::Rows<Self::Item> {
                client::paging::Rows::new(#rows)#total
            }

            #key
        }
    })
}

/// How the number of the page is read off the operation, and set.
fn number(context: &Context<'_>, field: &Field) -> (TokenStream, TokenStream) {
    let name = format_ident!("{}", field.name);
    let ty = context.ty(&field.ty, false);
    let (get, set) = match presence(field, SENT) {
        Presence::Plain => (quote!(Some(self.#name)), plain(&quote!(number), &quote!(#name))),
        Presence::Optional | Presence::Nullable => (quote!(self.#name), quote!(self.#name = mark.number();)),
        Presence::Patch => {
            (quote!(self.#name.into_value()), quote!(self.#name = mark.number::<#ty>().into();))
        }
    };
    (quote!(client::paging::Mark::from_number(#get)), set)
}

/// How the cursor is read off the operation, and set.
fn cursor(context: &Context<'_>, field: &Field) -> (TokenStream, TokenStream) {
    let name = format_ident!("{}", field.name);
    let ty = context.ty(&field.ty, false);
    let (get, set) = match presence(field, SENT) {
        Presence::Plain => (quote!(Some(&self.#name)), plain(&quote!(cursor), &quote!(#name))),
        Presence::Optional | Presence::Nullable => {
            (quote!(self.#name.as_ref()), quote!(self.#name = mark.cursor();))
        }
        Presence::Patch => (quote!(self.#name.value()), quote!(self.#name = mark.cursor::<#ty>().into();)),
    };
    (quote!(client::paging::Mark::from_cursor(#get)), set)
}

fn plain(method: &TokenStream, name: &TokenStream) -> TokenStream {
    quote!(if let Some(#name) = mark.#method() { self.#name = #name; })
}

fn batched(context: &Context<'_>, operation: &Operation, batch: &Batch) -> Option<TokenStream> {
    let name = format_ident!("{}", operation.name);
    let item = context.ty(&batch.item, false);
    let field = field(operation, &batch.field)?;
    let list = format_ident!("{}", field.name);
    let items = match presence(field, SENT) {
        Presence::Plain => quote!(&mut self.#list),
        Presence::Optional | Presence::Nullable => quote!(self.#list.get_or_insert_default()),
        Presence::Patch => return None,
    };
    let max = underscored(batch.max);
    let total = match batch.total {
        Some(total) => {
            let total = underscored(total);
            quote!(Some(#total))
        }
        None => quote!(None),
    };
    let refused = batch.refused.as_ref().map(|refused| {
        let is_hidden = answer_field(context, operation, refused)
            .is_some_and(|field| matches!(context.index.resolve(&field.ty), Type::Pii(_)));
        let refused = format_ident!("{refused}");
        let len = if is_hidden { quote!(|list| list.expose().len()) } else { quote!(Vec::len) };
        quote! {
            fn refused(answer: &Self::Answer) -> usize {
                answer.#refused.as_ref().map_or(0, #len)
            }
        }
    });
    let allow = allow_deprecated(context, operation);
    Some(quote! {
        #allow
        impl client::batch::Batched for #name {
            type Item = #item;

            const MAX_ITEMS: usize = #max;
            const MAX_TOTAL: Option<u64> = #total;

            fn items_mut(&mut self) -> &mut Vec<Self::Item> { #items }

            #refused
        }
    })
}

fn field<'a>(operation: &'a Operation, name: &str) -> Option<&'a Field> {
    operation.fields.iter().map(|field| &field.field).find(|field| field.name == name)
}

/// The answer, if it is an object.
fn answer<'a>(context: &Context<'a>, operation: &'a Operation) -> Option<&'a Struct> {
    let Answer::Json(ty) = &operation.answer else { return None };
    match context.index.resolve(ty) {
        Type::Named(name) => match &context.index.get(name)?.kind {
            TypeKind::Struct(body) => Some(body),
            _ => None,
        },
        _ => None,
    }
}

fn answer_field<'a>(context: &Context<'a>, operation: &'a Operation, name: &str) -> Option<&'a Field> {
    answer(context, operation)?.fields.iter().find(|field| field.name == name)
}

fn allow_deprecated(context: &Context<'_>, operation: &Operation) -> Option<TokenStream> {
    let sent = operation.fields.iter().map(|field| &field.field);
    let received = answer(context, operation).into_iter().flat_map(|answer| &answer.fields);
    let is_deprecated = operation.deprecated || sent.chain(received).any(|field| field.deprecated);
    is_deprecated.then(|| quote!(#[allow(deprecated)]))
}

/// `10_000`, in groups as people read it.
fn underscored(number: u64) -> TokenStream {
    super::operation::thousands(number, '_').parse().unwrap_or_default()
}
