//! Names for scalars.

/// Implements for a tuple struct of one private field everything it is used by.
///
/// `newtype!(WorkflowId, String)`: the second name says what is inside, one of `String`, `Pii` (a `Pii<String>`),
/// `Secret`, `Id`, `i32`, `i64`, `u32`, `u64`, `f64`, `bool`, `Date`, `LocalTime`, `OffsetTime`, `DateTime`,
/// `EpochMillis`, `EpochSeconds`. It must stand where the field can be seen.
///
/// `newtype!(Rows, any Vec<Row>)` takes a type of any other kind.
///
/// All get `Serialize`, `Deserialize`, [`Decode`](crate::Decode) and conversions from and into what is inside.
/// Texts also get `From<&str>` and `as_str`; what may be printed gets `Display`; secrets get `expose`;
/// the other scalars get `get`.
#[macro_export]
macro_rules! newtype {
    ($name:ident, String) => {
        $crate::newtype!(@through $name, ::std::string::String);
        $crate::newtype!(@text $name);
        $crate::newtype!(@as_str $name, |this| &this.0);
        $crate::newtype!(@display $name);

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
    ($name:ident, Pii) => {
        $crate::newtype!(@through $name, $crate::Pii<::std::string::String>);
        $crate::newtype!(@text $name);
        $crate::newtype!(@from $name, ::std::string::String);
        $crate::newtype!(@as_str $name, |this| this.0.expose());
    };
    ($name:ident, Pii<String>) => {
        $crate::newtype!($name, Pii);
    };
    ($name:ident, Secret) => {
        $crate::newtype!(@through $name, $crate::Secret);
        $crate::newtype!(@text $name);
        $crate::newtype!(@from $name, ::std::string::String);

        impl $name {
            /// The text itself; take care where it goes.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }
    };
    ($name:ident, Id) => {
        $crate::newtype!(@through $name, $crate::Id);
        $crate::newtype!(@text $name);
        $crate::newtype!(@from $name, ::std::string::String);
        $crate::newtype!(@as_str $name, |this| this.0.as_str());
        $crate::newtype!(@display $name);

        $crate::newtype!(@from $name, i32);
        $crate::newtype!(@from $name, i64);
        $crate::newtype!(@from $name, u32);
        $crate::newtype!(@from $name, u64);

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.0.as_str()
            }
        }
    };
    ($name:ident, i32) => { $crate::newtype!(@number $name, i32); };
    ($name:ident, i64) => { $crate::newtype!(@number $name, i64); };
    ($name:ident, u32) => { $crate::newtype!(@number $name, u32); };
    ($name:ident, u64) => { $crate::newtype!(@number $name, u64); };
    ($name:ident, f64) => { $crate::newtype!(@number $name, f64); };
    ($name:ident, bool) => { $crate::newtype!(@number $name, bool); };
    ($name:ident, Date) => { $crate::newtype!(@time $name, Date); };
    ($name:ident, LocalTime) => { $crate::newtype!(@time $name, LocalTime); };
    ($name:ident, OffsetTime) => { $crate::newtype!(@time $name, OffsetTime); };
    ($name:ident, DateTime) => { $crate::newtype!(@time $name, DateTime); };
    ($name:ident, EpochMillis) => { $crate::newtype!(@time $name, EpochMillis); };
    ($name:ident, EpochSeconds) => { $crate::newtype!(@time $name, EpochSeconds); };

    ($name:ident, any $inner:ty) => { $crate::newtype!(@through $name, $inner); };

    // From here on: parts of the above.
    (@number $name:ident, $inner:ident) => {
        $crate::newtype!(@through $name, $inner);
        $crate::newtype!(@display $name);

        impl $name {
            /// The plain value.
            #[must_use]
            pub const fn get(&self) -> $inner {
                self.0
            }
        }
    };
    (@time $name:ident, $inner:ident) => {
        $crate::newtype!(@through $name, $crate::$inner);
        $crate::newtype!(@display $name);

        impl $name {
            /// The time itself.
            #[must_use]
            pub const fn get(&self) -> &$crate::$inner {
                &self.0
            }
        }
    };
    (@text $name:ident) => {
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(text.into())
            }
        }
    };
    (@from $name:ident, $source:ty) => {
        impl ::core::convert::From<$source> for $name {
            fn from(value: $source) -> Self {
                Self(value.into())
            }
        }
    };
    (@as_str $name:ident, |$this:ident| $text:expr) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                let $this = self;
                $text
            }
        }
    };
    (@display $name:ident) => {
        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, formatter)
            }
        }
    };
    (@through $name:ident, $inner:ty) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <$inner as $crate::Decode>::decode(deserializer).map(Self)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <$inner as $crate::Decode>::decode(deserializer).map(Self)
            }

            fn decode_option<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                <$inner as $crate::Decode>::decode_option(deserializer).map(|value| value.map(Self))
            }
        }

        impl ::core::convert::From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl ::core::convert::From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
