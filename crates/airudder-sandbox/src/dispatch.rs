//! From a request to an answer.

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, ETAG};
use http::request::Parts;
use http::{Method, Request as HttpRequest, Response, StatusCode};

use crate::catalog::{Catalog, Entry, Found};
use crate::clock::lock;
use crate::contract::{Auth, Document};
use crate::control;
use crate::example;
use crate::fault::{self, Fault, Sent};
use crate::log::LogEntry;
use crate::range;
use crate::recording::{self, Recording};
use crate::reply::{self, Refusal, Reply};
use crate::request::Request;
use crate::shared::Shared;
use crate::signature;
use crate::state::Recorded;

/// The header whose text the log keeps.
const LABEL: &str = "sandbox-label";

/// Answers a request, and notes it in the log.
pub(crate) async fn answer(shared: &Shared, request: HttpRequest<Bytes>) -> Sent {
    let (parts, content) = request.into_parts();
    if let Some(response) = control::answer(shared, &parts, &content).await {
        return fault::plain(response);
    }
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
        fault: None,
        label: header(&parts, LABEL).to_owned(),
    };
    let sent = match Catalog::get().find(document, parts.method.as_str(), path) {
        Found::Nothing => {
            let response = outside(shared, document, &parts, path, &request_id, &mut entry);
            fault::plain(range::narrow(&parts, response))
        }
        Found::OtherMethod(methods) => {
            let refusal = Refusal::new(405, format!("the methods of this path are {}", methods.join(", ")));
            entry.refusal.clone_from(&refusal.message);
            let envelope = document.and_then(|document| document.envelope);
            let mut response = reply::refused(envelope, &refusal, &request_id);
            reply::set(&mut response, ALLOW, &methods.join(", "));
            fault::plain(response)
        }
        Found::Entries { first, others, path_values } => {
            let (request, faults) = choose(shared, first, &others, &path_values, &parts, &content).await;
            let found = request.entry;
            entry.document = found.document.name;
            entry.operation = found.operation.id;
            entry.effect = Some(found.operation.effect);
            let chosen = lock(&shared.faults).choose(&parts.headers, found);
            let reply = match &chosen {
                Ok(Some(fault)) if fault.is_before_acting() => Err(fault.to_string()),
                Ok(_) => Ok(act(shared, &request, &faults, &parts, &content)),
                Err(invalid) => Ok(Refusal::invalid(invalid.to_string()).into()),
            };
            match &reply {
                Ok(Reply::Refused(refusal)) => entry.refusal.clone_from(&refusal.message),
                Ok(_) => entry.acted = true,
                Err(fault) => entry.refusal.clone_from(fault),
            }
            if let Ok(Some(Fault::ExpiredToken)) = chosen {
                shared.change(|state, _| state.tokens.expire());
            }
            entry.fault = chosen.unwrap_or_default();
            let response = reply.map(|reply| reply::response(found, reply, &request_id)).unwrap_or_default();
            let response = range::narrow(&parts, response);
            match &entry.fault {
                Some(fault) => fault.send(found, response, &request_id),
                None => fault::plain(response),
            }
        }
    };
    if let Sent::Response(response) = &sent {
        entry.status = response.status().as_u16();
    }
    let fault = entry.fault.clone();
    // Between acting and here nothing waits, so that a client that hangs up does not keep it out of the log.
    lock(&shared.log).add(entry);
    if let Some(Fault::Delay(wait)) = fault {
        tokio::time::sleep(wait).await;
    }
    sent
}

/// The text of a header; empty when it is not there.
fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Answers where no document leads: with a recording, with a file that was uploaded, or with a refusal.
fn outside(
    shared: &Shared,
    document: Option<&Document>,
    parts: &Parts,
    path: &str,
    request_id: &str,
    entry: &mut LogEntry,
) -> Response<Bytes> {
    let is_get = matches!(parts.method, Method::GET | Method::HEAD);
    if let Some(recorded) = is_get.then(|| shared.change(|state, _| state.recorded_at(path))).flatten() {
        entry.acted = true;
        return match recorded {
            Recorded::One(recording) => reply::recorded("audio/wav", &recording),
            Recorded::All(recordings, tag) => archive(&recordings, &tag, request_id),
        };
    }
    if let Some(file) = is_get.then(|| shared.change(|state, _| state.uploads.at(path))).flatten() {
        entry.acted = true;
        let mut response = reply::bytes(StatusCode::OK, "", file.content);
        reply::set(&mut response, CONTENT_TYPE, &file.media);
        return response;
    }
    let refusal = Refusal::unknown("path");
    entry.refusal.clone_from(&refusal.message);
    reply::refused(document.and_then(|document| document.envelope), &refusal, request_id)
}

fn archive(recordings: &[Recording], tag: &str, request_id: &str) -> Response<Bytes> {
    match recording::archive(recordings) {
        Ok(content) => {
            let mut response = reply::bytes(StatusCode::OK, "application/zip", content);
            reply::set(&mut response, ETAG, tag);
            response
        }
        Err(error) => {
            let refusal = Refusal::new(500, format!("the archive cannot be made: {error}"));
            reply::refused(None, &refusal, request_id)
        }
    }
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
    let token = header(parts, AUTHORIZATION.as_str()).strip_prefix("Token ");
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
