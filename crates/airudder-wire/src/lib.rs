#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod candidate;
mod containers;
mod decode;
pub mod drift;
mod encode;
#[cfg(feature = "encryption")]
pub mod encryption;
#[cfg(feature = "events")]
mod event;
pub mod examples;
mod id;
pub mod json_path;
mod key;
mod literal;
mod mismatch;
mod missing_field;
mod newtype;
mod object;
mod open_enum;
mod open_integer_enum;
mod patch;
mod pii;
mod scalar;
mod secret;
pub mod signature;
mod tagged_union;
mod time;
mod unknown_fields;
mod unknown_value;
mod unknown_variant;
mod untagged_union;
mod variant;

pub use candidate::{Candidate, Kind};
pub use decode::{Decode, next_value, skip_value};
pub use encode::{AsObject, EncodeFields, additional, encode_object, optional, patch, required};
#[cfg(feature = "events")]
pub use event::{Callback, DedupKey, DedupKeyBuilder, Event, InvalidDedupKey, Marks};
pub use id::Id;
pub use key::{Key, Name};
pub use missing_field::MissingField;
pub use object::{DecodeFields, decode_object};
pub use open_enum::OpenEnum;
pub use open_integer_enum::OpenIntegerEnum;
pub use patch::Patch;
pub use pii::Pii;
pub use secret::Secret;
pub use tagged_union::TaggedUnion;
pub use time::{Date, DateTime, EpochMillis, EpochSeconds, InvalidTime, LocalTime, OffsetTime};
pub use unknown_fields::{UnknownFields, UnknownFieldsIter};
pub use unknown_value::UnknownValue;
pub use unknown_variant::UnknownVariant;
pub use untagged_union::UntaggedUnion;
pub use variant::Variant;

/// What the macros of this crate expand to; not for anybody else.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "events")]
    pub use crate::event::which;
    pub use crate::object::decode_optional_object;
    pub use crate::open_enum::decode_open_enum;
    pub use crate::open_integer_enum::decode_open_integer_enum;
    pub use crate::tagged_union::decode_tagged_union;
    pub use crate::untagged_union::decode_untagged_union;
    pub use serde;
    pub use serde_json;
}
