//! What the documents mean: operations, callbacks and types with every reference resolved,
//! every name chosen and no YAML left. Serialisable, so that snapshots of it read well.

mod body;
mod callback;
mod docs;
mod event;
mod extensions;
mod lists;
mod lower;
mod merge;
mod names;
mod operation;
mod recursion;
mod schema;
mod union;
mod unused;
mod usage;

use serde::Serialize;
use serde_json::Value as Json;

pub use lower::{At, lower, lower_all_but};
pub use names::{field_name, is_keyword, type_name};

/// One document, which is one crate.
#[derive(Debug, Serialize)]
pub struct Model {
    /// Where the code goes.
    #[serde(rename = "crate")]
    pub krate: Crate,
    /// The first server of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What JSON answers are wrapped in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
    /// What is sent to the service.
    pub operations: Vec<Operation>,
    /// What the service sends.
    pub callbacks: Vec<Callback>,
    /// Named types, in the order of the document.
    pub types: Vec<TypeDef>,
}

impl Model {
    /// Whether requests are signed, and none carries a token.
    pub fn is_signed(&self) -> bool {
        let uses = |auth| self.operations.iter().any(|operation| operation.auth == auth);
        uses(Auth::Signature) && !uses(Auth::Token)
    }

    /// Whether an operation sends or answers bytes.
    pub fn uses_bytes(&self) -> bool {
        self.has_field(&Type::Bytes) || self.answers_bytes()
    }

    /// Whether an operation answers bytes.
    pub fn answers_bytes(&self) -> bool {
        self.operations.iter().any(|operation| matches!(operation.answer, Answer::Bytes))
    }

    /// Whether an operation or a type is deprecated: the code of the crate uses it all the same.
    pub fn has_deprecated(&self) -> bool {
        self.operations.iter().any(|operation| operation.deprecated)
            || self.types.iter().any(|def| def.deprecated)
    }

    /// Whether an operation reads a list in pages.
    pub fn pages(&self) -> bool {
        self.operations.iter().any(|operation| operation.pagination.is_some())
    }

    /// Whether an operation sends a list in chunks.
    pub fn batches(&self) -> bool {
        self.operations.iter().any(|operation| operation.batch_name().is_some())
    }

    /// Whether an operation sends files.
    pub fn uses_files(&self) -> bool {
        self.has_field(&Type::File)
    }

    fn has_field(&self, ty: &Type) -> bool {
        self.operations.iter().flat_map(|operation| &operation.fields).any(|field| field.field.ty == *ty)
    }
}

/// The crate of a document.
#[derive(Clone, Debug, Serialize)]
pub struct Crate {
    /// The package.
    pub name: String,
    /// Everything goes into this one file of a hand-written crate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The document, as findings name it.
    pub document: String,
    /// The document's file name without its ending.
    pub stem: String,
    /// `info.title`.
    pub title: String,
    /// `info.description`.
    pub description: String,
    /// `info.version`.
    pub version: String,
}

/// The names of an envelope's fields, and the codes that mean success.
#[derive(Clone, Debug, Serialize)]
pub struct Envelope {
    /// The field of the result code.
    pub code: String,
    /// The field of the status word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The field of the error text.
    pub message: String,
    /// The field of the payload.
    pub data: String,
    /// The field of the request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Codes that mean success.
    pub success: Vec<i64>,
}

/// What the vendor says about an operation or callback, and how we know.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Vendor {
    /// Rows of the vendor's navigation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
    /// The ids of the vendor's pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// The title of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How we know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// When the page was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Read on the vendor's page.
    Documented,
    /// Seen in a vendor's example elsewhere or in working client code.
    Observed,
    /// Written after the nearest documented sibling.
    Assumed,
}

impl Evidence {
    /// By its word in the documents.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "documented" => Some(Self::Documented),
            "observed" => Some(Self::Observed),
            "assumed" => Some(Self::Assumed),
            _ => None,
        }
    }
}

/// One request of the API.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// Where the document says it.
    #[serde(skip)]
    pub at: At,
    /// `operationId`.
    pub id: String,
    /// The struct.
    pub name: String,
    /// The client's method and the module.
    pub method_name: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// May it be sent twice?
    pub effect: Effect,
    /// Whether the request carries a token.
    pub auth: Auth,
    /// Documentation.
    pub docs: String,
    /// Where we know it from.
    pub vendor: Vendor,
    /// `deprecated`.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Parameters and, where the body is an inline object, its properties.
    pub fields: Vec<OperationField>,
    /// How the body is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What comes back.
    pub answer: Answer,
    /// How its list is sent in chunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// How its list is read in pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
    /// Documented requests: the values of all fields, by wire name.
    pub request_examples: Vec<RequestExample>,
    /// Documented answers, whole.
    pub answer_examples: Vec<Example>,
}

/// May an operation be sent twice?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It only reads.
    Safe,
    /// Twice is as good as once.
    Idempotent,
    /// Twice does it twice.
    Unsafe,
}

/// Whether a request carries a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// It carries none.
    None,
    /// It carries the token of the account.
    Token,
    /// It is signed.
    Signature,
}

