//! Writing files, or checking them: only what differs, each as a whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::emit::{File, MARK};

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
}

impl Plan {
    /// Compares files with what stands below `root`. The list of generated files, which finds orphans, is a
    /// file of its own at `manifest`.
    pub fn new(root: &Path, manifest: &str, mut files: Vec<File>) -> anyhow::Result<Self> {
        check_paths(&files)?;
        files.push(File { path: manifest.to_owned(), text: list(&files) });
        let wanted: BTreeSet<_> = files.iter().map(|file| file.path.as_str()).collect();
        let orphans = listed(root, manifest)?
            .into_iter()
            .filter(|path| !wanted.contains(path.as_str()) && is_generated(&root.join(path)))
            .collect();
        let (mut changed, mut unchanged) = (Vec::new(), 0);
        for file in files {
            match read(&root.join(&file.path))? {
                Some(text) if text == file.text => unchanged += 1,
                _ => changed.push(file),
            }
        }
        Ok(Self { root: root.to_owned(), changed, unchanged, orphans })
    }

    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.orphans.is_empty()
    }

    /// Writes what differs and removes orphans. All texts are on the disk before the first file is replaced,
    /// and a replacement that fails takes the earlier ones back: a failed run leaves everything as it was.
    pub fn apply(&self) -> anyhow::Result<()> {
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

fn list(files: &[File]) -> String {
    let mut paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    format!("# The files that `cargo xtask codegen` makes. Do not edit.\n{}\n", paths.join("\n"))
}

fn listed(root: &Path, manifest: &str) -> anyhow::Result<Vec<String>> {
    let text = read(&root.join(manifest))?.unwrap_or_default();
    Ok(text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect())
}

/// A file that lost its mark belongs to whoever wrote it.
fn is_generated(path: &Path) -> bool {
    matches!(read(path), Ok(Some(text)) if text.lines().take(3).any(|line| line.contains(MARK)))
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
        assert_eq!(paths, ["crates/a/src/b.rs"]);
        assert_eq!(second.unchanged, 2);
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
        let broken = Plan { root: root.path().to_owned(), changed: files, unchanged: 0, orphans: Vec::new() };
        assert!(broken.apply().is_err());
        let text = fs::read_to_string(root.path().join("crates/a/lib.rs")).unwrap();
        assert!(text.contains("one"), "{text}");
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["crates"], "no stage is left behind");
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
