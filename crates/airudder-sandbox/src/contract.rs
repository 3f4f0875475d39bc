//! What the documents in `spec/` say of requests and answers; `generated.rs` fills these tables.

/// One document: a product of the vendor's.
#[derive(Debug)]
#[non_exhaustive]
pub struct Document {
    /// The file's name without its ending, such as `workflow`.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What JSON answers are wrapped in.
    pub envelope: Option<Envelope>,
    /// What can be asked.
    pub operations: &'static [Operation],
    /// What is sent to the integrator.
    pub callbacks: &'static [Callback],
}

/// The names of an envelope's fields.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Envelope {
    /// The result code.
    pub code: &'static str,
    /// The result in one word.
    pub status: Option<&'static str>,
    /// The text of an error.
    pub message: &'static str,
    /// The payload.
    pub data: &'static str,
    /// The id of the request.
    pub request_id: Option<&'static str>,
    /// The code that means success.
    pub success: i64,
}

/// One request of the API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// May it be sent twice?
    pub effect: Effect,
    /// How the caller shows who it is.
    pub auth: Auth,
    /// What goes into the address and the headers.
    pub parameters: &'static [Parameter],
    /// The body.
    pub body: Option<Body>,
    /// The answer that means success.
    pub answer: Answer,
    /// How long its list may be.
    pub limit: Option<Limit>,
    /// How its list is read in pages.
    pub paging: Option<Paging>,
}

/// May an operation be sent twice?
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Effect {
    /// It only reads.
    Safe,
    /// Twice is as good as once.
    Idempotent,
    /// Twice does it twice.
    Unsafe,
}

/// How the caller of an operation shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// Not at all.
    None,
    /// By a token.
    Token,
    /// By a signature.
    Signature,
}

/// A value in the address or the headers.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Must it be there?
    pub required: bool,
    /// A JSON Schema.
    pub schema: &'static str,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path, for a name in braces of the template.
    Path,
    /// Behind the question mark.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// The body of a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct Body {
    /// The media type.
    pub media: &'static str,
    /// Must it be there?
    pub required: bool,
    /// A JSON Schema.
    pub schema: &'static str,
}

/// An answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The media type; empty when there is no body.
    pub media: &'static str,
    /// A JSON Schema of the whole body, envelope included.
    pub schema: &'static str,
    /// The documented body, whole; `null` when there is none.
    pub example: &'static str,
}

/// How many entries a list of a request may have.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limit {
    /// The property of the body.
    pub field: &'static str,
    /// The most entries of one request.
    pub max: u64,
    /// The most entries of the thing that they are added to.
    pub total: u64,
}

/// How a list is read in pages.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Paging {
    /// The parameter that says which page: its number from 1, or a cursor.
    pub mark: &'static str,
    /// The field of the last entry that is the cursor of the page behind it; none where pages have numbers.
    pub key: Option<&'static str>,
    /// The parameter that says how many entries a page has.
    pub size: Option<&'static str>,
    /// The list in the payload; none where the payload is the list.
    pub items: Option<&'static str>,
    /// The count of all entries in the payload.
    pub total: Option<&'static str>,
}

/// What is sent to the integrator.
#[derive(Debug)]
#[non_exhaustive]
pub struct Callback {
    /// Its key in the document.
    pub id: &'static str,
    /// A JSON Schema of the body.
    pub schema: &'static str,
    /// The documented body.
    pub example: &'static str,
}
