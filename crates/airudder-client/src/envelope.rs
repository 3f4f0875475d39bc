//! The wrapping of the vendor's answers.

use std::fmt;
use std::marker::PhantomData;

use airudder_wire::{self as wire, Decode};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::Code;

/// The names of the fields that every answer has, and which codes mean success.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The field of the result code, a number or a numeric text.
    pub code: &'static str,
    /// The field of the result in words.
    pub status: Option<&'static str>,
    /// The field of the error text.
    pub message: &'static str,
    /// The field of the data.
    pub data: &'static str,
    /// The field of the request's id.
    pub request_id: Option<&'static str>,
    /// The codes that mean success.
    pub success: &'static [i64],
}

/// What an answer says beside its data.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) code: Option<Code>,
    pub(crate) status: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl Head {
    /// Reads a body for its head alone; whatever has another type than expected is left out.
    pub(crate) fn of(envelope: &Envelope, body: &[u8]) -> Result<Self, serde_json::Error> {
        read::<Tolerant>(envelope, body).map(|(head, _)| head)
    }

    pub(crate) fn is_success(&self, envelope: &Envelope) -> bool {
        self.code.is_some_and(|code| envelope.success.contains(&code.get()))
    }

    /// The vendor's words, from whichever field has some.
    pub(crate) fn into_message(self) -> (Option<String>, Option<String>) {
        (self.message.filter(|message| !message.is_empty()).or(self.status), self.request_id)
    }
}

/// Reads head and data in one pass, whatever their order.
pub(crate) fn read<T: Decode>(
    envelope: &Envelope,
    body: &[u8],
) -> Result<(Head, Option<T>), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = deserializer.deserialize_any(Whole::<T>(envelope, PhantomData))?;
    deserializer.end()?;
    Ok(read)
}

struct Whole<'e, T>(&'e Envelope, PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for Whole<'_, T> {
    type Value = (Head, Option<T>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {:?}", self.0.code)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut head = Head::default();
        let mut data = None;
        while let Some(field) = map.next_key_seed(FieldName(self.0))? {
            match field {
                Field::Data => data = wire::next_value(&mut map)?,
                Field::Other => wire::skip_value(&mut map)?,
                Field::Code => {
                    head.code =
                        text(&mut map)?.and_then(|text| text.parse().ok()).map(|code: i64| code.into())
                }
                Field::Status => head.status = text(&mut map)?,
                Field::Message => head.message = text(&mut map)?,
                Field::RequestId => head.request_id = text(&mut map)?,
            }
        }
        Ok((head, data))
    }
}

enum Field {
    Code,
    Status,
    Message,
    Data,
    RequestId,
    Other,
}

struct FieldName<'e>(&'e Envelope);

impl<'de> DeserializeSeed<'de> for FieldName<'_> {
    type Value = Field;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldName<'_> {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Field, E> {
        let Self(envelope) = self;
        Ok(if name == envelope.data {
            Field::Data
        } else if name == envelope.code {
            Field::Code
        } else if name == envelope.message {
            Field::Message
        } else if Some(name) == envelope.status {
            Field::Status
        } else if Some(name) == envelope.request_id {
            Field::RequestId
        } else {
            wire::drift::note_field("Envelope", name);
            Field::Other
        })
    }
}

/// The text of a scalar; anything else counts as absent, since the head must not be what an answer fails on.
fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<String>, A::Error> {
    Ok(match map.next_value::<serde_json::Value>()? {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Data that is read over, whatever it is.
struct Tolerant;

impl Decode for Tolerant {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Self)
    }
}
