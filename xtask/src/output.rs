//! Writing files, or checking them: only what differs, each as a whole or not at all, and never over
//! what somebody wrote by hand.

mod edit;
mod manifest;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::emit::File;
use manifest::Manifest;

pub use edit::Edit;

/// What writing would do.
#[derive(Debug)]
pub struct Plan {
    root: PathBuf,
    /// Files that are missing or differ.
    pub changed: Vec<File>,
    /// How many files are as they should be.
    pub unchanged: usize,
    /// Files of an earlier run that no document makes any more.
    pub orphans: Vec<String>,
    /// Those of the files above that are not as the generator wrote them.
    pub edits: Vec<Edit>,
}

impl Plan {
    /// Compares files with what stands below `root`. The list of generated files, which finds orphans and edits, is
    /// a file of its own at `manifest`.
    pub fn new(root: &Path, manifest: &str, mut files: Vec<File>) -> anyhow::Result<Self> {
        check_paths(&files)?;
        let listed = Manifest::parse(&read(&root.join(manifest))?.unwrap_or_default());
        let edit =
            |path: &str, text: &str, wanted: &str| Edit::find(root, (manifest, &listed), path, text, wanted);
        let (mut changed, mut unchanged, mut orphans, mut edits) = (Vec::new(), 0, Vec::new(), Vec::new());
        let list = File { path: manifest.to_owned(), text: manifest::render(&files) };
        let wanted: BTreeSet<_> = files.iter().map(|file| file.path.clone()).collect();
        for path in listed.paths().filter(|path| !wanted.contains(*path)) {
            let Some(text) = read(&root.join(path))? else { continue };
            // A file that was edited and lost its mark belongs to whoever wrote it.
            if edit::is_marked(&text) || listed.is_untouched(path, &text) {
                edits.extend(edit(path, &text, ""));
                orphans.push(path.to_owned());
            }
        }
        files.push(list);
        for file in files {
            match read(&root.join(&file.path))? {
                Some(text) if text == file.text => unchanged += 1,
                Some(text) => {
                    if file.path != manifest {
                        edits.extend(edit(&file.path, &text, &file.text));
                    }
                    changed.push(file);
                }
                None => changed.push(file),
            }
        }
        Ok(Self { root: root.to_owned(), changed, unchanged, orphans, edits })
    }

    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.orphans.is_empty()
    }

    /// Writes what differs and removes orphans. All texts are on the disk before the first file is replaced,
    /// and a replacement that fails takes the earlier ones back: a failed run leaves everything as it was.
    ///
    /// # Errors
    ///
    /// When a file was edited by hand, or cannot be written.
    pub fn apply(&self) -> anyhow::Result<()> {
        match self.edits.first() {
            Some(edit) => bail!("{edit}; nothing was written"),
            None => self.overwrite(),
        }
    }

    /// The same, over what was edited by hand.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn overwrite(&self) -> anyhow::Result<()> {
        if self.is_clean() {
            return Ok(());
        }
        fs::create_dir_all(&self.root)?;
        let stage = tempfile::Builder::new().prefix(".codegen-").tempdir_in(&self.root)?;
        for (index, file) in self.changed.iter().enumerate() {
            let write = || -> io::Result<()> {
                let mut staged = fs::File::create(stage.path().join(index.to_string()))?;
                staged.write_all(file.text.as_bytes())?;
                staged.sync_all()
            };
            write().with_context(|| format!("{} could not be written; nothing was changed", file.path))?;
        }
        let mut replaced = Replaced::default();
        for (index, file) in self.changed.iter().enumerate() {
            let target = self.root.join(&file.path);
            let staged = stage.path().join(index.to_string());
            if let Err(error) = replaced.replace(&staged, &target, &stage.path().join(format!("{index}.old")))
            {
                replaced.undo();
                return Err(error)
                    .with_context(|| format!("{} could not be replaced; nothing was changed", file.path));
            }
        }
        for orphan in &self.orphans {
            let path = self.root.join(orphan);
            fs::remove_file(&path).with_context(|| format!("{orphan} could not be removed"))?;
            remove_empty_folders(path.parent(), &self.root);
        }
        Ok(())
    }
}

/// The files replaced so far, and where their old texts are kept.
#[derive(Default)]
struct Replaced {
    done: Vec<(PathBuf, Option<PathBuf>)>,
}

impl Replaced {
    fn replace(&mut self, staged: &Path, target: &Path, backup: &Path) -> io::Result<()> {
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let old = if target.exists() {
            fs::copy(target, backup)?;
            Some(backup.to_owned())
        } else {
            None
        };
        fs::rename(staged, target)?;
        self.done.push((target.to_owned(), old));
        Ok(())
    }

