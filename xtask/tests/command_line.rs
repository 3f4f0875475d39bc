//! What the program does as it is called: exit codes, what it prints where, what it leaves alone.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Parcels, version: '1', description: Sends parcels.}
paths:
  /parcels:
    get:
      operationId: listParcels
      summary: List the parcels.
      responses:
        '200': {description: All of them.}
";

/// Generates a crate from the document in a folder; also gives the folder of the crate.
fn generate(folder: &Path, more: &[&str]) -> (Output, std::path::PathBuf) {
    let (document, out) = (folder.join("parcels.yaml"), folder.join("out"));
    fs::write(&document, DOCUMENT).unwrap();
    let mut arguments = vec!["codegen", "--document", document.to_str().unwrap(), "--out"];
    arguments.push(out.to_str().unwrap());
    arguments.extend(more);
    (xtask(&arguments), out)
}

#[test]
fn codegen_leaves_alone_what_was_edited_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (first, out) = generate(folder.path(), &[]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let file = out.join("src/lib.rs");
    let generated = fs::read_to_string(&file).unwrap();
    let edited = generated.replacen("#![forbid(unsafe_code)]", "#![forbid(unsafe_code)] // by hand", 1);
    let line = 1 + edited.lines().position(|line| line.ends_with("// by hand")).unwrap();
    fs::write(&file, &edited).unwrap();
    fs::remove_file(out.join("README.md")).unwrap();

    let (refused, _) = generate(folder.path(), &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains(&format!("src/lib.rs:{line}: edited by hand since it was generated\n")), "{said}");
    assert!(said.contains("nothing was written") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), edited);
    assert!(!out.join("README.md").exists());

    let (checked, _) = generate(folder.path(), &["--check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(text(&checked.stdout).matches("differs: ").count(), 2);

    let (forced, _) = generate(folder.path(), &["--force"]);
    assert!(forced.status.success());
    let said = text(&forced.stderr);
    assert!(said.contains(&format!("src/lib.rs:{line}: ")) && said.contains("overwritten"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), generated);
    assert!(out.join("README.md").exists());
}
