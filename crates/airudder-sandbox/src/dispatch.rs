//! From a request to an answer.

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION};
use http::request::Parts;
use http::{Request as HttpRequest, Response};

use crate::catalog::{Catalog, Entry, Found};
use crate::contract::{Auth, Document};
use crate::example;
use crate::log::LogEntry;
use crate::reply::{self, Refusal, Reply};
use crate::request::Request;
use crate::shared::Shared;
use crate::signature;

/// Answers a request, and notes it in the log.
pub(crate) async fn answer(shared: &Shared, request: HttpRequest<Bytes>) -> Response<Bytes> {
    let (parts, content) = request.into_parts();
    let (document, path) = split(parts.uri.path());
    let request_id = shared.change(|state, _| state.random.id());
    let mut entry = LogEntry {
        at: shared.clock.now(),
        method: parts.method.to_string(),
        path: path.to_owned(),
        document: document.map(|document| document.name).unwrap_or_default(),
        operation: "",
        effect: None,
        status: 0,
        acted: false,
        refusal: String::new(),
    };
    let response = match Catalog::get().find(document, parts.method.as_str(), path) {
        Found::Nothing => {
            let refusal = Refusal::unknown("path");
            entry.refusal.clone_from(&refusal.message);
            reply::refused(document.and_then(|document| document.envelope), &refusal, &request_id)
        }
        Found::OtherMethod(methods) => {
            let refusal = Refusal::new(405, format!("the methods of this path are {}", methods.join(", ")));
            entry.refusal.clone_from(&refusal.message);
            let envelope = document.and_then(|document| document.envelope);
            let mut response = reply::refused(envelope, &refusal, &request_id);
            reply::set(&mut response, ALLOW, &methods.join(", "));
            response
        }
        Found::Entries { first, others, path_values } => {
            let (request, faults) = choose(shared, first, &others, &path_values, &parts, &content).await;
            let found = request.entry;
            entry.document = found.document.name;
            entry.operation = found.operation.id;
            entry.effect = Some(found.operation.effect);
            let reply = act(shared, &request, &faults, &parts, &content);
            match &reply {
                Reply::Refused(refusal) => entry.refusal.clone_from(&refusal.message),
                _ => entry.acted = true,
            }
            reply::response(found, reply, &request_id)
        }
    };
    entry.status = response.status().as_u16();
    crate::clock::lock(&shared.log).add(entry);
    response
}

/// The document whose name the path begins with, if it does, and the rest.
fn split(path: &str) -> (Option<&'static Document>, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    let name = rest.split('/').next().unwrap_or_default();
    match (Catalog::document(name), rest.get(name.len()..)) {
        (Some(document), Some(path)) => (Some(document), path),
        _ => (None, path),
    }
}

/// Products share paths: the first one that the request fits, or else the one that it breaks the least.
async fn choose(
    shared: &Shared,
    first: &'static Entry,
    others: &[&'static Entry],
    path_values: &std::collections::HashMap<String, String>,
    parts: &Parts,
    content: &Bytes,
) -> (Request, Vec<String>) {
    let read = |entry| Request::read(entry, path_values, parts, content, shared.clock.now());
    let mut best = read(first).await;
    for entry in others {
        if best.1.is_empty() {
            break;
        }
        let other = read(entry).await;
        if other.1.len() < best.1.len() {
            best = other;
        }
    }
    best
}

fn act(shared: &Shared, request: &Request, faults: &[String], parts: &Parts, content: &Bytes) -> Reply {
    let auth = request.entry.operation.auth;
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Token "));
    if auth == Auth::Signature
        && let Err(refusal) = signature::check(&shared.settings, parts, content)
    {
        return refusal.into();
    }
    shared.change(|state, now| {
        if let Err(refusal) = state.admit(auth, token, now) {
            return refusal.into();
        }
        if !faults.is_empty() {
            return Refusal::invalid(faults.join("; ")).into();
        }
        if let Err(refusal) = within_limit(request) {
            return refusal.into();
        }
        if shared.settings.by_example && auth != Auth::None {
            return example::answer(request);
        }
        state.answer(request)
    })
}

/// The list of the request is no longer than one request may carry.
fn within_limit(request: &Request) -> Result<(), Refusal> {
    let Some(limit) = request.entry.operation.limit else { return Ok(()) };
    let count = request.list(limit.field).len();
    if u64::try_from(count).is_ok_and(|count| count <= limit.max) {
        return Ok(());
    }
    let (field, max) = (limit.field, limit.max);
    Err(Refusal::invalid(format!("`{field}` has {count} entries, and one request takes {max} at most")))
}
