//! What somebody wrote where the generator wants to write.

use std::fmt;
use std::path::Path;

use super::manifest::Manifest;
use crate::emit::MARK;
use crate::git::git;

/// A file that writing would overwrite or remove, although the generator did not write it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Below the root of the output.
    pub path: String,
    /// The first line that is not the generator's.
    pub line: usize,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Edited,
    Unlisted { manifest: String },
    Foreign,
}

impl Edit {
    /// Finds what was edited in a text that stands below `root`; none where it is as it was last written. `wanted`
    /// is what will stand there instead, or empty.
    pub(super) fn find(
        root: &Path,
        (name, manifest): (&str, &Manifest),
        path: &str,
        text: &str,
        wanted: &str,
    ) -> Option<Self> {
        if manifest.is_untouched(path, text) {
            return None;
        }
        let reason = if manifest.lists(path) {
            Reason::Edited
        } else if is_marked(text) {
            Reason::Unlisted { manifest: name.to_owned() }
        } else {
            Reason::Foreign
        };
        // The edit itself and nothing else, where version control still has the text as it was written.
        let written = [format!("HEAD:./{path}"), format!(":./{path}")]
            .iter()
            .filter(|_| reason == Reason::Edited)
            .filter_map(|object| git(root, &["show", object]).ok())
            .find(|old| manifest.is_untouched(path, old));
        let line = first_difference(written.as_deref().unwrap_or(wanted), text);
        Some(Self { path: path.to_owned(), line, reason })
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, reason } = self;
        write!(f, "{path}:{line}: ")?;
        match reason {
            Reason::Edited => write!(f, "edited by hand since it was generated"),
            Reason::Unlisted { manifest } => {
                write!(f, "differs, and may be edited by hand, for {manifest} does not list it")
            }
            Reason::Foreign => write!(f, "not generated, and in the way of a generated file"),
        }
    }
}

/// Whether a text says that it is generated.
pub(super) fn is_marked(text: &str) -> bool {
    text.lines().take(3).any(|line| line.contains(MARK))
}

/// The first line of a text that is not in the other at the same place.
fn first_difference(old: &str, text: &str) -> usize {
    old.lines().zip(text.lines()).take_while(|(old, new)| old == new).count() + 1
}