/// A field of an operation and where it is written.
#[derive(Clone, Debug, Serialize)]
pub struct OperationField {
    /// Where it is written.
    pub place: Place,
    /// The field.
    #[serde(flatten)]
    pub field: Field,
}

/// Where a field of an operation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Into the path.
    Path(Style),
    /// Into the query.
    Query(Style),
    /// Into a header.
    Header(Style),
    /// Into a cookie.
    Cookie(Style),
    /// It is a property of the body.
    BodyProperty,
    /// It is the body.
    Body,
}

/// How a parameter is written (OpenAPI's `style` and `explode` in one word).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub enum Style {
    Simple,
    SimpleExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    Form,
    FormExploded,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

/// How a request body is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// As JSON.
    Json,
    /// As `application/x-www-form-urlencoded`.
    Form,
    /// As `multipart/form-data`.
    Multipart,
    /// As text.
    Text,
    /// As it is, under this content type.
    Bytes(String),
}

/// What an operation answers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing worth keeping.
    Empty,
    /// JSON; in an envelope, where the document has one, this is the payload.
    Json(Type),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// A list that is sent in chunks. Fields are named as in Rust.
#[derive(Clone, Debug, Serialize)]
pub struct Batch {
    /// The field of the operation with the list.
    pub field: String,
    /// The type of an entry.
    pub item: Type,
    /// The most entries of one request.
    pub max: u64,
    /// The most entries that the thing they are added to may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The operation that takes what is beyond one request, where this one cannot be repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// The field of the payload with the entries that were refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// How a list is read in pages. Fields are named as in Rust.
#[derive(Clone, Debug, Serialize)]
pub struct Pagination {
    /// The field of the operation that says which page: its number, or with a key a cursor.
    pub mark: String,
    /// The field of an entry that is the cursor of the page behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The field of the operation with the size of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The field of the payload with the entries; none where the payload is the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// The type of an entry.
    pub item: Type,
    /// The field of the payload with the number of all entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
}

impl Operation {
    /// The client's method that reads all pages; none where there are no pages.
    pub fn pager_name(&self) -> Option<String> {
        self.pagination.as_ref().map(|_| format!("{}_pager", self.method_name))
    }

    /// The client's method that sends a long list; none where this operation cannot.
    pub fn batch_name(&self) -> Option<String> {
        let batch = self.batch.as_ref().filter(|batch| batch.rest.is_none());
        batch.map(|_| format!("{}_in_batches", self.method_name))
    }
}

/// A documented request.
#[derive(Clone, Debug, Serialize)]
pub struct RequestExample {
    /// Its name among several.
    pub name: String,
    /// The values of parameters and body properties in the order of the fields; the whole body where it is one field.
    pub values: Vec<Option<Json>>,
    /// The body as documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
}

/// A documented body.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// Its name among several.
    pub name: String,
    /// The body.
    pub value: Json,
}

/// What the service sends to the integrator.
#[derive(Debug, Serialize)]
pub struct Callback {
    /// Where the document says it.
    #[serde(skip)]
    pub at: At,
    /// Its key in the document.
    pub id: String,
    /// The Rust name.
    pub name: String,
    /// The module.
    pub module: String,
    /// Documentation.
    pub docs: String,
    /// Where we know it from.
    pub vendor: Vendor,
    /// Headers that carry meaning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body.
    pub body: CallbackBody,
    /// How it is told from the others, and what makes it one event.
    pub event: Event,
    /// Documented bodies.
    pub examples: Vec<Example>,
}

/// A header of a callback.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Is it always there?
    pub required: bool,
    /// Documentation.
    pub docs: String,
}

/// The body of a callback.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackBody {
    /// An object: the callback is this struct.
    Struct(Struct),
    /// Anything else: the callback is a name for it.
    Type(Type),
}

/// How a callback is told from the others of its document, and what makes it one event.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// What tells its bodies from those of others.
    pub marks: Marks,
    /// The fields that identify an event; where there are none, its whole content does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identity: Vec<FieldPath>,
    /// The field that says when it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<FieldPath>,
}

/// What tells the bodies of one callback from those of the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Marks {
    /// It is an object.
    Object {
        /// Fields that have these values.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        values: Vec<(String, String)>,
        /// Fields that are there.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
        /// Fields that are not there.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        without: Vec<String>,
    },
    /// It is no object.
    NoObject,
    /// None: it looks like this other callback.
    Like(String),
}

/// A field, perhaps inside others.
#[derive(Clone, Debug, Serialize)]
pub struct FieldPath {
    /// The names on the wire, with dots between them.
    pub wire: String,
    /// The way to it.
    pub steps: Vec<Step>,
    /// The type of a value that is there, without its mask.
    #[serde(rename = "type")]
    pub ty: Type,
}

/// A step of a path.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The Rust name.
    pub name: String,
    /// Whether the value is masked.
    #[serde(skip_serializing_if = "is_false")]
    pub is_masked: bool,
}

