//! From bytes to events.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use airudder_wire::Event;
use airudder_wire::encryption::EncryptionKey;
use http::HeaderMap;

use crate::verifier::Covers;
use crate::{BoxError, Error, Stage, Verifier, header, nesting};

/// How long a body may be, unless the builder is told otherwise: 1 MiB.
pub const DEFAULT_MAX_BODY_SIZE: usize = 1 << 20;
/// How deeply the JSON of a body may be nested, unless the builder is told otherwise.
pub const DEFAULT_MAX_DEPTH: usize = 64;

/// Turns the bytes of a callback into an event: size, signature, decryption, decoding, in this order.
///
/// Give it the bytes as they came: a body that was parsed and written again has another signature. It neither waits nor
/// does I/O, and clones share everything.
///
/// ```
/// use airudder_webhook::testing::Delivery;
/// use airudder_webhook::{HmacSha256, Receiver, Stage};
/// # use airudder_webhook::{DedupKey, Event};
/// # #[derive(serde::Deserialize, serde::Serialize)]
/// # struct CallFinished { callid: String }
/// # impl Event for CallFinished {
/// #     fn from_json(body: &[u8]) -> Result<Self, serde_json::Error> { serde_json::from_slice(body) }
/// #     fn name(&self) -> &'static str { "workflow.callFinished" }
/// #     fn dedup_key(&self) -> DedupKey { DedupKey::builder(self.name()).field("callid", &self.callid).finish() }
/// #     fn occurred_at(&self) -> Option<std::time::SystemTime> { None }
/// # }
///
/// let receiver = Receiver::builder(HmacSha256::new("the key")?).build();
/// let request = Delivery::new(r#"{"callid": "1"}"#).signed("the key")?.request("/calls")?;
///
/// let call: CallFinished = receiver.decode(request.headers(), request.body())?;
/// assert_eq!(call.callid, "1");
///
/// let error = receiver.decode::<CallFinished>(request.headers(), b"{}").err().unwrap();
/// assert_eq!(error.stage(), Stage::Signature);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Receiver(Arc<ReceiverBuilder>);

impl Receiver {
    /// Begins a receiver that takes what a verifier accepts. To take everything, say [`Unsigned`](crate::Unsigned).
    pub fn builder(verifier: impl Verifier) -> ReceiverBuilder {
        ReceiverBuilder {
            verifiers: Vec::from([Box::new(verifier) as _]),
            encryption_keys: Vec::new(),
            allows_plain: false,
            max_body_size: DEFAULT_MAX_BODY_SIZE,
            max_depth: DEFAULT_MAX_DEPTH,
        }
    }

    /// Reads an event.
    ///
    /// # Errors
    ///
    /// The first stage that refuses the callback; later ones never see it.
    pub fn decode<E: Event>(&self, headers: &HeaderMap, body: &[u8]) -> Result<E, Error> {
        let text = self.open(headers, body)?;
        E::from_json(text.as_bytes()).map_err(|error| {
            Error::new(Stage::Decoding, "the text is not the expected event").with_source(error)
        })
    }

    /// Checks and decrypts, but does not decode: for who keeps the text as it came.
    ///
    /// The text is borrowed from the body if that is not encrypted. It need not be JSON, but is not nested too deeply.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn open<'a>(&self, headers: &HeaderMap, body: &'a [u8]) -> Result<Cow<'a, str>, Error> {
        let settings = &*self.0;
        if body.len() > settings.max_body_size {
            return Err(too_long());
        }
        settings.verify(Covers::Received, headers, body)?;
        let is_encrypted = header::is_encrypted(headers).map_err(|why| {
            undecryptable("it cannot be told whether the body is encrypted").with_source(why)
        })?;
        let text = if is_encrypted {
            Cow::Owned(settings.decrypt(headers, body)?)
        } else if settings.encryption_keys.is_empty() || settings.allows_plain {
            settings.verify(Covers::Text, headers, body)?;
            Cow::Borrowed(str::from_utf8(body).map_err(|error| no_text().with_source(error))?)
        } else {
            return Err(undecryptable("the body is not encrypted, and must be"));
        };
        if nesting::exceeds(&text, settings.max_depth) {
            return Err(Error::new(Stage::Decoding, "the text is nested too deeply"));
        }
        Ok(text)
    }

    /// How long a body may be; an HTTP server needs to read no further.
    pub fn max_body_size(&self) -> usize {
        self.0.max_body_size
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fields(f.debug_struct("Receiver"))
    }
}

