//! Calls that no document describes.

use std::fmt;
use std::sync::Arc;

use airudder_wire::Decode;
use bytes::Bytes;
use serde::Serialize;

use crate::client::Core;
use crate::platform::operations::ObtainToken;
use crate::request::check_template;
use crate::{
    Answer, Auth, Call, Description, Effect, Envelope, Error, Evidence, Method, Operation, Request, Style,
};

/// A call of something that no crate has yet, from [`Client::request`](crate::Client::request).
///
/// It goes the same way as every other: with the token, the client's limits and retries, and the vendor's envelope around
/// its answer. What it does if it is sent twice follows from the method (POST and PATCH: [`Effect::Unsafe`]), unless
/// [`effect`](Self::effect) says otherwise.
#[must_use = "a request does nothing unless it is made a call and awaited"]
pub struct CustomRequest {
    core: Arc<Core>,
    request: Request,
    /// Why it cannot be sent: the first thing that could not be written.
    refusal: Option<Error>,
}

impl CustomRequest {
    pub(crate) fn new(core: Arc<Core>, method: Method, path: &'static str) -> Self {
        let effect = match method {
            Method::Get | Method::Head | Method::Options | Method::Trace => Effect::Safe,
            Method::Put | Method::Delete => Effect::Idempotent,
            Method::Post | Method::Patch => Effect::Unsafe,
        };
        let description = Description {
            id: "custom",
            method,
            path,
            effect,
            evidence: Evidence::Documented,
            auth: Auth::Token,
            envelope: ObtainToken::DESCRIPTION.envelope,
        };
        Self { core, request: Request::new(description), refusal: None }
    }

    /// Names the operation in errors, logs and limits, such as `workflow.pauseTask`; `custom` otherwise.
    pub fn id(mut self, id: &'static str) -> Self {
        self.request.description_mut().id = id;
        self
    }

    /// Says what it does if it is sent twice.
    pub fn effect(mut self, effect: Effect) -> Self {
        self.request.description_mut().effect = effect;
        self
    }

    /// Says what it is authorised with: the token otherwise.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.request.description_mut().auth = auth;
        self
    }

    /// Says what its answer is wrapped in, if in anything; in the platform's `code`, `status`, `message` and `data`
    /// otherwise.
    pub fn envelope(mut self, envelope: Option<&'static Envelope>) -> Self {
        self.request.description_mut().envelope = envelope;
        self
    }

    /// Fills a parameter of the path, which stands there in braces.
    pub fn path_parameter(self, name: &str, value: impl Serialize) -> Self {
        self.write(|request| request.path(name, Style::Simple, &value))
    }

    /// Adds a parameter to the query: a list becomes repeated parameters, null adds nothing.
    pub fn query(self, name: &str, value: impl Serialize) -> Self {
        self.write(|request| request.query(name, Style::FormExploded, &value))
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: impl Serialize) -> Self {
        self.write(|request| request.header(name, Style::Simple, &value))
    }

    /// Sends a JSON body.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.write(|request| request.json(body))
    }

    /// Sends a URL-encoded form.
    pub fn form(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.write(|request| request.form(body))
    }

    /// Sends a body as it is.
    pub fn bytes(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.write(|request| request.bytes(content_type, body))
    }

    /// Expects JSON: the data of the envelope, or the whole body without one.
    pub fn read_json<T: Decode + 'static>(self) -> Call<T> {
        self.call(Answer::json)
    }

    /// Expects success and reads nothing.
    pub fn read_nothing(self) -> Call<()> {
        self.call(Answer::empty)
    }

    /// Expects bytes, such as a recording.
    pub fn read_bytes(self) -> Call<Bytes> {
        self.call(Answer::bytes)
    }

    fn write(mut self, write: impl FnOnce(&mut Request) -> Result<(), Error>) -> Self {
        if self.refusal.is_none() {
            self.refusal = write(&mut self.request).err();
        }
        self
    }

    fn call<T>(self, read: fn(Answer) -> Result<T, Error>) -> Call<T> {
        let Self { core, request, refusal } = self;
        let description = *request.description();
        let template = core.template(&description);
        let checked = check_template(description.id, template).and(refusal.map_or(Ok(()), Err));
        let outgoing = checked.and_then(|()| request.finish(template));
        Call::new(Arc::clone(&core), description, outgoing, read)
    }
}

/// Shows no values: they may be personal data.
impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomRequest")
            .field("description", self.request.description())
            .finish_non_exhaustive()
    }
}
