//! Types as the generator writes them, which take every macro from outside of its crate.

use std::collections::BTreeMap;

use airudder_wire as wire;
use serde::de::MapAccess;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Task {
    pub task_id: Option<TaskId>,
    pub state: Option<TaskState>,
    pub grade: Option<Grade>,
    pub callee: Option<PhoneNumber>,
    pub password: Option<Token>,
    pub created_at: Option<wire::DateTime>,
    pub content: Option<Content>,
    pub target: Option<Target>,
    pub children: Option<Vec<Task>>,
    pub next: Option<Box<Task>>,
    pub labels: Option<BTreeMap<String, Vec<i64>>>,
    pub ratio: Option<f64>,
    pub paused: Option<bool>,
    pub extra: Option<serde_json::Value>,
    pub unknown_fields: wire::UnknownFields,
}

impl Task {
    pub fn task_id(&self) -> Result<&TaskId, wire::MissingField> {
        self.task_id.as_ref().ok_or(wire::MissingField::new("Task", "task_id"))
    }
}

impl wire::EncodeFields for Task {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::optional(map, "task_id", &self.task_id)?;
        wire::optional(map, "state", &self.state)?;
        wire::optional(map, "grade", &self.grade)?;
        wire::optional(map, "callee", &self.callee)?;
        wire::optional(map, "password", &self.password)?;
        wire::optional(map, "created_at", &self.created_at)?;
        wire::optional(map, "content", &self.content)?;
        wire::optional(map, "target", &self.target)?;
        wire::optional(map, "children", &self.children)?;
        wire::optional(map, "next", &self.next)?;
        wire::optional(map, "labels", &self.labels)?;
        wire::optional(map, "ratio", &self.ratio)?;
        wire::optional(map, "paused", &self.paused)?;
        wire::optional(map, "extra", &self.extra)?;
        self.unknown_fields.encode_fields(map)
    }
}

impl wire::DecodeFields for Task {
    const NAME: &'static str = "Task";
    const FIELDS: &'static [&'static str] = &[
        "task_id",
        "state",
        "grade",
        "callee",
        "password",
        "created_at",
        "content",
        "target",
        "children",
        "next",
        "labels",
        "ratio",
        "paused",
        "extra",
    ];

    fn decode_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error> {
        match index {
            0 => self.task_id = wire::next_value(map)?,
            1 => self.state = wire::next_value(map)?,
            2 => self.grade = wire::next_value(map)?,
            3 => self.callee = wire::next_value(map)?,
            4 => self.password = wire::next_value(map)?,
            5 => self.created_at = wire::next_value(map)?,
            6 => self.content = wire::next_value(map)?,
            7 => self.target = wire::next_value(map)?,
            8 => self.children = wire::next_value(map)?,
            9 => self.next = wire::next_value(map)?,
            10 => self.labels = wire::next_value(map)?,
            11 => self.ratio = wire::next_value(map)?,
            12 => self.paused = wire::next_value(map)?,
            13 => self.extra = wire::next_value(map)?,
            _ => {}
        }
        Ok(())
    }

    fn decode_other<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        self.unknown_fields.decode(name, map)
    }
}

wire::object!(Task);

/// Both read and written, with fields that must be there, and without unknown fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    pub text: wire::Pii<String>,
    pub parts: Vec<Text>,
    pub note: wire::Patch<String>,
}

impl wire::EncodeFields for Text {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::required(map, "text", &self.text)?;
        wire::required(map, "parts", &self.parts)?;
        wire::patch(map, "note", &self.note)
    }
}

impl wire::DecodeFields for Text {
    const NAME: &'static str = "Text";
    const FIELDS: &'static [&'static str] = &["text", "parts", "note"];

    fn decode_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error> {
        match index {
            0 => self.text = wire::next_value(map)?,
            1 => self.parts = wire::next_value(map)?,
            2 => self.note = wire::next_value(map)?,
            _ => {}
        }
        Ok(())
    }
}

wire::object!(Text);

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTask {
    pub name: String,
    pub token: Token,
    pub start: wire::LocalTime,
    pub note: wire::Patch<String>,
}

impl wire::EncodeFields for NewTask {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::required(map, "name", &self.name)?;
        wire::required(map, "token", &self.token)?;
        wire::required(map, "start", &self.start)?;
        wire::patch(map, "note", &self.note)
    }
}

wire::encode_only_object!(NewTask);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskState {
    Running,
    Finished,
    Unknown(wire::UnknownValue),
}

impl wire::OpenEnum for TaskState {
    const NAME: &'static str = "TaskState";

    fn known(text: &str) -> Option<Self> {
        Some(match text {
            "running" => Self::Running,
            "finished" => Self::Finished,
            _ => return None,
        })
    }

