//! What the program does as it is called: exit codes, what it prints where, what it leaves alone.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

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

#[test]
fn alone_it_says_what_can_be_done() {
    let output = xtask(&[]);
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output.stdout);
    assert!(said.contains("The vendor changed a page") && said.contains("\n  vendor diff PAGE "), "{said}");
}

#[test]
fn output_into_a_pipe_is_plain() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("faulty.yaml");
    fs::write(&document, DOCUMENT.replace("operationId", "operationID")).unwrap();
    let (document, out) = (document.to_str().unwrap(), folder.path().join("out"));
    for arguments in [
        &[][..],
        &["--help"],
        &["no-such-command"],
        &["lint", document],
        &["codegen", "--document", document, "--out", out.to_str().unwrap()],
        &["codegen", "--check"],
        &["coverage"],
    ] {
        let Output { stdout, stderr, .. } = xtask(arguments);
        for byte in stdout.iter().chain(&stderr) {
            let is_plain = *byte == b'\n' || !byte.is_ascii_control();
            assert!(is_plain, "{arguments:?}: {}{}", text(&stdout), text(&stderr));
        }
    }
}

#[test]
fn whoever_has_read_enough_ends_it_quietly() {
    for arguments in [&[][..], &["coverage"], &["completions", "zsh"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(!said.contains("panicked") && !said.contains("error"), "{said}");
    }
}

#[test]
fn nothing_is_published() {
    let output = xtask(&["release"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("by hand") && said.contains("cargo xtask release --dry-run"), "{said}");
    let wire = said.find("cargo publish --package airudder-wire\n").unwrap();
    assert!(wire < said.find("cargo publish --package airudder-client\n").unwrap(), "{said}");
}

/// What bash offers for the last word of a line, where `before` was read before our script.
fn bash_offers(before: &str, line: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("xtask.bash");
    fs::write(&script, xtask(&["completions", "bash"]).stdout).unwrap();
    let words: String = line.iter().map(|word| format!("'{word}' ")).collect();
    let program = format!(
        r#"{before}
        source '{}'
        COMP_WORDS=({words}) COMP_CWORD={}
        [[ "$(complete -p cargo)" =~ \ -F\ ([^ ]+) ]]
        "${{BASH_REMATCH[1]}}" cargo "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
        printf '%s\n' "${{COMPREPLY[@]}}""#,
        script.display(),
        line.len() - 1,
    );
    let output = Command::new("bash").args(["--norc", "-c", &program]).output().unwrap();
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_their_commands_and_values() {
    let offered = bash_offers("", &["cargo", "xtask", ""]);
    for command in ["codegen", "completions", "coverage", "lint", "release", "spec-diff", "vendor"] {
        assert!(offered.contains(&command.to_owned()), "{offered:?}");
    }
    assert_eq!(bash_offers("", &["cargo", "xtask", "code"]), ["codegen"]);
    assert_eq!(bash_offers("", &["cargo", "xtask", "vendor", "d"]), ["diff"]);
    assert_eq!(bash_offers("", &["cargo", "xtask", "codegen", "--f"]), ["--force"]);
    assert_eq!(bash_offers("", &["cargo", "xtask", "spec-diff", "--format", "j"]), ["json"]);
    assert_eq!(bash_offers("", &["cargo", "xtask", "completions", "b"]), ["bash"]);
}

#[test]
fn bash_completes_the_rest_of_cargo_as_before() {
    let cargos = "_cargo() { COMPREPLY=(\"cargo's own after $3\"); }; complete -F _cargo cargo";
    assert_eq!(bash_offers(cargos, &["cargo", "build", ""]), ["cargo's own after build"]);
    assert_eq!(bash_offers(cargos, &["cargo", "xtas"]), ["cargo's own after cargo"]);
    assert_eq!(bash_offers(cargos, &["cargo", "xtask", "vendor", "n"]), ["new"]);
    // bash-completion reads it when it is first wanted.
    let lazily = format!("_comp_load() {{ {cargos}; }}");
    assert_eq!(bash_offers(&lazily, &["cargo", "build", ""]), ["cargo's own after build"]);
}
