//! Which requests a fault befalls.

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::catalog::{Catalog, Entry};
use crate::contract::{Document, Operation};
use crate::generated::DOCUMENTS;
use crate::invalid::Invalid;

/// Which requests a fault befalls: by default all, from now on.
///
/// ```
/// use airudder_sandbox::{Fault, Rule};
///
/// let twice: Rule = Fault::ResetAfter.on("createTask").of("collection").times(2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a rule does nothing until the sandbox is given it"]
pub struct Rule {
    fault: Fault,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    operation: Option<String>,
    #[serde(default)]
    times: Option<u32>,
}

impl Fault {
    /// Befalls the requests of one operation, such as `createTask`.
    pub fn on(self, operation: impl Into<String>) -> Rule {
        Rule { operation: Some(operation.into()), ..Rule::from(self) }
    }
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self { fault, document: None, operation: None, times: None }
    }
}

impl Rule {
    /// Befalls the requests of one document only, such as `collection`.
    pub fn of(mut self, document: impl Into<String>) -> Self {
        self.document = Some(document.into());
        self
    }

    /// Befalls so many requests, and no more.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Whether some request could be meant: a rule for none would let a test pass that tries nothing.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if let Some(document) = &self.document
            && Catalog::document(document).is_none()
        {
            return Err(Invalid::document(document));
        }
        let mut documents = DOCUMENTS.iter();
        let is_about_one = documents
            .any(|document| document.operations.iter().any(|operation| self.is_about(document, operation)));
        if is_about_one {
            return Ok(());
        }
        let operation = self.operation.as_deref().unwrap_or_default();
        Err(Invalid::new(format!("no document has an operation {operation:?} that the rule could be about")))
    }

    /// The fault, if the rule is about a request; it counts.
    pub(super) fn take(&mut self, entry: Option<&Entry>) -> Option<Fault> {
        let is_about = match entry {
            Some(entry) => self.is_about(entry.document, entry.operation),
            None => self.document.is_none() && self.operation.is_none(),
        };
        if !is_about || self.is_over() {
            return None;
        }
        self.times = self.times.map(|times| times - 1);
        Some(self.fault.clone())
    }

    pub(super) fn is_over(&self) -> bool {
        self.times == Some(0)
    }

    fn is_about(&self, document: &Document, operation: &Operation) -> bool {
        let fits = |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
        fits(&self.document, document.name) && fits(&self.operation, operation.id)
    }
}