    fn unknown(value: wire::UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn to_wire(&self) -> Result<&'static str, &wire::UnknownValue> {
        match self {
            Self::Running => Ok("running"),
            Self::Finished => Ok("finished"),
            Self::Unknown(value) => Err(value),
        }
    }
}

wire::open_enum!(TaskState);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grade {
    Low,
    High,
    Unknown(wire::UnknownValue),
}

impl wire::OpenIntegerEnum for Grade {
    const NAME: &'static str = "Grade";

    fn known(value: i64) -> Option<Self> {
        Some(match value {
            -1 => Self::Low,
            1 => Self::High,
            _ => return None,
        })
    }

    fn unknown(value: wire::UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn to_wire(&self) -> Result<i64, &wire::UnknownValue> {
        match self {
            Self::Low => Ok(-1),
            Self::High => Ok(1),
            Self::Unknown(value) => Err(value),
        }
    }
}

wire::open_integer_enum!(Grade);

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    Text(Text),
    Task(Box<Task>),
    Unknown(wire::UnknownVariant),
}

impl wire::TaggedUnion for Content {
    const NAME: &'static str = "Content";
    const TAG: &'static str = "type";

    fn decode_variant(variant: wire::Variant) -> Result<Self, serde_json::Error> {
        match variant.tag() {
            "text" => variant.decode().map(Self::Text),
            "task" => variant.decode_with_tag().map(Self::Task),
            _ => Ok(Self::Unknown(variant.into_unknown())),
        }
    }
}

impl wire::EncodeFields for Content {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Text(value) => {
                wire::required(map, "type", "text")?;
                value.encode_fields(map)
            }
            Self::Task(value) => value.encode_fields(map),
            Self::Unknown(value) => value.encode_fields(map),
        }
    }
}

wire::tagged_union!(Content);

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    Phone(PhoneNumber),
    Number(Count),
    ByText(Text),
    Many(Vec<Option<TaskId>>),
    Unknown(wire::UnknownVariant),
}

impl wire::UntaggedUnion for Target {
    const NAME: &'static str = "Target";

    fn decode_untagged(candidate: wire::Candidate) -> Self {
        if let Some(value) = candidate.decode(wire::Kind::String, &[]) {
            return Self::Phone(value);
        }
        if let Some(value) = candidate.decode(wire::Kind::Integer, &[]) {
            return Self::Number(value);
        }
        if let Some(value) = candidate.decode(wire::Kind::Object, &["text", "parts"]) {
            return Self::ByText(value);
        }
        if let Some(value) = candidate.decode(wire::Kind::Array, &[]) {
            return Self::Many(value);
        }
        Self::Unknown(candidate.into_unknown())
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Phone(value) => value.serialize(serializer),
            Self::Number(value) => value.serialize(serializer),
            Self::ByText(value) => value.serialize(serializer),
            Self::Many(value) => value.serialize(serializer),
            Self::Unknown(value) => value.serialize(serializer),
        }
    }
}

wire::untagged_union!(Target);

macro_rules! newtypes {
    ($($name:ident($field:ty) of $inner:ident: $($derive:ident)*;)*) => { $(
        #[derive(Clone, Debug, PartialEq, $($derive),*)]
        pub struct $name($field);

        wire::newtype!($name, $inner);
    )* };
}

newtypes! {
    TaskId(wire::Id) of Id: Eq PartialOrd Ord Hash;
    Name(String) of String: Eq PartialOrd Ord Hash;
    PhoneNumber(wire::Pii<String>) of Pii: Eq PartialOrd Ord Hash;
    Token(wire::Secret) of Secret: Eq;
    Count(i64) of i64: Eq PartialOrd Ord Hash;
    Small(i32) of i32: Copy Eq PartialOrd Ord Hash;
    Port(u32) of u32: Eq PartialOrd Ord Hash;
    Size(u64) of u64: Eq PartialOrd Ord Hash;
    Ratio(f64) of f64: Copy PartialOrd;
    Flag(bool) of bool: Copy Eq PartialOrd Ord Hash;
    Birthday(wire::Date) of Date: Eq PartialOrd Ord Hash;
    StartsAt(wire::LocalTime) of LocalTime: Eq PartialOrd Ord Hash;
    EndsAt(wire::OffsetTime) of OffsetTime: Eq PartialOrd Ord Hash;
    CreatedAt(wire::DateTime) of DateTime: Eq PartialOrd Ord Hash;
    CalledAt(wire::EpochMillis) of EpochMillis: Eq PartialOrd Ord Hash;
    HungUpAt(wire::EpochSeconds) of EpochSeconds: Eq PartialOrd Ord Hash;
}
