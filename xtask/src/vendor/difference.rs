//! What a page says otherwise than `spec/`, and what would mend it.

use std::fmt;

use serde_json::Value as Json;

use super::endpoint::{Field, Home, Parameter, Part, Shape, Spot};
use crate::finding::Severity;
use crate::model::Evidence;

/// One thing that a page says otherwise.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The kind, as the lint names its rules.
    pub rule: &'static str,
    /// A warning does not count as a difference.
    pub severity: Severity,
    /// What differs.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where `spec/` says it, or where it would.
    pub spec: Spot,
    /// Where the page says it, or where it would.
    pub page: Spot,
    /// What mends it.
    pub fixes: Vec<Fix>,
    /// Why that is not for a program to do.
    pub by_hand: Option<String>,
}

impl Difference {
    /// A difference that nothing mends yet.
    pub fn new(rule: &'static str, spec: &Spot, page: &Spot, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            spec: spec.clone(),
            page: page.clone(),
            fixes: Vec::new(),
            by_hand: None,
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds what mends it.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Says why a person must mend it.
    #[must_use]
    pub fn by_hand(self, reason: impl Into<String>) -> Self {
        Self { by_hand: Some(reason.into()), fixes: Vec::new(), ..self }
    }
}

/// The way from a body to a value in it: names of properties, lists passed through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The media type object with the examples.
    pub media: Home,
    /// The names.
    pub names: Vec<String>,
}

impl Trail {
    /// One step further.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let names = self.names.iter().cloned().chain([name.to_owned()]).collect();
        Self { media: self.media.clone(), names }
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join("."))
    }
}

/// An edit of a document, by what it means.
#[derive(Clone, Debug)]
pub enum Fix {
    /// Adds a property to an object.
    AddProperty {
        /// The schema of the object, references followed.
        object: Home,
        /// Where the property comes in examples.
        trail: Trail,
        /// What the page says of it.
        field: Box<Field>,
        /// A value for examples, from the page's.
        sample: Option<Json>,
    },
    /// Extends a shared schema at the place that refers to it.
    Extend {
        /// The `$ref`.
        reference: Home,
        /// Where the property comes in examples.
        trail: Trail,
        /// What the page says of it.
        field: Box<Field>,
        /// A value for examples, from the page's.
        sample: Option<Json>,
    },
    /// Removes a property.
    RemoveProperty {
        /// Its schema.
        property: Home,
        /// Where it comes in examples.
        trail: Trail,
    },
    /// Gives a property another type.
    Retype {
        /// Its schema.
        property: Home,
        /// Where it comes in examples.
        trail: Trail,
        /// The type that the page says.
        shape: Box<Shape>,
        /// A value for examples, from the page's.
        sample: Option<Json>,
    },
    /// Makes a property required, or optional.
    Require {
        /// Its schema.
        property: Home,
        /// Where it comes in examples.
        trail: Trail,
        /// Whether it must be there.
        required: bool,
        /// A value for examples, from the page's.
        sample: Option<Json>,
        /// What the page says of it.
        field: Box<Field>,
    },
    /// Adds a parameter.
    AddParameter {
        /// The operation.
        operation: Home,
        /// What the page says of it.
        parameter: Box<Parameter>,
    },
    /// Removes a parameter.
    RemoveParameter {
        /// The parameter, or the reference to it.
        parameter: Home,
    },
    /// Makes a parameter required, or optional.
    RequireParameter {
        /// The parameter.
        parameter: Home,
        /// Whether it must be there.
        required: bool,
    },
    /// Gives a parameter another type.
    RetypeParameter {
        /// The parameter.
        parameter: Home,
        /// What the page says of it.
        field: Box<Field>,
    },
    /// Adds a body to an operation that has none.
    AddBody {
        /// The operation.
        operation: Home,
        /// What the page says of it.
        part: Box<Part>,
    },
    /// Sets a schema's default.
    Default {
        /// The schema.
        schema: Home,
        /// The default.
        value: Json,
    },
    /// Adds a value to an enum.
    AddValue {
        /// The schema with the enum.
        schema: Home,
        /// The value.
        value: Json,
    },
    /// Sets a key of `x-vendor`.
    Vendor {
        /// The operation.
        operation: Home,
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
    },
    /// Says that a property is known less well than its operation, or no longer so.
    Evidence {
        /// The schema of the property, or the parameter.
        schema: Home,
        /// How it is known; `None` is as well as the operation.
        evidence: Option<Evidence>,
    },
    /// Renames the key of the path or the method.
    Rename {
        /// The path item or operation.
        item: Home,
        /// The new key.
        key: String,
    },
}
