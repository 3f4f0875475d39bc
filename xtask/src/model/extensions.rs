//! The x- vocabulary of the documents. Its shapes are checked by the lint; here they are read.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{Crate, Effect, Envelope, Evidence, Vendor};

/// The extensions of an object.
pub type Extensions = IndexMap<String, Json>;

/// A text at `key`.
pub fn text(object: &Json, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(str::to_owned)
}

/// One text or a list of them.
fn texts(object: &Json, key: &str) -> Vec<String> {
    match object.get(key) {
        Some(Json::String(one)) => vec![one.clone()],
        Some(Json::Array(many)) => many.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// `x-rust-name`.
pub fn rust_name(extensions: &Extensions) -> Option<&str> {
    extensions.get("x-rust-name")?.as_str()
}

/// `x-pii`.
pub fn is_pii(extensions: &Extensions) -> bool {
    extensions.get("x-pii").and_then(Json::as_bool).unwrap_or(false)
}

/// `x-evidence`.
pub fn evidence(extensions: &Extensions) -> Option<Evidence> {
    Evidence::parse(extensions.get("x-evidence")?.as_str()?)
}

/// `x-vendor`.
pub fn vendor(extensions: &Extensions) -> Vendor {
    let Some(vendor) = extensions.get("x-vendor") else {
        return Vendor::default();
    };
    Vendor {
        rows: texts(vendor, "rows"),
        pages: texts(vendor, "page"),
        title: text(vendor, "title"),
        evidence: text(vendor, "evidence").as_deref().and_then(Evidence::parse),
        modified: text(vendor, "modified"),
        note: text(vendor, "note"),
    }
}

/// `x-effect`, or what the HTTP method says.
pub fn effect(extensions: &Extensions, method: &str) -> Effect {
    match extensions.get("x-effect").and_then(Json::as_str) {
        Some("safe") => Effect::Safe,
        Some("idempotent") => Effect::Idempotent,
        Some(_) => Effect::Unsafe,
        None => match method {
            "GET" | "HEAD" | "OPTIONS" | "TRACE" => Effect::Safe,
            "PUT" | "DELETE" => Effect::Idempotent,
            _ => Effect::Unsafe,
        },
    }
}

/// `x-batch` as written: the names are those on the wire.
pub struct NamedBatch {
    pub field: String,
    pub max: u64,
    pub total: Option<u64>,
    pub rest: Option<String>,
    pub refused: Option<String>,
}

/// `x-batch`.
pub fn batch(extensions: &Extensions) -> Option<NamedBatch> {
    let batch = extensions.get("x-batch")?;
    Some(NamedBatch {
        field: text(batch, "field")?,
        max: batch.get("max")?.as_u64()?,
        total: batch.get("total").and_then(Json::as_u64),
        rest: text(batch, "rest"),
        refused: text(batch, "refused"),
    })
}

/// `x-pagination` as written: the names are those on the wire.
pub struct NamedPagination {
    pub page: Option<String>,
    pub cursor: Option<String>,
    pub key: Option<String>,
    pub size: Option<String>,
    pub items: Option<String>,
    pub total: Option<String>,
}

/// `x-pagination`.
pub fn pagination(extensions: &Extensions) -> Option<NamedPagination> {
    let pagination = extensions.get("x-pagination")?;
    let name = |key| text(pagination, key);
    Some(NamedPagination {
        page: name("page"),
        cursor: name("cursor"),
        key: name("key"),
        size: name("size"),
        items: name("items"),
        total: name("total"),
    })
}

/// `x-event`, as it is written.
#[derive(Debug, Default)]
pub struct Event {
    /// Fields and the values that they have.
    pub discriminator: Vec<(String, String)>,
    /// Fields that are there, where the document says which.
    pub fields: Option<Vec<String>>,
    /// Fields that are not there.
    pub without: Vec<String>,
    /// The callback that it cannot be told from.
    pub like: Option<String>,
    /// Paths of the fields that identify an event.
    pub identity: Vec<String>,
    /// The path of the field that says when it happened.
    pub time: Option<String>,
}

/// `x-event`.
pub fn event(extensions: &Extensions) -> Event {
    let Some(event) = extensions.get("x-event") else {
        return Event::default();
    };
    let discriminator = event.get("discriminator").and_then(Json::as_object).into_iter().flatten();
    Event {
        discriminator: discriminator
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        fields: event.get("fields").map(|_| texts(event, "fields")),
        without: texts(event, "without"),
        like: text(event, "like"),
        identity: texts(event, "identity"),
        time: text(event, "time"),
    }
}

/// `x-envelope`.
pub fn envelope(extensions: &Extensions) -> Option<Envelope> {
    let envelope = extensions.get("x-envelope")?;
    Some(Envelope {
        code: text(envelope, "code")?,
        status: text(envelope, "status"),
        message: text(envelope, "message")?,
        data: text(envelope, "data")?,
        request_id: text(envelope, "request_id"),
        success: envelope.get("success")?.as_array()?.iter().filter_map(Json::as_i64).collect(),
    })
}

/// `x-crate`, or a package named after the document.
pub fn krate(extensions: &Extensions, document: &crate::document::Document, info: &openapiv3::Info) -> Crate {
    let given = extensions.get("x-crate");
    let stem = document.stem().to_owned();
    Crate {
        name: given.and_then(|given| text(given, "name")).unwrap_or_else(|| package_name(&stem)),
        file: given.and_then(|given| text(given, "file")),
        document: document.path.clone(),
        title: info.title.clone(),
        description: info.description.clone().unwrap_or_default(),
        version: info.version.clone(),
        stem,
    }
}

/// A package name after the file name, with the prefix that all packages of the project share.
fn package_name(stem: &str) -> String {
    format!("airudder-{}", heck::ToKebabCase::to_kebab_case(stem))
}

/// What `x-enum` says of a value: its Rust name and its meaning.
pub fn enum_value(extensions: &Extensions, value: &str) -> (Option<String>, String) {
    match extensions.get("x-enum").and_then(|values| values.get(value)) {
        Some(Json::String(description)) => (None, description.clone()),
        Some(object) => (text(object, "name"), text(object, "description").unwrap_or_default()),
        None => (None, String::new()),
    }
}
