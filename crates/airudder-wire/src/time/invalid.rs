//! What is no time.

use std::error::Error;
use std::fmt;

/// A text or numbers that are no time of the expected form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTime {
    form: &'static str,
    example: &'static str,
}

impl InvalidTime {
    pub(super) const fn new(form: &'static str, example: &'static str) -> Self {
        Self { form, example }
    }

    #[cfg(test)]
    pub(super) const fn example(&self) -> &'static str {
        self.example
    }
}

impl fmt::Display for InvalidTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected a time of the form {}, for example {:?}", self.form, self.example)
    }
}

impl Error for InvalidTime {}
