//! All callbacks of a product.

/// Implements [`Event`](crate::Event), `Serialize` and `From` each callback for an enum of callbacks that has a variant
/// `Unknown(UnknownVariant)` besides.
///
/// Each variant is named like the type of its callback, which stands beside the enum. The [`Marks`](crate::Marks) come
/// in the order of the variants. What fits no callback, or several, becomes `Unknown`, kept whole.
///
/// ```
/// mod webhooks {
///     use std::collections::BTreeMap;
///
///     use airudder_wire::UnknownVariant;
///
///     #[derive(Debug)]
///     pub struct Paid(pub BTreeMap<String, String>);
///
///     airudder_wire::newtype!(Paid, any BTreeMap<String, String>);
///
///     #[derive(Debug)]
///     pub enum Event {
///         Paid(Paid),
///         Unknown(UnknownVariant),
///     }
/// }
///
/// use airudder_wire::{Callback, Event as _, Marks};
/// use webhooks::Event;
///
/// impl Callback for webhooks::Paid {
///     const NAME: &'static str = "shop.paid";
/// }
///
/// const MARKS: &[Marks] = &[Marks::Object { values: &[], fields: &["order"], without: &[] }];
///
/// airudder_wire::events!(webhooks::Event, "shop.unknown", MARKS, [Paid]);
///
/// let event = Event::from_json(br#"{"order": "7"}"#)?;
/// assert!(matches!(&event, Event::Paid(paid) if paid.0["order"] == "7"));
/// assert_eq!(Event::from_json(br#"{"refund": "7"}"#)?.name(), "shop.unknown");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! events {
    ($module:ident::$name:ident, $unknown:literal, $marks:expr, [$($variant:ident),+ $(,)?]) => {
        impl $crate::Event for $module::$name {
            fn from_json(
                body: &[u8],
            ) -> ::core::result::Result<Self, $crate::__private::serde_json::Error> {
                type Reader = fn(&[u8]) -> ::core::result::Result<$module::$name, $crate::__private::serde_json::Error>;
                const READERS: &[Reader] =
                    &[$(|body| <$module::$variant as $crate::Event>::from_json(body).map($module::$name::$variant)),+];
                const { assert!($marks.len() == READERS.len(), "each callback has its marks") };
                match $crate::__private::which(body, $marks)?.and_then(|index| READERS.get(index)) {
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

        impl $crate::__private::serde::Serialize for $module::$name {
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
            impl ::core::convert::From<$module::$variant> for $module::$name {
                fn from(event: $module::$variant) -> Self {
                    Self::$variant(event)
                }
            }
        )+
    };
}
