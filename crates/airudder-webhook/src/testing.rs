//! Callbacks as the vendor sends them, for the tests of a receiver.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use airudder_webhook::{HmacSha256, Receiver, Router};
//! # let key = airudder_webhook::EncryptionKey::new("airudderredduria")?;
//! # let receiver = Receiver::builder(HmacSha256::new("the key")?).encryption_key(key.clone()).build();
//! # let router = Router::new(receiver);
//! use airudder_webhook::testing::Delivery;
//!
//! let delivery = Delivery::new(r#"{"callid": "1"}"#).encrypted(&key).digested().signed("the key")?;
//! let response = router.handle(delivery.request("/calls")?).await;
//! # assert_eq!(response.status(), 404);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use airudder_wire::Secret;
use airudder_wire::encryption::{EncryptionKey, digest};
use airudder_wire::signature::{InvalidKey, SignatureKey};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde::Serialize;

use crate::header::{IS_ENCRYPTED, SIGN, SIGNED};

/// A delivery of a callback: a body of JSON, encrypted and signed as asked, or neither.
///
/// The digest is that of the text, the signature that of the body as it is sent, in whatever order they are asked for.
#[derive(Clone)]
pub struct Delivery {
    text: Vec<u8>,
    encryption_key: Option<EncryptionKey>,
    is_digested: bool,
    signature_key: Option<SignatureKey>,
    headers: HeaderMap,
}

impl Delivery {
    /// Delivers a text as it is.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self {
            text: text.into(),
            encryption_key: None,
            is_digested: false,
            signature_key: None,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]),
        }
    }

    /// Delivers an event.
    ///
    /// # Errors
    ///
    /// When the event cannot be written as JSON.
    pub fn of(event: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(event).map(Self::new)
    }

    /// Encrypts the body, and says so in [`Is-Encrypted`](IS_ENCRYPTED).
    #[must_use]
    pub fn encrypted(mut self, key: &EncryptionKey) -> Self {
        self.encryption_key = Some(key.clone());
        self
    }

    /// Adds the digest of the text in [`Signed`](SIGNED), for [`SignedDigest`](crate::SignedDigest).
    #[must_use]
    pub fn digested(mut self) -> Self {
        self.is_digested = true;
        self
    }

    /// Adds the signature in [`X-AIRudder-Sign`](SIGN), for [`HmacSha256`](crate::HmacSha256).
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if the key is empty.
    pub fn signed(mut self, key: impl Into<Secret>) -> Result<Self, InvalidKey> {
        self.signature_key = Some(SignatureKey::new(&key.into())?);
        Ok(self)
    }

    /// Adds a header, in the place of others of its name that were added.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// When the path is none.
    pub fn request(&self, path: &str) -> http::Result<Request<Bytes>> {
        let mut request = Request::post(path);
        let body = match &self.encryption_key {
            Some(key) => {
                request = request.header(IS_ENCRYPTED, "1");
                Bytes::from(key.encrypt(&self.text))
            }
            None => Bytes::from(self.text.clone()),
        };
        if self.is_digested {
            request = request.header(SIGNED, digest(&self.text));
        }
        if let Some(key) = &self.signature_key {
            request = request.header(SIGN, key.sign(&body).as_slice());
        }
        let mut request = request.body(body)?;
        request.headers_mut().extend(self.headers.clone());
        Ok(request)
    }
}

/// Shows no key and no content.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("text_len", &self.text.len())
            .field("is_encrypted", &self.encryption_key.is_some())
            .field("is_digested", &self.is_digested)
            .field("is_signed", &self.signature_key.is_some())
            .finish_non_exhaustive()
    }
}
