//! All callbacks of a product.

/// Implements [`Event`](crate::Event), `Serialize` and `From` each callback for an enum of callbacks that has a variant
/// `Unknown(UnknownVariant)` besides.
///
/// Each variant is given with the type of its callback and with its [`Marks`](crate::Marks). What fits no callback, or
/// several, becomes `Unknown`, kept whole.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use airudder_wire::{Callback, Event as _, Marks, UnknownVariant};
///
/// #[derive(Debug)]
/// struct Paid(BTreeMap<String, String>);
///
/// airudder_wire::newtype!(Paid, any BTreeMap<String, String>);
///
/// impl Callback for Paid {
///     const NAME: &'static str = "shop.paid";
/// }
///
/// #[derive(Debug)]
/// enum Event {
///     Paid(Paid),
///     Unknown(UnknownVariant),
/// }
///
/// airudder_wire::events! {
///     Event, "shop.unknown",
///     Paid(Paid): Marks::Object { values: &[], fields: &["order"], without: &[] },
/// }
///
/// let event = Event::from_json(br#"{"order": "7"}"#)?;
/// assert!(matches!(&event, Event::Paid(paid) if paid.0["order"] == "7"));
/// assert_eq!(Event::from_json(br#"{"refund": "7"}"#)?.name(), "shop.unknown");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! events {
    ($name:ty, $unknown:literal, $($variant:ident($callback:ty): $marks:expr),+ $(,)?) => {
        impl $crate::Event for $name {
            fn from_json(
                body: &[u8],
            ) -> ::core::result::Result<Self, $crate::__private::serde_json::Error> {
                const MARKS: &[$crate::Marks] = &[$($marks),+];
                type Reader = fn(&[u8]) -> ::core::result::Result<$name, $crate::__private::serde_json::Error>;
                const READERS: &[Reader] =
                    &[$(|body| <$callback as $crate::Event>::from_json(body).map(<$name>::$variant)),+];
                match $crate::__private::which(body, MARKS)?.and_then(|index| READERS.get(index)) {
                    ::core::option::Option::Some(read) => read(body),
                    ::core::option::Option::None => {
                        let value: $crate::__private::serde_json::Value =
                            $crate::__private::serde_json::from_slice(body)?;
                        ::core::result::Result::Ok(Self::Unknown($crate::UnknownVariant::new("", value)))
                    }
                }
            }

            fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(event) => $crate::Event::name(event),)+
                    Self::Unknown(_) => $unknown,
                }
            }

            fn dedup_key(&self) -> $crate::DedupKey {
                match self {
                    $(Self::$variant(event) => $crate::Event::dedup_key(event),)+
                    Self::Unknown(event) => $crate::DedupKey::builder($unknown).content(event).finish(),
                }
            }

            fn occurred_at(&self) -> ::core::option::Option<::std::time::SystemTime> {
                match self {
                    $(Self::$variant(event) => $crate::Event::occurred_at(event),)+
                    Self::Unknown(_) => ::core::option::Option::None,
                }
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(event) => $crate::__private::serde::Serialize::serialize(event, serializer),)+
                    Self::Unknown(event) => $crate::__private::serde::Serialize::serialize(event, serializer),
                }
            }
        }

        $(
            impl ::core::convert::From<$callback> for $name {
                fn from(event: $callback) -> Self {
                    Self::$variant(event)
                }
            }
        )+
    };
}
