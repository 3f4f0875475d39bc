//! What an operation says about itself.

use crate::{Answer, Envelope, Error, Key, Request};

/// One call of the vendor's API: its parameters, how they are written and how the answer is read.
///
/// Generated code implements it; by hand it serves for an endpoint that no crate has yet.
pub trait Operation {
    /// What the vendor answers.
    type Answer;

    /// What is known about the operation before any value is.
    const DESCRIPTION: &'static Description;

    /// Writes the parameters into a request.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if a value has no form on the wire.
    fn write(&self, request: &mut Request) -> Result<(), Error>;

    /// Reads the answer, which has a 2xx status.
    ///
    /// # Errors
    /// Whatever the reading methods of [`Answer`] return.
    fn read(answer: Answer) -> Result<Self::Answer, Error>;
}

/// The constant part of an [`Operation`].
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// Product and name, such as `workflow.createWorkflow`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template, such as `/service/cloud/task/{id}`.
    pub path: &'static str,
    /// What happens if it is sent twice.
    pub effect: Effect,
    /// How we know about it.
    pub evidence: Evidence,
    /// What it is authorised with.
    pub auth: Auth,
    /// How its answer is wrapped; `None` if it is not.
    pub envelope: Option<&'static Envelope>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    /// The name as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Put => Self::PUT,
            Method::Post => Self::POST,
            Method::Delete => Self::DELETE,
            Method::Options => Self::OPTIONS,
            Method::Head => Self::HEAD,
            Method::Patch => Self::PATCH,
            Method::Trace => Self::TRACE,
        }
    }
}

/// What an operation does to the world, hence whether it may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It only reads.
    Safe,
    /// Twice is the same as once.
    Idempotent,
    /// Twice is not the same as once: it may ring a phone twice.
    Unsafe,
}

/// How we know that an operation is as described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The vendor's documentation says so.
    Documented,
    /// Working code was seen to use it.
    Observed,
    /// It follows from its neighbours; nobody has seen it.
    Assumed,
}

/// What a request is authorised with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// The token that the credentials are exchanged for.
    Token,
    /// A signature by the client's [`Signer`](crate::Signer).
    Signature,
    /// All secrets of one of these sets, from the client's [`Keys`](crate::Keys). An empty set is that none is needed.
    Keys(&'static [&'static [Key]]),
    /// Nothing.
    None,
}