/// A named type.
#[derive(Debug, Serialize)]
pub struct TypeDef {
    /// Where the document says it.
    #[serde(skip)]
    pub at: At,
    /// The Rust name.
    pub name: String,
    /// The module that it stands in, with the types written inline in it.
    pub module: String,
    /// Documentation.
    pub docs: String,
    /// `deprecated`.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Whether it is sent, received or both.
    pub usage: Usage,
    /// What it is.
    pub kind: TypeKind,
}

/// Whether a type is sent, received or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Part of a request.
    pub request: bool,
    /// Part of an answer or a callback.
    pub answer: bool,
}

/// What a named type is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// An object.
    Struct(Struct),
    /// A choice of texts or integers.
    Enum(Enum),
    /// A choice of types.
    Union(Union),
    /// A scalar with a name.
    Newtype(Type),
    /// Another name for a type.
    Alias(Type),
}

/// An object.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Struct {
    /// The properties.
    pub fields: Vec<Field>,
    /// The type of properties that have no name in the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional: Option<Type>,
}

/// A property.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The Rust name.
    pub name: String,
    /// The name on the wire.
    pub wire: String,
    /// The type of a value that is there.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Must it be there?
    pub required: bool,
    /// May it be null?
    #[serde(skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// `deprecated`.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Documentation.
    pub docs: String,
}

/// A choice of texts or integers; open, for the service may add to it.
#[derive(Debug, Serialize)]
pub struct Enum {
    /// The known values.
    pub variants: Vec<Variant>,
}

/// A value of an enum.
#[derive(Debug, Serialize)]
pub struct Variant {
    /// The Rust name.
    pub name: String,
    /// The value on the wire.
    pub value: EnumValue,
    /// Documentation.
    pub docs: String,
}

/// A value of an enum on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EnumValue {
    /// Text.
    Text(String),
    /// An integer.
    Integer(i64),
}

/// A choice of types.
#[derive(Debug, Serialize)]
pub struct Union {
    /// The property that tells the variants apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The variants in the order in which they are tried.
    pub variants: Vec<UnionVariant>,
}

/// A variant of a union.
#[derive(Debug, Serialize)]
pub struct UnionVariant {
    /// The Rust name.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// The values of the tag that mean this variant; the first is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The variant's own struct has the tag as a field.
    #[serde(skip_serializing_if = "is_false")]
    pub carries_tag: bool,
    /// The JSON kind, for a union without tag.
    pub json: JsonKind,
    /// The keys that an object of this variant must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Documentation.
    pub docs: String,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub enum JsonKind {
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
    Any,
}

/// A type expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// `bool`.
    Bool,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `u64`.
    U64,
    /// `f64`.
    F64,
    /// `String`.
    String,
    /// A string or an integer.
    Id,
    /// Any JSON value.
    Json,
    /// A file in a multipart body.
    File,
    /// The bytes of a body.
    Bytes,
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339.
    DateTime,
    /// `YYYY-MM-DD HH:MM:SS`.
    LocalTime,
    /// `YYYY-MM-DD HH:MM:SS+08:00`.
    OffsetTime,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Seconds since 1970.
    EpochSeconds,
    /// Never printed.
    Secret,
    /// Masked when printed.
    Pii(Box<Type>),
    /// A list.
    List(Box<Type>),
    /// An object with free keys.
    Map(Box<Type>),
    /// On the heap, so that a type may contain itself.
    Boxed(Box<Type>),
    /// May be null, in a list or map.
    Nullable(Box<Type>),
    /// A named type.
    Named(TypeRef),
}

/// The name of a type and the crate it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TypeRef {
    /// The package.
    #[serde(rename = "crate")]
    pub krate: String,
    /// The Rust name.
    pub name: String,
}

impl Type {
    /// Calls `visit` with every named type in this expression; the flag says whether it is held directly, not in a list or map.
    pub fn named(&self, visit: &mut dyn FnMut(&TypeRef, bool)) {
        self.walk(true, visit);
    }

    fn walk(&self, direct: bool, visit: &mut dyn FnMut(&TypeRef, bool)) {
        match self {
            Self::Named(name) => visit(name, direct),
            Self::Pii(inner) | Self::Nullable(inner) => inner.walk(direct, visit),
            Self::List(inner) | Self::Map(inner) | Self::Boxed(inner) => inner.walk(false, visit),
            _ => {}
        }
    }
}

impl TypeKind {
    /// Calls `visit` with every named type that this is made of.
    pub fn named(&self, visit: &mut dyn FnMut(&TypeRef)) {
        let mut visit = |name: &TypeRef, _: bool| visit(name);
        match self {
            Self::Struct(body) => {
                body.fields.iter().for_each(|field| field.ty.named(&mut visit));
                body.additional.iter().for_each(|ty| ty.named(&mut visit));
            }
            Self::Union(union) => union.variants.iter().for_each(|variant| variant.ty.named(&mut visit)),
            Self::Newtype(ty) | Self::Alias(ty) => ty.named(&mut visit),
            Self::Enum(_) => {}
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
