//! A request while an operation writes itself into it, and when it is written.

use std::fmt;

use bytes::Bytes;
use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;

use crate::extra;
use crate::multipart::{self, File, Part};
use crate::style::{self, Style};
use crate::transport::Body;
use crate::upload::Source;
use crate::{Description, Error, Method, Operation};

/// What an [`Operation`] writes itself into.
pub struct Request {
    description: Description,
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    cookies: Vec<(String, String)>,
    whole: Option<(HeaderValue, Body)>,
    parts: Option<Vec<Part>>,
}

impl Request {
    /// Writes an operation without sending it, to look at what would be sent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it cannot be written.
    pub fn of<O: Operation>(operation: &O) -> Result<Outgoing, Error> {
        let mut request = Self::new(*O::DESCRIPTION);
        operation.write(&mut request)?;
        request.finish(O::DESCRIPTION.path)
    }

    pub(crate) fn new(description: Description) -> Self {
        Self {
            description,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            whole: None,
            parts: None,
        }
    }

    pub(crate) fn description(&self) -> &Description {
        &self.description
    }

    pub(crate) fn description_mut(&mut self) -> &mut Description {
        &mut self.description
    }

    /// Writes a parameter of the path.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is empty or the style cannot write it.
    pub fn path(&mut self, name: &str, style: Style, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let misfit = |why: &str| invalid("path parameter", name, why);
        let value = style::flatten_by(style, json("path parameter", name, value)?).map_err(misfit)?;
        let empty = || misfit("is empty, which would make another path; give it a value");
        let value = value.ok_or_else(empty)?;
        if matches!(&value, style::Flat::Text(text) if text.is_empty()) {
            return Err(empty());
        }
        self.path.push((name.to_owned(), style::text(style, name, value, style::percent).map_err(misfit)?));
        Ok(())
    }

    /// Writes a parameter of the query; null is left out.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the style cannot write it.
    pub fn query(
        &mut self,
        name: &str,
        style: Style,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let value = json("query parameter", name, value)?;
        self.query
            .extend(style::pairs(style, name, value).map_err(|why| invalid("query parameter", name, why))?);
        Ok(())
    }

    /// Writes a header; null is left out.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the style or a header cannot hold it.
    pub fn header(
        &mut self,
        name: &str,
        style: Style,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let misfit = |why: &str| invalid("header", name, why);
        if let Some(value) = style::flatten_by(style, json("header", name, value)?).map_err(misfit)? {
            let text = style::text(style, name, value, str::to_owned).map_err(misfit)?;
            let (name, value) = header(name, &text)?;
            self.headers.append(name, value);
        }
        Ok(())
    }

    /// Writes a cookie; null is left out.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the style cannot write it.
    pub fn cookie(
        &mut self,
        name: &str,
        style: Style,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let value = json("cookie", name, value)?;
        self.cookies.extend(style::pairs(style, name, value).map_err(|why| invalid("cookie", name, why))?);
        Ok(())
    }

