//! What the lint says.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

use crate::document::{Pointer, Span};
use crate::report::Headline;
use crate::rule::Rule;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is generated while there is one.
    Error,
    /// Worth a look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One fault of a document, with its place and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The document.
    pub file: String,
    /// Where.
    pub span: Span,
    /// How bad.
    pub severity: Severity,
    /// The rule.
    pub rule: Rule,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The edits that do it, one after the other, where there is no doubt.
    pub fix: Vec<Edit>,
}

/// A change of one thing in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives an entry another key.
    Rename(Pointer, String),
    /// Gives an entry or item another value, or an object one more entry.
    Set(Pointer, Json),
    /// Takes an entry or item away.
    Remove(Pointer),
}

impl Finding {
    /// An error at a place.
    pub fn error(file: &str, rule: Rule, span: Span, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            span,
            severity: Severity::Error,
            rule,
            message: message.into(),
            hint: None,
            fix: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(file: &str, rule: Rule, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, rule, span, message) }
    }

    /// Adds the edits that mend it.
    #[must_use]
    pub fn with_fix(mut self, fix: impl IntoIterator<Item = Edit>) -> Self {
        self.fix = fix.into_iter().collect();
        self
    }

    /// Its first line.
    pub(crate) fn headline(&self) -> Headline<'_> {
        let Self { file, span, severity, rule, message, .. } = self;
        Headline { file, start: span.start, severity: *severity, rule: rule.name(), message }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline().render(false))
    }
}
