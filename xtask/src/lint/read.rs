//! Reads the files to be checked, and the documents they refer to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::document::{Node, Spec};
use crate::finding::Finding;

/// Reads these files, and from beside them every document they refer to.
/// The error is for named files that cannot be read; a referred one that cannot is a dangling reference.
pub fn read(files: &[PathBuf]) -> std::io::Result<(Spec, Vec<Finding>)> {
    let (mut spec, mut findings) = Spec::read(files)?;
    let mut waiting: Vec<_> = files.to_vec();
    let mut seen: HashSet<_> =
        waiting.iter().filter_map(|file| file.file_name().map(ToOwned::to_owned)).collect();
    while let Some(file) = waiting.pop() {
        let path = crate::document::display(&file);
        let mut names = Vec::new();
        if let Some(document) = spec.documents.iter().find(|document| document.path == path) {
            referred(&document.root, &mut names);
        }
        for name in names {
            let beside = file.with_file_name(&name);
            if !seen.insert(name.into()) {
                continue;
            }
            if let Ok((mut more, found)) = Spec::read(std::slice::from_ref(&beside)) {
                more.documents.iter_mut().for_each(|document| document.is_beside = true);
                spec.documents.extend(more.documents);
                spec.broken.extend(more.broken);
                findings.extend(found);
                waiting.push(beside);
            }
        }
    }
    spec.documents.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((spec, findings))
}

/// The documents of `spec/`, named as seen from where the command runs.
pub fn spec_files(workspace: &Path) -> std::io::Result<Vec<PathBuf>> {
    let files = Spec::files(&workspace.join("spec"))?;
    let here = std::env::current_dir()?;
    Ok(files.into_iter().map(|file| file.strip_prefix(&here).map(Path::to_owned).unwrap_or(file)).collect())
}

/// The file names in references and mappings.
fn referred(node: &Node, names: &mut Vec<String>) {
    for entry in node.entries() {
        match entry.value.as_str().and_then(|text| text.split_once("#/")) {
            Some((file, _)) => {
                let file = file.strip_prefix("./").unwrap_or(file);
                if !file.is_empty() && !file.contains(['/', '\\', ':', ' ']) {
                    names.push(file.to_owned());
                }
            }
            None => referred(&entry.value, names),
        }
    }
    node.items().iter().for_each(|item| referred(item, names));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_beside_are_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.yaml"), "x: {$ref: './b.yaml#/y'}\nz: {$ref: './gone.yaml#/y'}\n").unwrap();
        std::fs::write(path("b.yaml"), "y: {$ref: './a.yaml#/x'}\n").unwrap();
        let (spec, findings) = read(&[path("a.yaml")]).unwrap();
        let names: Vec<_> = spec.documents.iter().map(|document| document.file_name()).collect();
        assert_eq!(names, ["a.yaml", "b.yaml"]);
        assert!(findings.is_empty());
    }
}
