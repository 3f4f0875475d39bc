//! Files that were uploaded, and are given back at the address that the upload answers.

use std::collections::HashMap;

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Handler, State};
use crate::reply::{Refusal, Reply};
use crate::request::Request;

/// Where the paths of files begin.
const PLACE: &str = "/files/";

/// Files by their ids.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uploads(HashMap<String, Upload>);

/// A file that was uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// Its content type, as the upload named it.
    pub media: String,
    #[serde(with = "base64")]
    pub content: Bytes,
}

impl Uploads {
    /// The file at a path. The name behind the id is for people.
    pub fn at(&self, path: &str) -> Option<Upload> {
        let id = path.strip_prefix(PLACE)?.split('/').next()?;
        self.0.get(id).cloned()
    }
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    let is_upload = document == "chatbot" && ["uploadFile", "uploadMapThumbnail"].contains(&operation);
    is_upload.then_some(upload as Handler)
}

fn upload(state: &mut State, request: &Request) -> Reply {
    let Some(file) = request.files.iter().find(|file| file.field == "file") else {
        return Refusal::invalid("`file` is no file; give the part a file name").into();
    };
    let id = state.random.id();
    let name = request.text("name").unwrap_or_else(|| file.name.clone());
    let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let url = format!("{}{PLACE}{id}/{name}", state.address);
    let media = file.media.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
    state.uploads.0.insert(id, Upload { media, content: file.content.clone() });
    state.count_made("file", 1);
    Reply::Data(json!({ "origin_url": url }))
}

/// Bytes in a file of JSON.
mod base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(content: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&base64::display::Base64Display::new(content, &STANDARD))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}