    /// Writes a JSON body.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it has no form in JSON.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let bytes = serde_json::to_vec(value).map_err(|error| no_json("body", error))?;
        self.whole("application/json", Bytes::from(bytes))
    }

    /// Writes a JSON body of a media type of its own, such as `application/merge-patch+json`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it has no form in JSON, or the media type is none.
    pub fn json_as(&mut self, media_type: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let bytes = serde_json::to_vec(value).map_err(|error| no_json("body", error))?;
        self.whole(media_type, Bytes::from(bytes))
    }

    /// Writes a URL-encoded form: an object whose lists are repeated fields and whose inner objects are JSON.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no object.
    pub fn form(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let Value::Object(fields) = serde_json::to_value(value).map_err(|error| no_json("form", error))?
        else {
            return Err(Error::invalid_input("the form is no object; pass one with a field for each entry"));
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            for (text, _) in field_texts(value) {
                form.append_pair(&name, &text);
            }
        }
        self.whole("application/x-www-form-urlencoded", Bytes::from(form.finish()))
    }

    /// Writes a URL-encoded form, of which these fields have a style of their own; all others are as in
    /// [`form`](Self::form).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it is no object, or a style cannot write its field.
    pub fn form_styled(
        &mut self,
        styles: &[(&str, Style)],
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Error> {
        let Value::Object(fields) = serde_json::to_value(value).map_err(|error| no_json("form", error))?
        else {
            return Err(Error::invalid_input("the form is no object; pass one with a field for each entry"));
        };
        let mut pairs = Vec::new();
        for (name, value) in fields {
            match styles.iter().find(|(styled, _)| *styled == name) {
                Some((_, style)) => pairs
                    .extend(style::pairs(*style, &name, value).map_err(|why| invalid("field", &name, why))?),
                None => {
                    let texts = field_texts(value).into_iter();
                    pairs.extend(texts.map(|(text, _)| (style::percent(&name), style::percent(&text))));
                }
            }
        }
        self.whole("application/x-www-form-urlencoded", Bytes::from(joined(&pairs, "&")))
    }

    /// Adds a field to a multipart body: a list is repeated, an object is JSON, null is left out.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if it has no form in JSON.
    pub fn multipart_field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let texts = field_texts(json("field", name, value)?);
        self.parts().extend(texts.into_iter().map(|(text, is_json)| match is_json {
            true => Part::json(name, text),
            false => Part::text(name, text),
        }));
        Ok(())
    }

    /// Adds a file to a multipart body, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if its content type is none.
    pub fn multipart_file<'a>(&mut self, name: &str, file: impl Into<Option<&'a File>>) -> Result<(), Error> {
        let part = file.into().map(|file| Part::file(name, file)).transpose()?;
        self.parts().extend(part);
        Ok(())
    }

    /// Writes a body as it is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the content type is none.
    pub fn bytes(&mut self, content_type: &str, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.whole(content_type, bytes.into())
    }

    /// Writes a body of plain text.
    ///
    /// # Errors
    /// None so far.
    pub fn text(&mut self, text: impl Into<String>) -> Result<(), Error> {
        self.whole("text/plain; charset=utf-8", Bytes::from(text.into()))
    }

    fn whole(&mut self, content_type: &str, body: impl Into<Body>) -> Result<(), Error> {
        let content_type = HeaderValue::from_str(content_type)
            .map_err(|error| Error::invalid_input("the content type cannot be sent").with_source(error))?;
        self.whole = Some((content_type, body.into()));
        Ok(())
    }

    fn parts(&mut self) -> &mut Vec<Part> {
        self.parts.get_or_insert_default()
    }

    /// Puts the parts together, by this path template.
    pub(crate) fn finish(mut self, template: &str) -> Result<Outgoing, Error> {
        let path = fill(template, &self.path)?;
        if !self.cookies.is_empty() {
            let (name, value) = header(COOKIE.as_str(), &joined(&self.cookies, "; "))?;
            self.headers.append(name, value);
        }
        let mut files = Vec::new();
        if let Some(parts) = self.parts.take() {
            files.extend(parts.iter().filter_map(Part::source).cloned());
            let (body, boundary) = multipart::render(parts);
            self.whole(&format!("multipart/form-data; boundary={boundary}"), body)?;
        }
        let (content_type, body) = self.whole.unzip();
        Ok(Outgoing {
            description: self.description,
            path,
            query: joined(&self.query, "&"),
            headers: self.headers,
            content_type,
            body: body.unwrap_or_default(),
            files,
            #[cfg(feature = "encryption")]
            is_in_clear: false,
        })
    }
}

/// Shows no values: they may be personal data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.description.id).finish_non_exhaustive()
    }
}

/// A request that is written, but for what the client adds to each: address, token and its own headers.
#[derive(Clone)]
pub struct Outgoing {
    description: Description,
    path: String,
    query: String,
    headers: HeaderMap,
    content_type: Option<HeaderValue>,
    body: Body,
    /// The files that the body is read from as it is sent.
    files: Vec<Source>,
    /// Whether it stays in clear though the client encrypts.
    #[cfg(feature = "encryption")]
    is_in_clear: bool,
}

