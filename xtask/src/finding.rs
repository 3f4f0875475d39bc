//! What the lint says.

use std::fmt;

use serde::Serialize;

use crate::document::Span;

/// The rules by name.
pub const RULES: &[&str] = &[
    "array-items",
    "batch",
    "dangling-ref",
    "discriminator",
    "duplicate-key",
    "effect",
    "enum",
    "envelope",
    "event",
    "example-mismatch",
    "example-missing",
    "missing-key",
    "name-collision",
    "name-missing",
    "name-settled",
    "not-generated",
    "operation-id",
    "pagination",
    "path-parameter",
    "ref-cycle",
    "ref-kind",
    "ref-siblings",
    "required-property",
    "responses",
    "security",
    "typed-view",
    "unfinished",
    "unknown-format",
    "unknown-key",
    "unknown-type",
    "unknown-value",
    "unsupported",
    "vendor",
    "wrong-type",
    "yaml-syntax",
];

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is generated while there is one.
    Error,
    /// Worth a look.
    Warning,
    /// Nothing is wrong: this is what the generator made of it.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
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
    /// The name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Finding {
    /// An error at a place.
    pub fn error(file: &str, rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            span,
            severity: Severity::Error,
            rule,
            message: message.into(),
            hint: None,
        }
    }

    /// A warning at a place.
    pub fn warning(file: &str, rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, rule, span, message) }
    }

    /// What the generator made of a place.
    pub fn note(file: &str, rule: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(file, rule, span, message) }
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
        let Self { file, span, severity, rule, message, .. } = self;
        let start = span.start;
        write!(f, "{file}:{}:{}: {severity}[{rule}]: {message}", start.line, start.column)
    }
}
