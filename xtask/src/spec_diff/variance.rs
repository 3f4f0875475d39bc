//! How one type relates to another on the wire: what was sent must still be taken, what comes must still be read.

use crate::emit::Index;
use crate::model::{EnumValue, Type, TypeKind};

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the service.
    Sent,
    /// From the service.
    Received,
    /// Both ways.
    Both,
}

impl Direction {
    /// Whether the service takes it.
    pub fn is_sent(self) -> bool {
        self != Self::Received
    }

    /// Whether the service gives it.
    pub fn is_received(self) -> bool {
        self != Self::Sent
    }
}

/// What a value looks like in JSON; what only our code makes of it does not count.
#[derive(Clone, Debug, PartialEq)]
enum Wire {
    Anything,
    Bool,
    Integer {
        bits: u8,
    },
    Number,
    Text,
    /// Text of a form of its own.
    Form(&'static str),
    TextOrInteger,
    Bytes,
    List(Box<Wire>),
    Map(Box<Wire>),
    Nullable(Box<Wire>),
    /// An object or union: what changed in one of the same name is told there.
    Named {
        name: String,
        shape: serde_json::Value,
    },
}

fn wire(ty: &Type, index: &Index<'_>) -> Wire {
    let inner = |ty: &Type| Box::new(wire(ty, index));
    match ty {
        Type::Json => Wire::Anything,
        Type::Bool => Wire::Bool,
        Type::I32 => Wire::Integer { bits: 32 },
        Type::I64 | Type::U64 | Type::EpochMillis | Type::EpochSeconds => Wire::Integer { bits: 64 },
        Type::F64 => Wire::Number,
        Type::String | Type::Secret => Wire::Text,
        Type::Id => Wire::TextOrInteger,
        Type::File | Type::Bytes => Wire::Bytes,
        Type::Date => Wire::Form("date"),
        Type::DateTime => Wire::Form("date-time"),
        Type::LocalTime => Wire::Form("local time"),
        Type::OffsetTime => Wire::Form("offset time"),
        Type::Pii(ty) | Type::Boxed(ty) => wire(ty, index),
        Type::List(ty) => Wire::List(inner(ty)),
        Type::Map(ty) => Wire::Map(inner(ty)),
        Type::Nullable(ty) => Wire::Nullable(inner(ty)),
        Type::Beside(name) => Wire::Named { name: name.clone(), shape: serde_json::Value::Null },
        Type::Named(name) => match index.get(name).map(|def| &def.kind) {
            Some(TypeKind::Newtype(ty) | TypeKind::Alias(ty)) => wire(ty, index),
            // Enums are open: an enum of texts is text.
            Some(TypeKind::Enum(values)) => match values.variants.first().map(|variant| &variant.value) {
                Some(EnumValue::Integer(_)) => Wire::Integer { bits: 64 },
                _ => Wire::Text,
            },
            kind => {
                Wire::Named { name: name.name.clone(), shape: serde_json::to_value(kind).unwrap_or_default() }
            }
        },
    }
}

/// Whether every value of the second type is one of the first.
fn takes(wide: &Wire, narrow: &Wire) -> bool {
    match (wide, narrow) {
        (Wire::Anything, _) => true,
        (Wire::Integer { bits }, Wire::Integer { bits: other }) => bits >= other,
        (Wire::Number | Wire::TextOrInteger, Wire::Integer { .. }) => true,
        (Wire::Text | Wire::TextOrInteger, Wire::Text | Wire::Form(_)) => true,
        (Wire::List(wide), Wire::List(narrow)) | (Wire::Map(wide), Wire::Map(narrow)) => takes(wide, narrow),
        (Wire::Map(values), Wire::Named { .. }) => **values == Wire::Anything,
        (Wire::Named { name, shape }, Wire::Named { name: other, shape: like }) => {
            name == other || shape == like
        }
        (Wire::Nullable(wide), Wire::Nullable(narrow)) => takes(wide, narrow),
        (Wire::Nullable(wide), narrow) => takes(wide, narrow),
        (wide, narrow) => wide == narrow,
    }
}

/// What a change of type does to versions that are published; nothing when they go on.
pub fn broken(
    direction: Direction,
    (old, old_index): (&Type, &Index<'_>),
    (new, new_index): (&Type, &Index<'_>),
) -> Option<&'static str> {
    let (old, new) = (wire(old, old_index), wire(new, new_index));
    let is_sent_in_vain = direction.is_sent() && !takes(&new, &old);
    let is_misread = direction.is_received() && !takes(&old, &new);
    match (is_sent_in_vain, is_misread) {
        (true, true) => Some("published versions send what is no longer taken, and cannot read what comes"),
        (true, false) => Some("published versions send what is no longer taken"),
        (false, true) => Some("published versions cannot read what comes"),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(direction: Direction, old: Type, new: Type) -> bool {
        let index = Index::new(&[]);
        broken(direction, (&old, &index), (&new, &index)).is_some()
    }

    #[test]
    fn what_is_sent_may_widen_and_what_comes_may_narrow() {
        for (narrow, wide) in [
            (Type::I32, Type::I64),
            (Type::String, Type::Id),
            (Type::I64, Type::F64),
            (Type::Date, Type::String),
            (Type::List(Box::new(Type::I32)), Type::List(Box::new(Type::Id))),
            (Type::Bool, Type::Json),
            (Type::String, Type::Nullable(Box::new(Type::String))),
        ] {
            assert!(!found(Direction::Sent, narrow.clone(), wide.clone()), "{narrow:?}");
            assert!(found(Direction::Sent, wide.clone(), narrow.clone()), "{narrow:?}");
            assert!(!found(Direction::Received, wide.clone(), narrow.clone()), "{narrow:?}");
            assert!(found(Direction::Received, narrow.clone(), wide.clone()), "{narrow:?}");
            assert!(found(Direction::Both, narrow, wide));
        }
    }

    #[test]
    fn what_only_rust_sees_is_no_change_of_the_wire() {
        let masked = Type::Pii(Box::new(Type::String));
        assert!(!found(Direction::Both, Type::String, masked));
        assert!(!found(Direction::Both, Type::I64, Type::EpochMillis));
        assert!(found(Direction::Both, Type::LocalTime, Type::OffsetTime));
    }
}
