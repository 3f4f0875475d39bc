//! Callbacks as events.

mod callback;
mod canonical;
mod dedup_key;
mod marks;
mod union;

use std::time::SystemTime;

use serde::Serialize;

pub use callback::Callback;
pub use dedup_key::{DedupKey, DedupKeyBuilder, InvalidDedupKey};
pub use marks::Marks;
#[doc(hidden)]
pub use marks::which;

/// A callback that the vendor sends, or any of a product's callbacks.
///
/// The generated crates implement it: for the type of each callback by way of [`Callback`], and for the enum
/// `webhooks::Event` over all callbacks of a product. A receiver asks no more of a type.
pub trait Event: Serialize + Sized + Send + 'static {
    /// Reads a whole body: verified, decrypted, JSON.
    ///
    /// # Errors
    ///
    /// When the body is not JSON, or a value in it does not fit its field. The error names the callback and the
    /// field, and never shows a value.
    fn from_json(body: &[u8]) -> Result<Self, serde_json::Error>;

    /// Document and callback, such as `workflow.callFinished`; `workflow.unknown` for what no callback matches.
    fn name(&self) -> &'static str;

    /// What tells a repeated push from a new one: the fields that identify the event by the document, or its whole
    /// content where they are absent.
    fn dedup_key(&self) -> DedupKey;

    /// When it happened, by the vendor's clock, where a field says so.
    fn occurred_at(&self) -> Option<SystemTime>;
}
