//! The page at `/`: what is running, for people.

mod render;
mod snapshot;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};

use crate::reply;
use crate::shared::Shared;
use snapshot::Snapshot;

/// Nothing but what is served here, so that a text that got past the escaping would still do nothing.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The answer to a request for the page or a part of it; none for all other requests. It is no request to the vendor, and
/// so neither counted nor noted.
pub(crate) fn answer(shared: &Shared, parts: &Parts) -> Option<Response<Bytes>> {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return None;
    }
    let (status, media, content) = match parts.uri.path() {
        "/" => rendered("page.html", shared),
        "/sandbox/now.html" => rendered("now.html", shared),
        "/sandbox/style.css" => fixed("text/css; charset=utf-8", include_str!("page/style.css")),
        "/sandbox/script.js" => fixed("text/javascript; charset=utf-8", include_str!("page/script.js")),
        _ => return None,
    };
    let mut response = reply::bytes(status, media, content);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
}

fn rendered(template: &str, shared: &Shared) -> (StatusCode, &'static str, Bytes) {
    match render::render(template, &Snapshot::of(shared)) {
        Ok(html) => (StatusCode::OK, "text/html; charset=utf-8", html.into()),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", format!("{error:#}").into())
        }
    }
}

fn fixed(media: &'static str, content: &'static str) -> (StatusCode, &'static str, Bytes) {
    (StatusCode::OK, media, Bytes::from_static(content.as_bytes()))
}
