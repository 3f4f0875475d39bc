//! The list of generated files, each with the digest of its text as it was last written, in the form that
//! `sha256sum --check` reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::emit::File;

/// What was written by earlier runs: the digests by path.
#[derive(Debug, Default)]
pub(super) struct Manifest(BTreeMap<String, BTreeSet<String>>);

impl Manifest {
    /// What is no entry is passed over: the text may have come out of a merge with the marks of conflicts in it.
    pub(super) fn parse(text: &str) -> Self {
        let mut digests: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (digest, path) in text.lines().filter_map(|line| line.split_once("  ")) {
            if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                digests.entry(path.to_owned()).or_default().insert(digest.to_owned());
            }
        }
        Self(digests)
    }

    /// The listed files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a file is listed.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Whether a text is as it was written. Several digests come from merged branches, which wrote the file
    /// differently: the text is then what the merge made of it, conflicts or not, and nobody's work.
    pub(super) fn is_untouched(&self, path: &str, text: &str) -> bool {
        self.0.get(path).is_some_and(|digests| digests.len() > 1 || digests.contains(&digest(text)))
    }
}

/// The list as a text: one line for each file, so that merges are easy.
pub(super) fn render(files: &[File]) -> String {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    let mut text =
        "# The files that `cargo xtask codegen` makes, and the SHA-256 of each. Do not edit.\n".to_owned();
    for file in files {
        let _ = writeln!(text, "{}  {}", digest(&file.text), file.path);
    }
    text
}

/// The digest of a text. How lines end does not count, for git may change that on checkout.
fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn entries_are_those_of_sha256sum_in_order() {
        let text = render(&[file("b.rs", "abc"), file("a.rs", "")]);
        let lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.rs",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.rs",
            ]
        );
    }

    #[test]
    fn a_text_is_known_however_its_lines_end() {
        let manifest = Manifest::parse(&render(&[file("a.rs", "one\ntwo\n")]).replace('\n', "\r\n"));
        assert!(manifest.is_untouched("a.rs", "one\r\ntwo\r\n"));
        assert!(!manifest.is_untouched("a.rs", "one\nthree\n"));
        assert!(!manifest.is_untouched("b.rs", "one\ntwo\n"));
    }

    #[test]
    fn conflicting_entries_leave_the_text_to_the_generator() {
        let (ours, theirs) = (render(&[file("a.rs", "one")]), render(&[file("a.rs", "two")]));
        let merged = Manifest::parse(&format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> theirs\n"));
        assert_eq!(merged.paths().collect::<Vec<_>>(), ["a.rs"]);
        assert!(merged.is_untouched("a.rs", "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> theirs\n"));
    }
}
