//! One callback.

use std::time::SystemTime;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};

use super::{DedupKey, DedupKeyBuilder, Event};
use crate::json_path;

/// The type of one callback, which makes it an [`Event`].
pub trait Callback: Serialize + DeserializeOwned + Send + 'static {
    /// Document and callback, such as `workflow.callFinished`.
    const NAME: &'static str;

    /// The headers that come with it by the document, such as `X-AIRudder-Sign`; none of those that come with every
    /// request.
    const HEADERS: &'static [&'static str] = &[];

    /// Adds the fields that identify the event by the document; `None` when one of them is absent or there are none.
    fn identify(&self, key: DedupKeyBuilder) -> Option<DedupKeyBuilder> {
        let _ = key;
        None
    }

    /// When it happened, where a field says so.
    fn time(&self) -> Option<SystemTime> {
        None
    }
}

impl<T: Callback> Event for T {
    fn from_json(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text(body)?).map_err(|error| {
            let is_misfit = |part: &[u8]| {
                let part = part.utf8_chunks().next().map_or("", |chunk| chunk.valid());
                serde_json::from_str::<T>(part).is_err_and(|error| error.is_data())
            };
            if error.is_data() { at(&json_path::find(body, &is_misfit), T::NAME, &error) } else { error }
        })
    }

    fn name(&self) -> &'static str {
        T::NAME
    }

    fn dedup_key(&self) -> DedupKey {
        let key = DedupKey::builder(T::NAME);
        self.identify(key.clone()).unwrap_or_else(|| key.content(self)).finish()
    }

    fn occurred_at(&self) -> Option<SystemTime> {
        self.time()
    }
}

/// The text of a body: checking it at once takes less time than checking each of its strings.
pub(super) fn text(body: &[u8]) -> Result<&str, serde_json::Error> {
    str::from_utf8(body).map_err(serde_json::Error::custom)
}

/// The error with the callback and the place before it.
fn at(path: &str, name: &str, error: &serde_json::Error) -> serde_json::Error {
    serde_json::Error::custom(match path {
        "" => format!("{name}: {error}"),
        path => format!("{name}, {path}: {error}"),
    })
}
