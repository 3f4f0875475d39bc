//! From a request to an answer.

use std::io;

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, ETAG};
use http::request::Parts;
use http::{Method, Request as HttpRequest, Response, StatusCode};

use crate::catalog::{Catalog, Entry, Found};
use crate::clock::lock;
use crate::contract::{Auth, Document, Envelope};
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
    let target = match Catalog::get().find(document, parts.method.as_str(), path) {
        Found::Nothing => Target::File,
        Found::OtherMethod(methods) => Target::OtherMethod(methods.join(", ")),
        Found::Entries { first, others, path_values } => {
            let (request, violations) = choose(shared, first, &others, &path_values, &parts, &content).await;
            Target::Operation(Box::new(request), violations)
        }
    };
    let found = target.entry();
    let envelope = found.map(|found| found.document).or(document).and_then(|document| document.envelope);
    let chosen = lock(&shared.faults).choose(&parts.headers, found);
    let done = match &chosen {
        Ok(Some(fault)) if fault.is_before_acting() => {
            Done { acted: false, refusal: fault.to_string(), response: Response::default() }
        }
        Ok(_) => match &target {
            Target::File => file(shared, envelope, &parts, path, &request_id).await,
            Target::OtherMethod(methods) => other_method(envelope, methods, &request_id),
            Target::Operation(request, violations) => {
                Done::from(act(shared, request, violations, &parts, &content), request.entry, &request_id)
            }
        },
        Err(invalid) => Done::refused(envelope, Refusal::invalid(invalid.to_string()), &request_id),
    };
    let fault = chosen.unwrap_or_default();
    if fault == Some(Fault::ExpiredToken) {
        shared.change(|state, _| state.tokens.expire());
    }
    let response = range::narrow(&parts, done.response);
    let sent = match &fault {
        Some(fault) => fault.send(found, response, &request_id),
        None => fault::plain(response),
    };
    // Between acting and here nothing waits, so that a client that hangs up does not keep it out of the log.
    lock(&shared.log).add(LogEntry {
        at: shared.clock.now(),
        method: parts.method.to_string(),
        path: path.to_owned(),
        document: found.map(|found| found.document).or(document).map_or("", |document| document.name),
        operation: found.map_or("", |found| found.operation.id),
        effect: found.map(|found| found.operation.effect),
        status: sent.status(),
        acted: done.acted,
        refusal: done.refusal,
        fault: fault.clone(),
        label: header(&parts, LABEL).to_owned(),
    });
    if let Some(Fault::Delay(wait)) = fault {
        tokio::time::sleep(wait).await;
    }
    sent
}

/// Where a request leads.
enum Target {
    /// To an operation, with what the request breaks of it.
    Operation(Box<Request>, Vec<String>),
    /// To a path that has these other methods.
    OtherMethod(String),
    /// Where no document leads: to a recording or a file that was uploaded, or nowhere.
    File,
}

impl Target {
    fn entry(&self) -> Option<&'static Entry> {
        match self {
            Self::Operation(request, _) => Some(request.entry),
            Self::OtherMethod(_) | Self::File => None,
        }
    }
}

/// What was done, and what is answered if no fault comes in between.
struct Done {
    acted: bool,
    /// Why it was not done; empty when it was.
    refusal: String,
    response: Response<Bytes>,
}

impl Done {
    fn from(reply: Reply, entry: &Entry, request_id: &str) -> Self {
        let refusal = match &reply {
            Reply::Refused(refusal) => refusal.message.clone(),
            _ => String::new(),
        };
        let acted = !matches!(reply, Reply::Refused(_));
        Self { acted, refusal, response: reply::response(entry, reply, request_id) }
    }

    fn refused(envelope: Option<Envelope>, refusal: Refusal, request_id: &str) -> Self {
        let response = reply::refused(envelope, &refusal, request_id);
        Self { acted: false, refusal: refusal.message, response }
    }

    fn found(response: Response<Bytes>) -> Self {
        Self { acted: true, refusal: String::new(), response }
    }
}

fn other_method(envelope: Option<Envelope>, methods: &str, request_id: &str) -> Done {
    let refusal = Refusal::new(405, format!("the methods of this path are {methods}"));
    let mut done = Done::refused(envelope, refusal, request_id);
    reply::set(&mut done.response, ALLOW, methods);
    done
}

/// The text of a header; empty when it is not there.
fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Answers where no document leads: with a recording, with a file that was uploaded, or with a refusal.
async fn file(
    shared: &Shared,
    envelope: Option<Envelope>,
    parts: &Parts,
    path: &str,
    request_id: &str,
) -> Done {
    let is_get = matches!(parts.method, Method::GET | Method::HEAD);
    if let Some(recorded) = is_get.then(|| shared.change(|state, _| state.recorded_at(path))).flatten() {
        return Done::found(match recorded {
            Recorded::One(recording) => reply::recorded("audio/wav", &recording),
            Recorded::All(recordings, tag) => archive(recordings, &tag, request_id).await,
        });
    }
    if let Some(file) = is_get.then(|| shared.change(|state, _| state.uploads.at(path))).flatten() {
        let mut response = reply::bytes(StatusCode::OK, "", file.content);
        reply::set(&mut response, CONTENT_TYPE, &file.media);
        return Done::found(response);
    }
    Done::refused(envelope, Refusal::unknown("path"), request_id)
}

/// The archive of a task with a long list takes seconds to make, in which others are served.
async fn archive(recordings: Vec<Recording>, tag: &str, request_id: &str) -> Response<Bytes> {
    let made = tokio::task::spawn_blocking(move || recording::archive(&recordings)).await;
    match made.map_err(io::Error::from).and_then(|made| made.map_err(io::Error::from)) {
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

fn act(shared: &Shared, request: &Request, violations: &[String], parts: &Parts, content: &Bytes) -> Reply {
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
        if !violations.is_empty() {
            return Refusal::invalid(violations.join("; ")).into();
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