impl Outgoing {
    /// The operation's constant part.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        self.description.method
    }

    /// The path with its parameters filled in.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The encoded query without its question mark; empty if there is none.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The headers and cookies that are parameters of the operation.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The media type of the body.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_ref()?.to_str().ok()
    }

    /// The body; empty if there is none, or if it is read from a file as it is sent ([`File::from_path`]).
    pub fn body(&self) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        self.body.bytes().unwrap_or(&NONE)
    }

    /// How many bytes the body has, wherever they come from.
    pub fn body_len(&self) -> u64 {
        self.body.len()
    }

    /// The body as it is sent.
    pub(crate) fn sent_body(&self) -> &Body {
        &self.body
    }

    /// Makes sure that the files are still as they were when they were named.
    pub(crate) async fn check_files(&self) -> Result<(), Error> {
        for file in &self.files {
            file.check().await?;
        }
        Ok(())
    }

    pub(crate) fn content_type_header(&self) -> Option<&HeaderValue> {
        self.content_type.as_ref()
    }

    #[cfg(feature = "encryption")]
    pub(crate) fn is_in_clear(&self) -> bool {
        self.is_in_clear
    }

    #[cfg(feature = "encryption")]
    pub(crate) fn set_in_clear(&mut self, is_in_clear: bool) {
        self.is_in_clear = is_in_clear;
    }

    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Adds a parameter that the operation does not have.
    pub(crate) fn add_query(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        let pairs = style::pairs(Style::FormExploded, name, value.clone())
            .map_err(|why| invalid("query parameter", name, why))?;
        let more = joined(&pairs, "&");
        if !self.query.is_empty() && !more.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(&more);
        Ok(())
    }

    /// Adds fields to the body that the operation does not have. What is there stays byte for byte as it is.
    pub(crate) fn add_fields(&mut self, fields: &[(String, Value)]) -> Result<(), Error> {
        let body = match self.content_type() {
            None if self.body.len() == 0 => {
                self.content_type = Some(HeaderValue::from_static("application/json"));
                extra::in_json(b"{}", fields)?
            }
            Some("application/json") => extra::in_json(self.body(), fields)?,
            Some("application/x-www-form-urlencoded") => extra::in_form(self.body(), fields),
            _ => {
                return Err(Error::invalid_input(
                    "a field can be added to a body that is JSON or a form only; leave it out",
                ));
            }
        };
        self.body = body.into();
        Ok(())
    }
}

/// Shows no values: they may be personal data.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.description.id)
            .field("body_len", &self.body_len())
            .finish_non_exhaustive()
    }
}

fn json(place: &str, name: &str, value: &(impl Serialize + ?Sized)) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| no_json(&format!("{place} `{name}`"), error))
}

fn no_json(what: &str, error: serde_json::Error) -> Error {
    Error::invalid_input(format!("the {what} has no form in JSON")).with_source(error)
}

fn invalid(place: &str, name: &str, why: &str) -> Error {
    Error::invalid_input(format!("the {place} `{name}` {why}"))
}

/// A header of the two texts.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let header = HeaderName::try_from(name)
        .map_err(|_| invalid("header", name, "has a name that no header can have"))?;
    let value = HeaderValue::from_str(value).map_err(|_| {
        invalid("header", name, "has a value that no header can hold, such as one with a line break")
    })?;
    Ok((header, value))
}

/// The texts of a field of a form, and whether they are JSON.
pub(crate) fn field_texts(value: Value) -> Vec<(String, bool)> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.into_iter().flat_map(field_texts).collect(),
        Value::Object(_) => vec![(value.to_string(), true)],
        value => style::scalar(value).ok().flatten().map(|text| (text, false)).into_iter().collect(),
    }
}

fn joined(pairs: &[(String, String)], separator: &str) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(separator)
}

/// Checks a path template as far as that can be done without the operation's values.
pub(crate) fn check_template(id: &str, template: &str) -> Result<(), Error> {
    let why = if !template.starts_with('/') {
        "does not start with a slash"
    } else if template.contains(['?', '#']) {
        "has a query or a fragment"
    } else if template.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        "has a backslash or a blank"
    } else if template.split('/').any(is_dots) {
        "has a segment `.` or `..`, which makes another path"
    } else {
        return Ok(());
    };
    Err(Error::invalid_input(format!(
        "the path {template:?} for {id} {why}; give one like /service/cloud/things/{{id}}"
    )))
}

/// Fills a path template.
fn fill(template: &str, values: &[(String, String)]) -> Result<String, Error> {
    if values.is_empty() && !template.contains('{') {
        return Ok(template.to_owned());
    }
    let mut path = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(written, _)| written == name);
        let (_, value) =
            value.ok_or_else(|| invalid("path", template, &format!("has no value for {{{name}}}")))?;
        path.push_str(before);
        path.push_str(value);
        rest = tail;
    }
    path.push_str(rest);
    for (name, _) in values {
        if !template.contains(&format!("{{{name}}}")) {
            return Err(invalid(
                "path",
                template,
                &format!("lacks {{{name}}}; add it to ClientBuilder::path"),
            ));
        }
    }
    if path.split('/').any(is_dots) {
        return Err(invalid(
            "path",
            template,
            "gets a segment `.` or `..` from its parameters; give them other values",
        ));
    }
    Ok(path)
}

/// Whether a URL parser would resolve the segment, which would make another path: one or two dots, encoded or not.
fn is_dots(segment: &str) -> bool {
    let mut rest = segment;
    for _ in 0..2 {
        let is_encoded = rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2e"));
        let length = if is_encoded { 3 } else { usize::from(rest.starts_with('.')) };
        rest = rest.get(length..).unwrap_or_default();
    }
    rest.is_empty() && !segment.is_empty()
}
