//! A scalar that is kept as its text and written back in the form it came.

use serde::{Serialize, Serializer};
use serde_json::Number;

use crate::scalar::{Scalar, integer};

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Literal {
    text: Box<str>,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Text,
    Number,
    Bool,
}

impl Literal {
    pub(crate) fn text(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: Form::Text }
    }

    pub(crate) fn number(number: impl Into<Number>) -> Self {
        Self { text: number.into().to_string().into(), form: Form::Number }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as an integer, whichever form it has.
    pub(crate) fn as_i64(&self) -> Option<i64> {
        self.text.parse().ok().or_else(|| integer(&self.text.parse().ok()?))
    }

    /// As Rust writes it: a number without quotes, a text with them.
    pub(crate) fn debug(&self, formatter: &mut std::fmt::Formatter<'_>, name: &str) -> std::fmt::Result {
        let mut tuple = formatter.debug_tuple(name);
        match self.form {
            Form::Text => tuple.field(&self.text).finish(),
            Form::Number | Form::Bool => tuple.field(&format_args!("{}", self.text)).finish(),
        }
    }
}

impl From<Scalar> for Literal {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Bool(value) => Self { text: value.to_string().into(), form: Form::Bool },
            Scalar::Number(number) => Self::number(number),
            Scalar::Text(text) => Self::text(text),
        }
    }
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.form {
            Form::Text => serializer.serialize_str(&self.text),
            Form::Bool => serializer.serialize_bool(&*self.text == "true"),
            Form::Number => {
                if let Ok(value) = self.text.parse::<i64>() {
                    return serializer.serialize_i64(value);
                }
                if let Ok(value) = self.text.parse::<u64>() {
                    return serializer.serialize_u64(value);
                }
                // Rust's parser is exact where that of serde_json may be off by the last bit; but with
                // `arbitrary_precision` only the latter keeps every digit.
                let nearest = self.text.parse().ok().and_then(Number::from_f64);
                match nearest.filter(|number| number.to_string() == *self.text) {
                    Some(number) => number.serialize(serializer),
                    None => match self.text.parse::<Number>() {
                        Ok(number) => number.serialize(serializer),
                        Err(_) => serializer.serialize_str(&self.text),
                    },
                }
            }
        }
    }
}
