//! Bodies of several parts.

use std::fmt;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use http::HeaderValue;

use crate::Error;
use crate::transport::Body;
use crate::upload::{self, Segment, Source};

/// A file to upload: bytes, or a file on disk that is read as it is sent.
///
/// ```no_run
/// # async fn example() -> Result<(), airudder_client::Error> {
/// use airudder_client::File;
///
/// let small = File::new("list.csv", "callee\n+10000000001\n").with_content_type("text/csv");
/// let large = File::from_path("/var/lib/prompts/welcome.wav").await?.with_content_type("audio/wav");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The file name that the server sees.
    pub name: String,
    /// The media type, such as `audio/wav`.
    pub content_type: String,
    content: Content,
}

/// What is in a part.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Bytes(Bytes),
    Source(Source),
}

impl File {
    /// A file of type `application/octet-stream` with these bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::with(name.into(), Content::Bytes(bytes.into()))
    }

    /// A file on disk, of type `application/octet-stream` and with its own name. Only its length is read now: the rest is
    /// read piece by piece as it is sent, anew for each attempt, so that a file of any size holds little memory.
    ///
    /// The file must stay as it is until the call is over. If its length changes, the call ends in an error.
    ///
    /// # Errors
    /// [`ErrorKind::Local`](crate::ErrorKind::Local) if there is no such file or it cannot be looked at, and
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no plain file.
    pub async fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let source = Source::of(path).await?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self::with(name, Content::Source(source)))
    }

    fn with(name: String, content: Content) -> Self {
        Self { name, content_type: "application/octet-stream".to_owned(), content }
    }

    /// Sets the media type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Source(source) => source.len(),
        }
    }
}

/// The name, the place and the content may be personal data, so they are not shown.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("content_type", &self.content_type)
            .field("len", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// One part of a body.
pub(crate) struct Part {
    head: String,
    content: Content,
}

impl Part {
    pub(crate) fn text(name: &str, text: String) -> Self {
        Self { head: disposition(name), content: Content::Bytes(text.into()) }
    }

    pub(crate) fn json(name: &str, json: String) -> Self {
        Self {
            head: disposition(name) + "\r\nContent-Type: application/json",
            content: Content::Bytes(json.into()),
        }
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
        Ok(Self { head, content: file.content.clone() })
    }

    /// The file on disk that the part is read from.
    pub(crate) fn source(&self) -> Option<&Source> {
        match &self.content {
            Content::Bytes(_) => None,
            Content::Source(source) => Some(source),
        }
    }
}

fn disposition(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{}\"", quoted(name))
}

/// As browsers do it.
fn quoted(text: &str) -> String {
    text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

/// The body and its boundary: all of the body, unless a part is read from a file.
pub(crate) fn render(parts: Vec<Part>) -> (Body, String) {
    let boundary = boundary(&parts);
    let mut segments = Vec::new();
    let mut whole = BytesMut::new();
    for part in parts {
        whole.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head).as_bytes());
        match part.content {
            Content::Bytes(bytes) => whole.extend_from_slice(&bytes),
            Content::Source(source) => {
                segments.extend([Segment::Bytes(whole.split().freeze()), Segment::File(source)]);
            }
        }
        whole.extend_from_slice(b"\r\n");
    }
    whole.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let body = if segments.is_empty() {
        Body::Bytes(whole.freeze())
    } else {
        segments.push(Segment::Bytes(whole.freeze()));
        upload::body(segments)
    };
    (body, boundary)
}

/// A boundary that occurs in no part. If all parts are known it is not random, so that the same parts make the same bytes.
/// What is in a file is not known yet, and 128 random bits occur nowhere by chance.
fn boundary(parts: &[Part]) -> String {
    let mut contents = Vec::new();
    for part in parts {
        match &part.content {
            Content::Bytes(bytes) => contents.push(bytes),
            Content::Source(_) => return format!("airudder-boundary-{:032x}", fastrand::u128(..)),
        }
    }
    let mut number = 0_u64;
    loop {
        let boundary = format!("airudder-boundary-{number}");
        if !contents.iter().any(|bytes| memchr::memmem::find(bytes, boundary.as_bytes()).is_some()) {
            return boundary;
        }
        number += 1;
    }
}
