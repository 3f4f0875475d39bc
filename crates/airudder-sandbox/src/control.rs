//! What the program is told and asked over HTTP, beside the vendor's API: paths under `/sandbox/`.

use bytes::Bytes;
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::catalog::Catalog;
use crate::clock::lock;
use crate::fault::Rule;
use crate::invalid::Invalid;
use crate::push::Push;
use crate::reply;
use crate::schema;
use crate::shared::Shared;

/// Where callbacks go to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    url: String,
    document: Option<String>,
}

/// A callback to push; without a body its example.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    document: String,
    callback: String,
    body: Option<Json>,
}

/// The answer, if the path is one of these.
pub(crate) async fn answer(shared: &Shared, parts: &Parts, content: &Bytes) -> Option<Response<Bytes>> {
    let path = parts.uri.path().strip_prefix("/sandbox/")?;
    let result = match (path, &parts.method) {
        ("log", &Method::GET) => written(&shared.log()),
        ("callbacks", &Method::GET) => written(&shared.change(|state, _| state.callbacks.entries())),
        ("callbacks", &Method::PUT) => target(shared, content),
        ("callbacks", &Method::POST) => push(shared, content).await,
        ("faults", &Method::GET) => written(&lock(&shared.faults).rules()),
        ("faults", &Method::POST) => fault(shared, content),
        ("faults", &Method::DELETE) => {
            lock(&shared.faults).clear();
            Ok(json!({}))
        }
        ("log", _) => return Some(other_method("GET")),
        ("callbacks", _) => return Some(other_method("GET, PUT, POST")),
        ("faults", _) => return Some(other_method("GET, POST, DELETE")),
        _ => return None,
    };
    Some(match result {
        Ok(body) => reply::json(StatusCode::OK, &body),
        Err(invalid) => failed(StatusCode::BAD_REQUEST, &invalid.to_string()),
    })
}

fn target(shared: &Shared, content: &Bytes) -> Result<Json, Invalid> {
    let Target { url, document } = read(content)?;
    shared.change(|state, _| state.callbacks.targets.set(document.as_deref(), &url))?;
    Ok(json!({}))
}

async fn push(shared: &Shared, content: &Bytes) -> Result<Json, Invalid> {
    let Wanted { document, callback, body } = read(content)?;
    let found = Catalog::callback(&document, &callback)?;
    let body = body.unwrap_or_else(|| schema::json(found.example));
    written(&shared.push_now(Push { document, callback, body }).await?)
}

fn fault(shared: &Shared, content: &Bytes) -> Result<Json, Invalid> {
    let rule: Rule = read(content)?;
    lock(&shared.faults).add(rule)?;
    Ok(json!({}))
}

fn read<T: DeserializeOwned>(content: &Bytes) -> Result<T, Invalid> {
    serde_json::from_slice(content).map_err(|error| Invalid::new(error.to_string()))
}

fn written(value: &impl serde::Serialize) -> Result<Json, Invalid> {
    serde_json::to_value(value).map_err(|error| Invalid::new(error.to_string()))
}

fn other_method(methods: &str) -> Response<Bytes> {
    let message = format!("the methods of this path are {methods}");
    let mut response = failed(StatusCode::METHOD_NOT_ALLOWED, &message);
    reply::set(&mut response, ALLOW, methods);
    response
}

fn failed(status: StatusCode, message: &str) -> Response<Bytes> {
    reply::json(status, &json!({ "message": message }))
}
