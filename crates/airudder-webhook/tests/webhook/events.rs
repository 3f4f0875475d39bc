//! Events written by hand.

use std::time::SystemTime;

use airudder_webhook::{DedupKey, Event};
use serde_json::Value;

/// A finished call.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Call {
    pub callid: String,
}

impl Call {
    pub fn new(callid: impl ToString) -> Self {
        Self { callid: callid.to_string() }
    }
}

impl Event for Call {
    fn from_json(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn name(&self) -> &'static str {
        "test.call"
    }

    fn dedup_key(&self) -> DedupKey {
        DedupKey::builder(self.name()).field("callid", &self.callid).finish()
    }

    fn occurred_at(&self) -> Option<SystemTime> {
        None
    }
}

/// Whatever is JSON.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Any(pub Value);

impl Event for Any {
    fn from_json(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body).map(Self)
    }

    fn name(&self) -> &'static str {
        "test.any"
    }

    fn dedup_key(&self) -> DedupKey {
        DedupKey::builder(self.name()).field("", &self.0.to_string()).finish()
    }

    fn occurred_at(&self) -> Option<SystemTime> {
        None
    }
}
