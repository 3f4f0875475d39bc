//! Operations: the struct of the parameters, and how it writes itself into a request.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::Context;
use super::structure::{Rest, Shape, deprecated};
use super::{access, choice, codec, docs, lists};
use crate::model::{
    Answer, Auth, Batch, Body, Effect, Evidence, Field, Operation, Place, Style, Type, Usage, Vendor,
};

pub(super) const SENT: Usage = Usage { request: true, answer: false };

pub(super) fn items(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let attributes = docs::attributes(&text(context, operation));
    let deprecated = deprecated(operation.deprecated);
    let fields = operation.fields.iter().map(|field| &field.field).collect();
    let shape = Shape { context, name: &operation.name, fields, usage: SENT, inside_models: false };
    let structure = shape.items(quote!(#attributes #deprecated), Rest::None);
    let implementation = implementation(context, operation);
    let lists = lists::items(context, operation);
    let choices = choice::items(context, operation);
    quote!(#structure #implementation #choices #lists)
}

/// The fields of the body, where it is an object of the operation's own.
pub(super) fn codec(_: &Context<'_>, operation: &Operation) -> TokenStream {
    let fields = body_fields(operation);
    let is_object =
        matches!(operation.body, Some(Body::Json | Body::JsonAs(_) | Body::Form | Body::FormStyled(_)));
    if fields.is_empty() || !is_object {
        return quote!();
    }
    let name = format_ident!("{}", operation.name);
    codec::encode_fields(&quote!(operations::#name), &fields, &Rest::None, SENT)
}

fn body_fields(operation: &Operation) -> Vec<&Field> {
    operation
        .fields
        .iter()
        .filter(|field| field.place == Place::BodyProperty)
        .map(|field| &field.field)
        .collect()
}

/// The documentation of the operation with its address and its source.
fn text(context: &Context<'_>, operation: &Operation) -> String {
    let mut text = operation.docs.clone();
    let mut add = |paragraph: String| {
        if !paragraph.is_empty() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&paragraph);
        }
    };
    let effect = match operation.effect {
        Effect::Safe => "only reads, so it may be sent again",
        Effect::Idempotent => "sent twice, it does the same as once",
        Effect::Unsafe => {
            "sent twice, it acts twice: it is never repeated unless the service cannot have acted"
        }
    };
    add(format!("`{} {}`: {effect}.", operation.method, operation.path));
    if let Some(batch) = &operation.batch {
        add(capacity(context, batch));
    }
    add(source(&operation.vendor));
    text
}

/// How many entries fit, and what takes more.
fn capacity(context: &Context<'_>, batch: &Batch) -> String {
    let mut text =
        format!("One request takes at most {} entries in `{}`", thousands(batch.max, ','), batch.field);
    if let Some(total) = batch.total {
        text.push_str(&format!(", and what they are added to {} in all", thousands(total, ',')));
    }
    text.push('.');
    let rest = batch.rest.as_ref();
    let rest = rest.and_then(|rest| context.model.operations.iter().find(|operation| operation.id == *rest));
    if let Some((rest, method)) = rest.and_then(|rest| Some((rest, rest.batch_name()?))) {
        let name = &rest.name;
        text.push_str(&format!(
            " A longer list is begun here, without entries, and added by [`{name}`](super::{name}) with `Client::{method}`."
        ));
    }
    text
}

/// A number with its digits in groups of three.
pub(super) fn thousands(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Where we know it from.
pub(super) fn source(vendor: &Vendor) -> String {
    let Some(evidence) = vendor.evidence else { return String::new() };
    let how = match evidence {
        Evidence::Documented => "**Documented**: read on the vendor's page",
        Evidence::Observed => "**Observed**: seen in a vendor's example or in working client code",
        Evidence::Assumed => "**Assumed**: only the title is known, the shape is a guess",
    };
    let title = vendor.title.as_ref().map(|title| format!(" \"{title}\"")).unwrap_or_default();
    let pages =
        if vendor.pages.is_empty() { String::new() } else { format!(" ({})", vendor.pages.join(", ")) };
    let modified = vendor.modified.as_ref().map(|date| format!(", as of {date}")).unwrap_or_default();
    let note = vendor.note.as_ref().map(|note| format!(" {}", note.trim())).unwrap_or_default();
    let page = if evidence == Evidence::Documented || title.is_empty() { "" } else { "; page" };
    format!("{how}{page}{title}{pages}{modified}.{note}")
}

fn implementation(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let name = format_ident!("{}", operation.name);
    let answer = answer_type(context, operation);
    let description = description(context, operation);
    let parameters: Vec<_> =
        operation.fields.iter().filter_map(|field| parameter(&field.place, &field.field)).collect();
    let body = body(operation);
    let is_unused = parameters.is_empty() && body.is_none();
    let request = if is_unused { quote!(_request) } else { quote!(request) };
    let last = body.unwrap_or(quote!(Ok(())));
    let read = match &operation.answer {
        Answer::Empty => quote!(answer.empty()),
        Answer::Json(_) => quote!(answer.json()),
        Answer::Text => quote!(answer.text()),
        Answer::Bytes => quote!(answer.bytes()),
        Answer::Choice(choice) => choice::read(choice),
    };
    let allow = operation.deprecated || operation.fields.iter().any(|field| field.field.deprecated);
    let allow = allow.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #allow
        impl client::Operation for #name {
            type Answer = #answer;
            const DESCRIPTION: &'static client::Description = #description;
            fn write(&self, #request: &mut client::Request) -> Result<(), client::Error> {
                #(#parameters)*
                #last
            }
            fn read(answer: client::Answer) -> Result<Self::Answer, client::Error> { #read }
        }
    }
}

pub(super) fn answer_type(context: &Context<'_>, operation: &Operation) -> TokenStream {
    match &operation.answer {
        Answer::Empty => quote!(()),
        Answer::Json(ty) => context.ty(ty, false),
        Answer::Text => quote!(String),
        Answer::Bytes => quote!(client::Bytes),
        Answer::Choice(choice) => {
            let name = format_ident!("{}", choice.name);
            quote!(operations::#name)
        }
    }
}

fn description(context: &Context<'_>, operation: &Operation) -> TokenStream {
    let id = format!("{}.{}", context.model.krate.stem, operation.id);
    let path = &operation.path;
    let method = format_ident!(
        "{}",
        heck::ToUpperCamelCase::to_upper_camel_case(operation.method.to_lowercase().as_str())
    );
    let effect = match operation.effect {
        Effect::Safe => quote!(Safe),
        Effect::Idempotent => quote!(Idempotent),
        Effect::Unsafe => quote!(Unsafe),
    };
    let evidence = match operation.vendor.evidence {
        Some(Evidence::Observed) => quote!(Observed),
        Some(Evidence::Assumed) => quote!(Assumed),
        Some(Evidence::Documented) | None => quote!(Documented),
    };
    let auth = match &operation.auth {
        Auth::None => quote!(None),
        Auth::Token => quote!(Token),
        Auth::Signature => quote!(Signature),
        Auth::Keys(alternatives) => {
            let schemes = &context.model.schemes;
            let alternatives = alternatives.iter().map(|names| {
                let known =
                    names.iter().filter_map(|name| schemes.iter().find(|scheme| scheme.wire == *name));
                let keys = known.map(access::key);
                quote!(&[#(#keys),*])
            });
            quote!(Keys(&[#(#alternatives),*]))
        }
    };
    let root = &context.root;
    let envelope =
        if context.model.envelope.is_some() { quote!(Some(&#root::ENVELOPE)) } else { quote!(None) };
    quote! {
        &client::Description {
            id: #id,
            method: client::Method::#method,
            path: #path,
            effect: client::Effect::#effect,
            evidence: client::Evidence::#evidence,
            auth: client::Auth::#auth,
            envelope: #envelope,
        }
    }
}

fn parameter(place: &Place, field: &Field) -> Option<TokenStream> {
    let (name, wire) = (format_ident!("{}", field.name), &field.wire);
    let (write, style) = match place {
        Place::Path(style) => (quote!(path), style),
        Place::Query(style) => (quote!(query), style),
        Place::Header(style) => (quote!(header), style),
        Place::Cookie(style) => (quote!(cookie), style),
        Place::BodyProperty | Place::Body => return None,
    };
    let style = style_name(*style);
    Some(quote!(request.#write(#wire, client::Style::#style, &self.#name)?;))
}

fn style_name(style: Style) -> TokenStream {
    let name = format_ident!("{}", format!("{style:?}"));
    quote!(#name)
}

/// The expression that writes the body; it is the last of the function.
fn body(operation: &Operation) -> Option<TokenStream> {
    let kind = operation.body.as_ref()?;
    let whole = operation.fields.iter().find(|field| field.place == Place::Body).map(|field| &field.field);
    let Some(whole) = whole else {
        return Some(match kind {
            Body::Multipart => {
                let parts = body_fields(operation).into_iter().map(|field| part(field, &quote!(self)));
                quote!(#(#parts)* Ok(()))
            }
            _ => write_whole(kind, &quote!(&wire::AsObject(self)), &quote!(self)),
        });
    };
    let name = format_ident!("{}", whole.name);
    Some(if whole.required {
        write_whole(kind, &quote!(&self.#name), &quote!(self.#name))
    } else {
        let write = write_whole(kind, &quote!(body), &quote!(body));
        quote!(match &self.#name { Some(body) => #write, None => Ok(()) })
    })
}

/// The expression that writes a whole body: a reference to it, and its place.
pub(super) fn write_whole(kind: &Body, value: &TokenStream, place: &TokenStream) -> TokenStream {
    match kind {
        Body::Json => quote!(request.json(#value)),
        Body::JsonAs(media_type) => quote!(request.json_as(#media_type, #value)),
        Body::Form => quote!(request.form(#value)),
        Body::FormStyled(styles) => {
            let styles = styles.iter().map(|(wire, style)| {
                let style = style_name(*style);
                quote!((#wire, client::Style::#style))
            });
            quote!(request.form_styled(&[#(#styles),*], #value))
        }
        Body::Text => quote!(request.text(#value)),
        Body::TextAs(media_type) => quote!(request.bytes(#media_type, #place.clone())),
        Body::Bytes(media_type) => quote!(request.bytes(#media_type, #place.clone())),
        Body::Multipart => quote!(request.multipart_field("body", #value)),
        Body::Choice(choice) => choice::write(choice, value),
    }
}

pub(super) fn part(field: &Field, owner: &TokenStream) -> TokenStream {
    let (name, wire) = (format_ident!("{}", field.name), &field.wire);
    let is_files = matches!(&field.ty, Type::List(item) if **item == Type::File);
    match (&field.ty, field.required) {
        (Type::File, true) => quote!(request.multipart_file(#wire, &#owner.#name)?;),
        (Type::File, false) => quote!(request.multipart_file(#wire, #owner.#name.as_ref())?;),
        (_, true) if is_files => quote!(for file in &#owner.#name { request.multipart_file(#wire, file)?; }),
        (_, false) if is_files => {
            quote!(for file in #owner.#name.iter().flatten() { request.multipart_file(#wire, file)?; })
        }
        _ => quote!(request.multipart_field(#wire, &#owner.#name)?;),
    }
}
