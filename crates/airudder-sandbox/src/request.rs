//! A request that was understood: its operation, its values, and what they break of the documents.

mod body;
mod values;

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value as Json};

use crate::catalog::Entry;
use crate::clock::Moment;

/// What a handler answers to.
#[derive(Debug)]
pub(crate) struct Request {
    pub entry: &'static Entry,
    /// The parameters by name, of the types that the documents give them.
    pub parameters: Map<String, Json>,
    /// The body; `null` when there is none. A file of a form is the text `(file)` here.
    pub body: Json,
    /// The files of a form.
    pub files: Vec<File>,
    /// When it came.
    pub now: Moment,
}

/// A file of a form.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The field.
    pub field: String,
    /// Its name, as the sender calls it.
    pub name: String,
    /// Its content type, when there is one.
    pub media: Option<String>,
    /// What is in it.
    pub content: Bytes,
}

impl Request {
    /// Reads a request as one for this operation, and says what it breaks.
    pub async fn read(
        entry: &'static Entry,
        path_values: &std::collections::HashMap<String, String>,
        parts: &Parts,
        content: &Bytes,
        now: Moment,
    ) -> (Self, Vec<String>) {
        let mut violations = Vec::new();
        let parameters = values::parameters(entry, path_values, parts, &mut violations);
        let (body, files) = body::read(entry, parts, content, &mut violations).await;
        (Self { entry, parameters, body, files, now }, violations)
    }

    /// A text of the parameters or the body; a number counts as its digits, for ids come as either.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A number of the parameters or the body.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.value(name)?.as_i64()
    }

    /// A list of the body.
    pub fn list(&self, name: &str) -> &[Json] {
        self.value(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// A value of the parameters or the body.
    pub fn value(&self, name: &str) -> Option<&Json> {
        self.parameters.get(name).or_else(|| self.body.get(name)).filter(|value| !value.is_null())
    }
}