    /// Best effort: what fails here is worse than what failed before, and is left to version control.
    fn undo(self) {
        for (target, old) in self.done.into_iter().rev() {
            let _ = match old {
                Some(old) => fs::rename(old, target),
                None => fs::remove_file(target),
            };
        }
    }
}

/// A document names its crate and file: it must not reach out of the folder, nor may two want one file.
fn check_paths(files: &[File]) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for file in files {
        let is_inside = Path::new(&file.path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            bail!("`{}` is no path below the output folder: see `x-crate` of the document", file.path);
        }
        // Some file systems do not tell case apart.
        if !seen.insert(file.path.to_lowercase()) {
            bail!(
                "two documents or types want the file `{}`: name one of them otherwise with `x-crate` or `x-rust-name`",
                file.path
            );
        }
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} could not be read", path.display())),
    }
}

fn remove_empty_folders(folder: Option<&Path>, root: &Path) {
    let mut folder = folder;
    while let Some(path) = folder.filter(|path| *path != root) {
        if fs::remove_dir(path).is_err() {
            return;
        }
        folder = path.parent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::MARK;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: format!("// {MARK} test.yaml\n{text}\n") }
    }

    fn plan(root: &Path, files: Vec<File>) -> Plan {
        Plan::new(root, "crates/.generated", files).unwrap()
    }

    #[test]
    fn writes_only_what_differs() {
        let root = tempfile::tempdir().unwrap();
        let files = vec![file("crates/a/src/lib.rs", "one"), file("crates/a/src/b.rs", "two")];
        plan(root.path(), files.clone()).apply().unwrap();
        assert!(plan(root.path(), files.clone()).is_clean());

        let changed = vec![file("crates/a/src/lib.rs", "one"), file("crates/a/src/b.rs", "three")];
        let second = plan(root.path(), changed);
        let paths: Vec<_> = second.changed.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["crates/a/src/b.rs", "crates/.generated"], "the list has the digests");
        assert_eq!(second.unchanged, 1);
    }

    #[test]
    fn orphans_go_with_their_folders_but_never_without_the_mark() {
        let root = tempfile::tempdir().unwrap();
        let files = vec![
            file("crates/a/src/lib.rs", "one"),
            file("crates/b/src/c.rs", "two"),
            file("crates/b/d.rs", "x"),
        ];
        plan(root.path(), files).apply().unwrap();
        fs::write(root.path().join("crates/b/d.rs"), "by hand").unwrap();

        let second = plan(root.path(), vec![file("crates/a/src/lib.rs", "one")]);
        assert_eq!(second.orphans, ["crates/b/src/c.rs"]);
        second.apply().unwrap();
        assert!(!root.path().join("crates/b/src").exists());
        assert!(root.path().join("crates/b/d.rs").exists());
    }

    #[test]
    fn a_failed_run_leaves_everything_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        plan(root.path(), vec![file("crates/a/lib.rs", "one")]).apply().unwrap();
        // The second target is a folder, so that its replacement fails after the first has succeeded.
        fs::create_dir_all(root.path().join("crates/b/lib.rs/in-the-way")).unwrap();
        let files = vec![file("crates/a/lib.rs", "two"), file("crates/b/lib.rs", "three")];
        let broken = Plan {
            root: root.path().to_owned(),
            changed: files,
            unchanged: 0,
            orphans: Vec::new(),
            edits: Vec::new(),
        };
        assert!(broken.apply().is_err());
        let text = fs::read_to_string(root.path().join("crates/a/lib.rs")).unwrap();
        assert!(text.contains("one"), "{text}");
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["crates"], "no stage is left behind");
    }

    fn edits(plan: &Plan) -> Vec<String> {
        plan.edits.iter().map(Edit::to_string).collect()
    }

    #[test]
    fn what_was_edited_by_hand_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        plan(root.path(), vec![file("a.rs", "one\ntwo\nthree"), file("b.rs", "one")]).apply().unwrap();
        let edited = format!("// {MARK} test.yaml\none\nby hand\nthree\n");
        fs::write(root.path().join("a.rs"), &edited).unwrap();

        let next = plan(root.path(), vec![file("a.rs", "one\ntwo\nthree"), file("b.rs", "new")]);
        assert_eq!(edits(&next), ["a.rs:3: edited by hand since it was generated"]);
        assert!(next.apply().unwrap_err().to_string().starts_with("a.rs:3: "));
        assert_eq!(fs::read_to_string(root.path().join("a.rs")).unwrap(), edited);
        assert!(
            fs::read_to_string(root.path().join("b.rs")).unwrap().contains("one"),
            "nothing else is written"
        );

        next.overwrite().unwrap();
        assert!(fs::read_to_string(root.path().join("a.rs")).unwrap().contains("two"));
        assert!(plan(root.path(), vec![file("a.rs", "one\ntwo\nthree"), file("b.rs", "new")]).is_clean());
    }

    #[test]
    fn the_output_of_an_older_document_is_no_edit() {
        let root = tempfile::tempdir().unwrap();
        plan(root.path(), vec![file("a.rs", "one"), file("b.rs", "one"), file("c.rs", "one")])
            .apply()
            .unwrap();
        fs::remove_file(root.path().join("b.rs")).unwrap();
        let text = fs::read_to_string(root.path().join("c.rs")).unwrap().replace('\n', "\r\n");
        fs::write(root.path().join("c.rs"), text).unwrap();

        let next = plan(root.path(), vec![file("a.rs", "two"), file("b.rs", "two"), file("c.rs", "two")]);
        assert_eq!(edits(&next), [""; 0], "neither a deleted file nor other line ends are edits");
        next.apply().unwrap();
        assert!(fs::read_to_string(root.path().join("b.rs")).unwrap().contains("two"));
    }

    #[test]
    fn an_edit_that_the_documents_now_give_is_none() {
        let root = tempfile::tempdir().unwrap();
        plan(root.path(), vec![file("a.rs", "one")]).apply().unwrap();
        fs::write(root.path().join("a.rs"), file("a.rs", "two").text).unwrap();
        let next = plan(root.path(), vec![file("a.rs", "two")]);
        assert_eq!(edits(&next), [""; 0]);
        next.apply().unwrap();
        assert!(plan(root.path(), vec![file("a.rs", "two")]).is_clean());
    }

    #[test]
    fn the_place_is_that_of_the_edit_though_the_document_changed_too() {
        let root = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| crate::git::git(root.path(), arguments).unwrap();
        plan(root.path(), vec![file("a.rs", "one\ntwo\nthree")]).apply().unwrap();
        git(&["init", "--quiet"]);
        git(&["add", "."]);
        let edited = file("a.rs", "one\ntwo\nby hand").text;
        fs::write(root.path().join("a.rs"), edited).unwrap();
        let next = plan(root.path(), vec![file("a.rs", "new\ntwo\nthree")]);
        assert_eq!(edits(&next), ["a.rs:4: edited by hand since it was generated"]);
    }

    #[test]
    fn files_that_nothing_is_known_of_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        plan(root.path(), vec![file("a.rs", "one"), file("b.rs", "one")]).apply().unwrap();
        fs::remove_file(root.path().join("crates/.generated")).unwrap();
        fs::write(root.path().join("c.rs"), "mine\n").unwrap();
        let next = plan(root.path(), vec![file("a.rs", "one"), file("b.rs", "two"), file("c.rs", "two")]);
        assert_eq!(
            edits(&next),
            [
                "b.rs:2: differs, and may be edited by hand, for crates/.generated does not list it",
                "c.rs:1: not generated, and in the way of a generated file",
            ]
        );
    }

    #[test]
    fn an_edited_file_is_not_removed_with_its_document() {
        let root = tempfile::tempdir().unwrap();
        let licence = File { path: "crates/b/LICENSE".to_owned(), text: "No mark.\n".to_owned() };
        plan(root.path(), vec![file("crates/b/a.rs", "one"), licence]).apply().unwrap();
        let edited = file("", "one").text + "by hand\n";
        fs::write(root.path().join("crates/b/a.rs"), edited).unwrap();
        let next = plan(root.path(), Vec::new());
        assert_eq!(next.orphans, ["crates/b/LICENSE", "crates/b/a.rs"]);
        assert_eq!(next.edits.len(), 1);
        assert!(next.apply().is_err());
        next.overwrite().unwrap();
        assert!(!root.path().join("crates/b").exists());
    }

    #[test]
    fn paths_stay_below_the_root_and_apart() {
        let root = tempfile::tempdir().unwrap();
        let error = Plan::new(root.path(), "m", vec![file("../out.rs", "")]).unwrap_err();
        assert!(error.to_string().contains("x-crate"), "{error}");
        let error = Plan::new(root.path(), "m", vec![file("a.rs", ""), file("A.rs", "")]).unwrap_err();
        assert!(error.to_string().contains("two documents"), "{error}");
    }
}
