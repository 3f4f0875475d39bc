//! The one error of the receiver.

use std::error::Error as StdError;
use std::fmt;

/// Anybody's error.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a callback was not taken.
///
/// It says at which [`stage`](Self::stage) and, by its text and its [source](std::error::Error::source), why: that is for
/// the operator's log. What the sender is told is [`response`](Self::response), which is the same whatever was wrong with
/// a callback. Nothing that this crate writes into an error comes out of a body; a source that is a handler's or a
/// hand-written type's says what it says.
pub struct Error(Box<Inner>);

struct Inner {
    stage: Stage,
    /// What happened, in one sentence without its end.
    what: &'static str,
    source: Option<BoxError>,
}

/// How far a callback came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The body broke off while it came in.
    Reading,
    /// The body is longer than the cap.
    Size,
    /// A verifier refused it.
    Signature,
    /// It cannot be decrypted, or it is not encrypted although it must be.
    Decryption,
    /// It is not text, not JSON, nested too deeply, or not the event that was expected.
    Decoding,
    /// The guard against duplicates failed.
    Guard,
    /// The handler failed.
    Handler,
}

impl Error {
    pub(crate) fn new(stage: Stage, what: &'static str) -> Self {
        Self(Box::new(Inner { stage, what, source: None }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// How far the callback came.
    pub fn stage(&self) -> Stage {
        self.0.stage
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.what)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("stage", &self.0.stage)
            .field("what", &self.0.what)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// An error and all that stands behind it, in one line for a log.
pub(crate) struct Chain<'a>(pub(crate) &'a Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_and_crosses_threads() {
        fn crosses<T: StdError + Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn the_text_does_not_repeat_the_source_and_a_log_gets_both() {
        let error = Error::new(Stage::Handler, "the handler failed").with_source("disk full");
        assert_eq!(error.to_string(), "the handler failed");
        assert_eq!(Chain(&error).to_string(), "the handler failed: disk full");
    }
}
