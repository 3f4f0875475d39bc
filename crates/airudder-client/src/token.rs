//! The token: asked for once, shared by all calls, and renewed before it ends.

mod cache;
mod failure;
mod fetch;
#[cfg(feature = "file-token-store")]
mod file_format;
#[cfg(feature = "file-token-store")]
mod file_store;
mod lifetime;
mod memory_store;
mod obtain;
mod source;
mod store;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant, SystemTime};

use airudder_wire::Secret;
use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

pub(crate) use cache::TokenCache;
#[cfg(feature = "file-token-store")]
pub use file_store::FileTokenStore;
pub use lifetime::DEFAULT_TOKEN_LIFETIME;
pub(crate) use lifetime::check as check_lifetime;
pub use memory_store::MemoryTokenStore;
pub(crate) use source::Source;
pub use store::{Account, StoreError, StoreFuture, StoredToken, TokenStore};

/// A token, as the header that carries it.
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    /// Orders the tokens of all processes that share a store.
    asked_at: SystemTime,
    /// From when on the next one is asked for, while this one still serves.
    renewal: Instant,
    expires: Instant,
}

impl Token {
    /// A token that may be used for `lifetime` from the moment it was asked for, which is `age` ago.
    fn new(
        text: &Secret,
        asked_at: SystemTime,
        lifetime: Duration,
        age: Duration,
        now: Instant,
    ) -> Result<Self, Error> {
        let left = |share: Duration| now + share.saturating_sub(age);
        Ok(Self {
            header: header(text)?,
            asked_at,
            renewal: left(lifetime::before_renewal(lifetime)),
            expires: left(lifetime),
        })
    }
}

/// The header, whose memory is zeroed with its last clone.
fn header(text: &Secret) -> Result<HeaderValue, Error> {
    const SCHEME: &[u8] = b"Token ";
    let mut bytes = Zeroizing::new(Vec::with_capacity(SCHEME.len() + text.expose().len()));
    bytes.extend_from_slice(SCHEME);
    bytes.extend_from_slice(text.expose().as_bytes());
    // `Bytes` are kept as they are, where a text would be copied.
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).map_err(|_| {
        Error::new(ErrorKind::Decode, "the vendor's token has characters that no header can hold")
    })?;
    header.set_sensitive(true);
    Ok(header)
}