/// Makes a [`Receiver`].
pub struct ReceiverBuilder {
    verifiers: Vec<Box<dyn Verifier>>,
    encryption_keys: Vec<EncryptionKey>,
    allows_plain: bool,
    max_body_size: usize,
    max_depth: usize,
}

impl ReceiverBuilder {
    /// Adds a verifier: all of them must accept a callback.
    #[must_use]
    pub fn and(mut self, verifier: impl Verifier) -> Self {
        self.verifiers.push(Box::new(verifier));
        self
    }

    /// Adds a key for bodies. From then on **they must come encrypted**: otherwise a sender without the key need only
    /// leave the encryption away.
    ///
    /// Several keys are tried in turn, so that the vendor can change from one to another. With a wrong key comes garbage,
    /// which [`SignedDigest`](crate::SignedDigest) tells from the text; without it the first key that gives UTF-8 is taken.
    ///
    /// Whether callbacks are encrypted like requests is **assumed**. See [`airudder_wire::encryption`] for what the scheme
    /// does not protect.
    #[must_use]
    pub fn encryption_key(mut self, key: EncryptionKey) -> Self {
        self.encryption_keys.push(key);
        self
    }

    /// Takes bodies that are not encrypted as well, although there is a key: for the time of the change.
    #[must_use]
    pub fn allow_plain(mut self) -> Self {
        self.allows_plain = true;
        self
    }

    /// How many bytes a body may have, as it is received. By default [`DEFAULT_MAX_BODY_SIZE`].
    #[must_use]
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.max_body_size = bytes;
        self
    }

    /// How deeply arrays and objects may be nested. By default [`DEFAULT_MAX_DEPTH`].
    #[must_use]
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.max_depth = depth;
        self
    }

    /// The receiver.
    #[must_use]
    pub fn build(self) -> Receiver {
        Receiver(Arc::new(self))
    }

    /// Asks the verifiers of one kind.
    fn verify(&self, covers: Covers, headers: &HeaderMap, bytes: &[u8]) -> Result<(), Error> {
        let mut verifiers = self.verifiers.iter().filter(|verifier| verifier.covers() == covers);
        verifiers.try_for_each(|verifier| verifier.verify(headers, bytes)).map_err(|why: BoxError| {
            Error::new(Stage::Signature, "the callback is not known to be the vendor's").with_source(why)
        })
    }

    /// The text by the first key that gives one.
    fn decrypt(&self, headers: &HeaderMap, body: &[u8]) -> Result<String, Error> {
        let mut failure = undecryptable("the body is encrypted; give the receiver the encryption key");
        for key in &self.encryption_keys {
            match self.decrypt_by(key, headers, body) {
                Ok(text) => return Ok(text),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn decrypt_by(&self, key: &EncryptionKey, headers: &HeaderMap, body: &[u8]) -> Result<String, Error> {
        let text = key
            .decrypt(body)
            .map_err(|error| undecryptable("the body cannot be decrypted").with_source(error))?;
        self.verify(Covers::Text, headers, &text)?;
        String::from_utf8(text).map_err(|error| no_text().with_source(error.utf8_error()))
    }

    fn fields(&self, mut f: fmt::DebugStruct<'_, '_>) -> fmt::Result {
        f.field("verifiers", &self.verifiers.len())
            .field("encryption_keys", &self.encryption_keys.len())
            .field("allows_plain", &self.allows_plain)
            .field("max_body_size", &self.max_body_size)
            .field("max_depth", &self.max_depth)
            .finish()
    }
}

/// Shows numbers only.
impl fmt::Debug for ReceiverBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fields(f.debug_struct("ReceiverBuilder"))
    }
}

pub(crate) fn too_long() -> Error {
    Error::new(Stage::Size, "the body is longer than the cap, ReceiverBuilder::max_body_size")
}

fn undecryptable(what: &'static str) -> Error {
    Error::new(Stage::Decryption, what)
}

fn no_text() -> Error {
    Error::new(Stage::Decoding, "the body is not UTF-8")
}
