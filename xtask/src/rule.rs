//! The rules by name: the one list that the code, the fixtures, `docs/lint.md` and reports for programs go by.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::finding::Severity;

/// Declares the rules; each row reads `Rule, "name", how bad at worst, whether --fix mends some of it, summary`.
macro_rules! rules {
    ($($rule:ident, $name:literal, $severity:ident, $is_fixable:literal, $summary:literal;)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $(#[doc = $summary] $rule,)* }

        impl Rule {
            /// Every rule, by its name.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// The name, as findings, fixtures and documentation spell it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$rule => $name,)* }
            }

            /// How bad a finding of this rule is at worst: some are milder in the documents of others.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$rule => Severity::$severity,)* }
            }

            /// Whether `cargo xtask lint --fix` mends findings of this rule where there is no doubt how.
            pub const fn is_fixable(self) -> bool {
                match self { $(Self::$rule => $is_fixable,)* }
            }

            /// What it finds, in one sentence.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$rule => $summary,)* }
            }
        }
    };
}

rules! {
    ArrayItems, "array-items", Error, false, "An array does not say what it holds.";
    Batch, "batch", Error, false, "`x-batch` names what is not there, or what cannot be sent in chunks.";
    DanglingRef, "dangling-ref", Error, false, "A `$ref` leads to nothing.";
    Discriminator, "discriminator", Error, false, "A discriminator's property is missing, or its mapping leads to nothing.";
    DuplicateKey, "duplicate-key", Error, false, "A key stands twice in one object.";
    Effect, "effect", Error, false, "An operation does not say whether it may be sent twice.";
    Enum, "enum", Error, true, "A value of an enum stands twice, or does not fit its schema.";
    Envelope, "envelope", Error, false, "An answer is written without its envelope.";
    Event, "event", Error, false, "Callbacks cannot be told apart, or `x-event` names what is not there.";
    ExampleMismatch, "example-mismatch", Error, false, "An example or default does not fit its schema.";
    ExampleMissing, "example-missing", Error, false, "A request, answer or callback has no example.";
    MissingKey, "missing-key", Error, false, "An object lacks a key that it must have.";
    NameCollision, "name-collision", Error, false, "Two things become one name in Rust.";
    NameMissing, "name-missing", Error, false, "Nothing of a name can stand in Rust.";
    OperationId, "operation-id", Error, false, "An operation has no name, or the name of another.";
    Page, "page", Error, false, "A saved page of the vendor's cannot be read.";
    Pagination, "pagination", Error, false, "`x-pagination` names what is not there, or what cannot be paged.";
    PathParameter, "path-parameter", Error, true, "A path and the parameters declared for it disagree.";
    Pattern, "pattern", Error, false, "A `pattern` is no regular expression.";
    RefCycle, "ref-cycle", Error, false, "A schema or reference leads back to itself and nowhere else.";
    RefKind, "ref-kind", Error, false, "A `$ref` leads to something of another kind.";
    RefSiblings, "ref-siblings", Warning, false, "A key beside a `$ref` has no effect.";
    RequiredProperty, "required-property", Error, false, "`required` names no property.";
    Responses, "responses", Error, true, "An operation does not say what it answers.";
    RustName, "rust-name", Error, false, "A name that is given for Rust is none.";
    Security, "security", Error, false, "A security scheme is not declared, or not whole.";
    TypedView, "typed-view", Error, false, "A document is not OpenAPI 3.0 in a way that no other rule names.";
    Unfinished, "unfinished", Error, false, "A draft left this for a person to say.";
    UnknownFormat, "unknown-format", Error, true, "A format is misspelt or not known.";
    UnknownKey, "unknown-key", Error, true, "A key is misspelt, misplaced, or of another version of OpenAPI.";
    UnknownType, "unknown-type", Error, true, "There is no such type.";
    UnknownValue, "unknown-value", Error, true, "A value is none of the words that may stand there.";
    Unsupported, "unsupported", Error, false, "No Rust is generated for a construct.";
    UnusedComponent, "unused-component", Warning, false, "No operation leads to a component.";
    Vendor, "vendor", Error, false, "An operation does not say where it is from, and how that is known.";
    WrongType, "wrong-type", Error, true, "A value is of another type than may stand there.";
    YamlSyntax, "yaml-syntax", Error, false, "A document is no YAML, or more than plain YAML.";
}

impl Rule {
    /// Where the rule is explained.
    pub fn help(self) -> String {
        format!("docs/lint.md#{}", self.name())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(Rule::ALL.is_sorted_by(|one, other| one.name() < other.name()));
    }
}
