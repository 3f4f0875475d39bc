//! What requests are authorised with.

use openapiv3::{APIKeyLocation, Operation as OpenApiOperation, ReferenceOr, SecurityScheme};

use super::lower::{At, Lowering, Source};
use super::names::{Scope, Spelling};
use super::settle::Wanted;
use super::{Auth, Scheme, Way};
use crate::document::Pointer;

/// By the operation's own requirement, else by the document's. In our documents a scheme says in `x-auth` what it is, and
/// is the token otherwise.
pub(super) fn of_operation(source: &Source<'_>, operation: &OpenApiOperation) -> Auth {
    let required = operation.security.as_ref().or(source.api.security.as_ref());
    let Some(required) = required.filter(|required| required.iter().any(|scheme| !scheme.is_empty())) else {
        return Auth::None;
    };
    let auth = required.iter().flat_map(|scheme| scheme.keys()).find_map(|scheme| {
        source.document.node(&place(scheme).child("x-auth")).and_then(|node| node.as_str())
    });
    match auth {
        Some("signature") => Auth::Signature,
        Some(_) => Auth::Token,
        None if source.is_ours => Auth::Token,
        None => Auth::Keys(required.iter().map(|scheme| scheme.keys().cloned().collect()).collect()),
    }
}

/// The schemes of a document of others.
pub(super) fn schemes<'a>(lowering: &mut Lowering<'a>, source: &'a Source<'a>) -> Vec<Scheme> {
    let declared = source.api.components.iter().flat_map(|components| &components.security_schemes);
    let at = |name: &str| At { source: lowering.current, pointer: place(name) };
    let is_foreign =
        |name: &str| !source.is_ours && source.document.node(&place(name).child("x-auth")).is_none();
    let declared: Vec<_> = declared.filter(|(name, _)| is_foreign(name)).collect();
    let wanted: Vec<_> = declared
        .iter()
        .map(|(name, _)| Wanted {
            at: at(name),
            given: None,
            text: (*name).clone(),
            what: format!("security scheme `{name}`"),
            qualifier: None,
        })
        .collect();
    let names = lowering.names(&mut Scope::reserving(&["new"]), Spelling::Field, &wanted);
    let mut schemes = Vec::new();
    for (((wire, scheme), wanted), name) in declared.into_iter().zip(wanted).zip(names) {
        let ReferenceOr::Item(scheme) = scheme else {
            lowering.unsupported(
                &wanted.at,
                "a reference in place of a security scheme",
                "write the scheme out",
            );
            continue;
        };
        let (way, docs) = match scheme {
            SecurityScheme::APIKey { location, name, description, .. } => {
                let way = match location {
                    APIKeyLocation::Header => Way::Header(name.clone()),
                    APIKeyLocation::Query => Way::Query(name.clone()),
                    APIKeyLocation::Cookie => Way::Cookie(name.clone()),
                };
                (way, description)
            }
            SecurityScheme::HTTP { scheme, description, .. } => match scheme.to_lowercase().as_str() {
                "basic" => (Way::Basic, description),
                "bearer" => (Way::Bearer, description),
                _ => {
                    let message = format!(
                        "HTTP authentication by `{scheme}` is not generated: the header `Authorization` is given whole"
                    );
                    lowering.note(
                        &wanted.at,
                        &message,
                        "give what the scheme asks for, the word at its beginning included",
                    );
                    (Way::Header("Authorization".to_owned()), description)
                }
            },
            SecurityScheme::OAuth2 { description, .. } => {
                lowering.note(
                    &wanted.at,
                    "the flows of OAuth 2.0 are not generated: the access token is given, and sent as a bearer token",
                    "get the token by a library for OAuth 2.0",
                );
                (Way::Bearer, description)
            }
            SecurityScheme::OpenIDConnect { description, .. } => {
                lowering.note(
                    &wanted.at,
                    "OpenID Connect is not generated: the access token is given, and sent as a bearer token",
                    "get the token by a library for OpenID Connect",
                );
                (Way::Bearer, description)
            }
        };
        let docs = docs.clone().unwrap_or_default();
        schemes.push(Scheme {
            wire: wire.clone(),
            name: name.unwrap_or_else(|| "unnamed".to_owned()),
            way,
            docs,
        });
    }
    schemes
}

fn place(scheme: &str) -> Pointer {
    Pointer::root().child("components").child("securitySchemes").child(scheme)
}
