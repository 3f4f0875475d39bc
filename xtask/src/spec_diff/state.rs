//! The documents at one time, what they mean, and the code they give.

use std::path::Path;

use anyhow::bail;

use crate::document::{Document, Spec};
use crate::emit::{self, File, Layout};
use crate::finding::{Finding, Severity};
use crate::git::git;
use crate::lint;
use crate::model::{self, Model};

/// One state of `spec/`.
#[derive(Debug)]
pub struct State {
    /// The documents.
    pub spec: Spec,
    /// What they mean.
    pub models: Vec<Model>,
    /// The code they give.
    pub files: Vec<File>,
}

impl State {
    /// The documents as they lie in the workspace.
    ///
    /// # Errors
    ///
    /// When one cannot be read, or has errors.
    pub fn working_tree(root: &Path) -> anyhow::Result<Self> {
        let (spec, findings) = lint::read(&lint::spec_files(root)?)?;
        Self::new(spec, findings)
    }

    /// The documents of a commit, whose name stands before their paths.
    ///
    /// # Errors
    ///
    /// When git does not know the commit, or a document of it has errors.
    pub fn revision(root: &Path, revision: &str) -> anyhow::Result<Self> {
        let list = git(root, &["ls-tree", "--name-only", &format!("{revision}:spec")])?;
        let mut spec = Spec::default();
        let mut findings = Vec::new();
        for name in list.lines().filter(|name| Spec::is_document(Path::new(name))) {
            let path = format!("{revision}:spec/{name}");
            let (document, found) = Document::parse(&path, git(root, &["show", &path])?);
            spec.documents.extend(document);
            findings.extend(found);
        }
        Self::new(spec, findings)
    }

    /// What documents mean, and the code they give. Rules of the lint that a state breaks do not matter, as long as it
    /// is clear what it means.
    ///
    /// # Errors
    ///
    /// When a document has errors that keep code from being generated.
    pub fn new(spec: Spec, mut findings: Vec<Finding>) -> anyhow::Result<Self> {
        let (models, lowering) = model::lower(&spec);
        findings.extend(lowering);
        if let Some(error) = findings.iter().find(|finding| finding.severity == Severity::Error) {
            bail!("{error}: nothing can be said of documents with errors");
        }
        let files = emit::emit(&models, &Layout::Workspace { sandbox: false });
        Ok(Self { spec, models, files })
    }
}
