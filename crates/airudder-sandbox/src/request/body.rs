//! Bodies: JSON and forms.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Map, Value as Json};

use super::File;
use crate::catalog::Entry;

/// What a file of a form looks like to the schema of the form.
const FILE: &str = "(file)";

/// The body and the files in it; what is missing or does not fit is a violation.
pub(super) async fn read(
    entry: &Entry,
    parts: &Parts,
    content: &Bytes,
    violations: &mut Vec<String>,
) -> (Json, Vec<File>) {
    let Some(body) = &entry.operation.body else { return (Json::Null, Vec::new()) };
    if content.is_empty() {
        if body.required {
            violations.push("the body is missing".to_owned());
        }
        return (Json::Null, Vec::new());
    }
    let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(body.media) {
        violations.push(format!("the content type of the body is not {}", body.media));
        return (Json::Null, Vec::new());
    }
    let read = match body.media {
        "multipart/form-data" => form(media, content).await,
        _ => serde_json::from_slice(content).map(|body| (body, Vec::new())).map_err(|error| {
            format!("the body is no JSON (line {}, column {})", error.line(), error.column())
        }),
    };
    match read {
        Ok((value, files)) => {
            violations.extend(entry.body().violations("", &value));
            (value, files)
        }
        Err(violation) => {
            violations.push(violation);
            (Json::Null, Vec::new())
        }
    }
}

async fn form(media: &str, content: &Bytes) -> Result<(Json, Vec<File>), String> {
    let broken = |error: multer::Error| format!("the form cannot be read: {error}");
    let boundary = multer::parse_boundary(media).map_err(broken)?;
    let content = content.clone();
    let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(content)]), boundary);
    let (mut fields, mut files) = (Map::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let media = part.content_type().map(ToString::to_string);
        match name {
            Some(name) => {
                let content = part.bytes().await.map_err(broken)?;
                fields.insert(field.clone(), FILE.into());
                files.push(File { field, name, media, content });
            }
            None => {
                let text = part.text().await.map_err(broken)?;
                fields.insert(field, text.into());
            }
        }
    }
    Ok((Json::Object(fields), files))
}
