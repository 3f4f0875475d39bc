//! Bodies of several parts.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;

use crate::Error;

/// A file to upload.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The file name that the server sees.
    pub name: String,
    /// The media type, such as `audio/wav`.
    pub content_type: String,
    /// What is in it.
    pub bytes: Bytes,
}

impl File {
    /// A file of type `application/octet-stream`.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content_type: "application/octet-stream".to_owned(), bytes: bytes.into() }
    }

    /// Sets the media type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }
}

/// The name and the content may be personal data, so they are not shown.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("content_type", &self.content_type)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// One part of a body.
pub(crate) struct Part {
    head: String,
    content: Bytes,
}

impl Part {
    pub(crate) fn text(name: &str, text: String) -> Self {
        Self { head: disposition(name), content: text.into() }
    }

    pub(crate) fn json(name: &str, json: String) -> Self {
        Self { head: disposition(name) + "\r\nContent-Type: application/json", content: json.into() }
    }

    pub(crate) fn file(name: &str, file: &File) -> Result<Self, Error> {
        if file.content_type.is_empty() || HeaderValue::from_str(&file.content_type).is_err() {
            return Err(Error::invalid_input(format!(
                "the file for `{name}` has a content type that cannot be sent; give one like audio/wav"
            )));
        }
        let head = format!(
            "{}; filename=\"{}\"\r\nContent-Type: {}",
            disposition(name),
            quoted(&file.name),
            file.content_type
        );
        Ok(Self { head, content: file.bytes.clone() })
    }
}

fn disposition(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{}\"", quoted(name))
}

/// As browsers do it.
fn quoted(text: &str) -> String {
    text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

/// The body and its boundary.
pub(crate) fn render(parts: &[Part]) -> (Bytes, String) {
    let boundary = boundary(parts);
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head).as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (body.into(), boundary)
}

/// A boundary that occurs in no part. It is not random, so that the same parts make the same bytes.
fn boundary(parts: &[Part]) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("airudder-boundary-{number}");
        if !parts.iter().any(|part| memchr::memmem::find(&part.content, boundary.as_bytes()).is_some()) {
            return boundary;
        }
        number += 1;
    }
}
