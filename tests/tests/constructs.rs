//! What is generated for one construct of OpenAPI each: as a snapshot, and compiled with its tests run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use airudder_tests::{fixtures, render, workspace};
use xtask::emit::Layout;

#[test]
fn generated_code_of_each_construct() {
    for fixture in fixtures().unwrap() {
        let layout = Layout::Standalone { crates: "../../crates".to_owned() };
        let files =
            fixture.generate(&layout).unwrap_or_else(|findings| panic!("{}:\n{findings}", fixture.name));
        insta::assert_snapshot!(fixture.name.clone(), render(&files));
    }
}

/// One workspace with a member for each fixture; its `tests/examples.rs` build every documented request and decode
/// every documented answer. A program over all of them prints the requests as they would be sent.
#[test]
fn generated_code_compiles_and_keeps_every_example() {
    let root = workspace().join("target/fixtures");
    let _ = fs::remove_dir_all(root.join("crates"));
    let mut members = Vec::new();
    for fixture in fixtures().unwrap() {
        let folder = format!("crates/{}", fixture.name);
        let layout = Layout::Standalone { crates: "../../../../crates".to_owned() };
        for file in fixture.generate(&layout).unwrap() {
            let path = root.join(&folder).join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
            if let Some(member) = file.path.strip_suffix("Cargo.toml") {
                members.push(format!("{folder}/{member}").trim_end_matches('/').to_owned());
            }
        }
    }
    write_program(&root, &members);
    let list: String = members.iter().map(|member| format!("  \"{member}\",\n")).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\n  \"wire-forms\",\n{list}]\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    // The same versions as the workspace, so that nothing is asked of the registry.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();

    let features = ["--no-default-features", "--features", "client,webhooks"];
    cargo(&root, &[&["test", "--workspace", "--tests", "--lib"], &features[..]].concat());
    let printed = cargo(&root, &["run", "--package", "wire-forms"]);
    insta::assert_snapshot!("wire-forms", printed);
}

/// A program that prints the documented requests of all fixtures.
fn write_program(root: &Path, members: &[String]) {
    let mut manifest = String::from(
        "[package]\nname = \"wire-forms\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         airudder-client = { path = \"../../../crates/airudder-client\", default-features = false }\n\
         airudder-wire = { path = \"../../../crates/airudder-wire\" }\nserde_json = \"1\"\n",
    );
    let (mut modules, mut calls) = (String::new(), String::new());
    for member in members {
        let name = Path::new(member).file_name().unwrap().to_string_lossy().replace("airudder-", "");
        let examples = format!("../{member}/tests/examples.rs");
        let source = fs::read_to_string(root.join(member).join("tests/examples.rs")).unwrap_or_default();
        if source.contains("pub fn requests()") {
            let module = name.replace('-', "_");
            let has_webhooks =
                fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap().contains("\nwebhooks = [");
            let features = if has_webhooks { "\"client\", \"webhooks\"" } else { "\"client\"" };
            let _ = writeln!(
                manifest,
                "airudder-{name} = {{ path = \"../{member}\", default-features = false, features = [{features}] }}"
            );
            let _ = writeln!(modules, "#[path = \"../{examples}\"]\nmod {module};");
            let _ = writeln!(calls, "    print(\"{name}\", {module}::requests()?);");
        }
    }
    let program = format!(
        "{modules}\nfn print(name: &str, requests: Vec<(&str, airudder_client::Outgoing)>) {{\n    \
         for (example, request) in requests {{\n        \
         println!(\"== {{name}}: {{example}}\\n{{}} {{}}\", request.method().as_str(), request.path());\n        \
         if !request.query().is_empty() {{ println!(\"query: {{}}\", request.query()); }}\n        \
         for (name, value) in request.headers() {{ println!(\"{{name}}: {{}}\", value.to_str().unwrap()); }}\n        \
         if let Some(kind) = request.content_type() {{ println!(\"content-type: {{kind}}\\n\\n{{}}\", String::from_utf8_lossy(request.body())); }}\n    \
         }}\n}}\n\nfn main() -> Result<(), Box<dyn std::error::Error>> {{\n{calls}    Ok(())\n}}\n"
    );
    fs::create_dir_all(root.join("wire-forms/src")).unwrap();
    fs::write(root.join("wire-forms/Cargo.toml"), manifest).unwrap();
    fs::write(
        root.join("wire-forms/src/main.rs"),
        format!("#![allow(dead_code, unused_imports)]\n{program}"),
    )
    .unwrap();
}

/// What a cargo command prints; it must succeed without a warning.
fn cargo(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed
}
