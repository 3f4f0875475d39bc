//! What a change of a document means: for each seeded change what is said of it, and whether cargo-semver-checks, which
//! looks at the code alone, would have been more severe.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use airudder_tests::workspace;
use xtask::document::{Document, Spec};
use xtask::emit::{self, Layout};
use xtask::lint::Format;
use xtask::spec_diff::{self, Arguments, Change, Level, State, report};

/// A change of one document: what is written in the place of what.
struct Seed {
    name: &'static str,
    file: &'static str,
    edits: &'static [(&'static str, &'static str)],
}

const fn seed(
    name: &'static str,
    file: &'static str,
    edits: &'static [(&'static str, &'static str)],
) -> Seed {
    Seed { name, file, edits }
}

const COURIER: &str = "courier.yaml";
const SHARED: &str = "shared.yaml";

const PRICE: &str = "                      price: {type: integer, format: int64, description: Cents.}\n";
const NOTE: &str = "                note: {type: string, description: A remark.}\n";
const LOST: &str = "  lost:
    post:
      operationId: lost
      summary: A parcel is lost.
      x-vendor: {title: Lost, evidence: documented}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [reason]
              properties:
                reason: {type: string, description: Why.}
            example: {reason: rain}
      responses:
        '200': {description: Received.}
";
const STOP: &str = "  /parcels/stop:
    post:
      operationId: stopParcel
      summary: Stop a parcel.
      x-vendor: {title: Stop, evidence: documented}
      x-effect: unsafe
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [parcel_id]
              properties:
                parcel_id: {$ref: './shared.yaml#/components/schemas/ParcelId'}
            example: {parcel_id: p-1}
      responses:
        '200':
          description: Done.
          content:
            application/json:
              schema: {type: object, properties: {code: {type: integer}}}
              example: {code: 200}
";

const SEEDS: &[Seed] = &[
    seed("docs and examples changed", COURIER, &[
        ("summary: Send a parcel.", "summary: Send one parcel."),
        ("example: {name: gift, weight: 500}", "example: {name: book, weight: 700}"),
        ("{title: Send, evidence: documented}", "{title: Send, evidence: assumed}"),
    ]),
    seed("answer field added", COURIER, &[(
        PRICE,
        "                      price: {type: integer, format: int64, description: Cents.}\n                      tax: {type: integer, description: Cents.}\n",
    )]),
    seed("answer field removed", COURIER, &[(PRICE, "")]),
    seed("answer field required", COURIER, &[("required: [parcel_id]\n                    properties:\n                      parcel_id", "required: [parcel_id, price]\n                    properties:\n                      parcel_id")]),
    seed("answer field optional", COURIER, &[("                    required: [parcel_id]\n                    properties:\n                      parcel_id", "                    properties:\n                      parcel_id")]),
    seed("optional request field added", COURIER, &[(NOTE, "                note: {type: string, description: A remark.}\n                colour: {type: string, description: Colour.}\n")]),
    seed("required request field added", COURIER, &[
        (NOTE, "                note: {type: string, description: A remark.}\n                colour: {type: string, description: Colour.}\n"),
        ("required: [name, weight]", "required: [name, weight, colour]"),
        ("example: {name: gift, weight: 500}", "example: {name: gift, weight: 500, colour: red}"),
    ]),
    seed("request field removed", COURIER, &[(NOTE, "")]),
    seed("request field required", COURIER, &[
        ("required: [name, weight]", "required: [name, weight, note]"),
        ("example: {name: gift, weight: 500}", "example: {name: gift, weight: 500, note: a}"),
    ]),
    seed("request field optional", COURIER, &[("required: [name, weight]", "required: [name]")]),
    seed("request type widened", COURIER, &[("weight: {type: integer, format: int32", "weight: {type: integer, format: int64")]),
    seed("answer type widened", COURIER, &[("price: {type: integer, format: int64", "price: {type: number")]),
    seed("format changed", COURIER, &[("when: {type: string, format: date-time", "when: {type: string, format: date")]),
    seed("enum value added", COURIER, &[("enum: [waiting, moving, done]", "enum: [waiting, moving, done, eaten]")]),
    seed("enum value removed", COURIER, &[("enum: [waiting, moving, done]", "enum: [waiting, moving]")]),
    seed("operation added", COURIER, &[(
        "x-webhooks:\n",
        "  /parcels/count:
    get:
      operationId: countParcels
      summary: Count the parcels.
      x-vendor: {title: Count, evidence: documented}
      responses:
        '200':
          description: How many.
          content:
            application/json:
              schema:
                type: object
                properties:
                  code: {type: integer}
                  data: {type: object, properties: {count: {type: integer, description: How many.}}}
              example: {code: 200, data: {count: 1}}
x-webhooks:
",
    )]),
    seed("operation removed", COURIER, &[(STOP, "")]),
    seed("operation renamed", COURIER, &[("operationId: stopParcel", "operationId: holdParcel")]),
    seed("operation renamed in Rust", COURIER, &[("operationId: stopParcel\n", "operationId: stopParcel\n      x-rust-name: halt_parcel\n")]),
    seed("path changed", COURIER, &[("  /parcels/stop:", "  /parcels/halt:")]),
    seed("method changed", COURIER, &[("  /parcels/stop:\n    post:", "  /parcels/stop:\n    put:")]),
    seed("effect milder", COURIER, &[("operationId: stopParcel\n      summary: Stop a parcel.\n      x-vendor: {title: Stop, evidence: documented}\n      x-effect: unsafe", "operationId: stopParcel\n      summary: Stop a parcel.\n      x-vendor: {title: Stop, evidence: documented}\n      x-effect: idempotent")]),
    seed("callback added", COURIER, &[(LOST, "  lost:
    post:
      operationId: lost
      summary: A parcel is lost.
      x-vendor: {title: Lost, evidence: documented}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [reason]
              properties:
                reason: {type: string, description: Why.}
            example: {reason: rain}
      responses:
        '200': {description: Received.}
  found:
    post:
      operationId: found
      summary: A parcel is found.
      x-vendor: {title: Found, evidence: documented}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [shelf], properties: {shelf: {type: string, description: Where.}}}
            example: {shelf: a}
      responses:
        '200': {description: Received.}
")]),
    seed("callback removed", COURIER, &[(LOST, "")]),
    seed("callback field removed", COURIER, &[("                signed: {type: boolean, description: Whether somebody signed.}\n", ""), ("example: {parcel_id: p-1, signed: true}", "example: {parcel_id: p-1}")]),
    seed("field renamed in Rust", COURIER, &[("note: {type: string, description", "note: {type: string, x-rust-name: remark, description")]),
    seed("type renamed", COURIER, &[("    Depot:\n", "    Shed:\n"), ("schemas/Depot'", "schemas/Shed'")]),
    seed("sent type extended", COURIER, &[("level: {type: integer, format: int32, description: Floor.}", "level: {type: integer, format: int32, description: Floor.}\n        door: {type: string, description: Door.}")]),
    seed("sent type comes back, too", COURIER, &[(PRICE, "                      price: {type: integer, format: int64, description: Cents.}\n                      depot: {$ref: '#/components/schemas/Depot'}\n")]),
    seed("shared scalar of another type", SHARED, &[("    ParcelId:\n      type: string", "    ParcelId:\n      type: integer")]),
    seed("shared enum value renamed in Rust", SHARED, &[("enum: [calm, cross]", "enum: [calm, cross]\n      x-enum: {cross: {name: Angry, description: Not calm.}}")]),
    seed("shared type field removed", SHARED, &[("        mood: {$ref: '#/components/schemas/Mood'}\n", "")]),
    seed("shared type field required", SHARED, &[("required: [place]", "required: [place, minutes]")]),
];

fn folder() -> PathBuf {
    workspace().join("tests/fixtures/meaning")
}

/// The documents, with what a seed changes in them.
fn state(seed: Option<&Seed>) -> State {
    let mut spec = Spec::default();
    for file in Spec::files(&folder()).unwrap() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = fs::read_to_string(&file).unwrap();
        for (from, to) in seed.filter(|seed| seed.file == name).map(|seed| seed.edits).unwrap_or_default() {
            assert_eq!(text.matches(from).count(), 1, "{}: {from}", seed.unwrap().name);
            text = text.replace(from, to);
        }
        let (document, findings) = Document::parse(&format!("spec/{name}"), text);
        assert!(findings.is_empty(), "{findings:?}");
        spec.documents.extend(document);
    }
    State::new(spec, Vec::new()).unwrap()
}

fn changes(seed: &Seed) -> Vec<Change> {
    spec_diff::compare(&state(None), &state(Some(seed)))
}

#[test]
fn what_each_change_means() {
    for seed in SEEDS {
        let changes = changes(seed);
        insta::assert_snapshot!(seed.name.replace([' ', ','], "_"), report::text(&changes));
        let said: Vec<_> = changes.iter().map(|change| change.worst()).collect();
        assert_eq!(said.is_empty(), seed.name == "docs and examples changed", "{}", seed.name);
    }
}

#[test]
fn every_effect_on_the_api_has_a_cause() {
    for seed in SEEDS {
        let uncaused: Vec<_> =
            changes(seed).into_iter().filter(|change| change.rule == "api-changed").collect();
        assert!(uncaused.is_empty(), "{}: {uncaused:?}", seed.name);
    }
}

#[test]
fn the_way_back_is_as_bad_where_something_goes() {
    for seed in SEEDS {
        let back = spec_diff::compare(&state(Some(seed)), &state(None));
        let there = changes(seed);
        assert_eq!(back.is_empty(), there.is_empty(), "{}", seed.name);
        if seed.name.ends_with("added") && !seed.name.contains("request") {
            assert_eq!(back.iter().map(Change::worst).max(), Some(Level::Breaking), "{}", seed.name);
        }
    }
}

#[test]
fn the_changelog_names_each_change() {
    let added = SEEDS.iter().find(|seed| seed.name == "operation removed").unwrap();
    assert_eq!(
        spec_diff::entry(&changes(added)),
        "### Removed\n\n- `airudder-fixture-courier`: **Breaking**: operation `stopParcel` is gone.\n\n"
    );
}

fn git(root: &Path, arguments: &[&str]) {
    let identity =
        ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(root).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_working_tree_is_compared_with_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("spec")).unwrap();
    for file in Spec::files(&self::folder()).unwrap() {
        fs::copy(&file, root.join("spec").join(file.file_name().unwrap())).unwrap();
    }
    fs::write(root.join("Cargo.toml"), "[workspace.package]\nversion = \"0.1.0\"\n").unwrap();
    fs::write(root.join("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n").unwrap();
    git(root, &["init", "--quiet"]);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "Begin"]);
    let courier = root.join("spec/courier.yaml");
    fs::write(&courier, fs::read_to_string(&courier).unwrap().replace(NOTE, "")).unwrap();

    let old = State::revision(root, "HEAD").unwrap();
    let changes = spec_diff::compare(&old, &State::working_tree(root).unwrap());
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    // What is gone has its place in the commit.
    assert_eq!((change.rule, change.file.as_str()), ("field-removed", "HEAD:spec/courier.yaml"));

    let arguments = || Arguments { revision: "HEAD".to_owned(), write: true, format: Format::Json };
    spec_diff::run(root, &arguments()).unwrap();
    spec_diff::run(root, &arguments()).unwrap();
    let line = "- `airudder-fixture-courier`: **Breaking**: request `sendParcel` no longer carries `note`.";
    let changelog = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
    assert_eq!(changelog, format!("# Changelog\n\n## Unreleased\n\n### Removed\n\n{line}\n"));

    let refusal = State::revision(root, "nowhere").unwrap_err().to_string();
    assert!(refusal.contains("nowhere"), "{refusal}");
    fs::write(&courier, "openapi: [\n").unwrap();
    let refusal = State::working_tree(root).unwrap_err().to_string();
    assert!(refusal.contains("courier.yaml:2:1: error[yaml-syntax]"), "{refusal}");
}

/// The crates of a state as JSON of rustdoc, in `target/semver/<name>`.
fn rustdoc(state: &State, root: &Path, name: &str) -> Vec<(String, PathBuf)> {
    let layout = Layout::Standalone { crates: "../../../crates".to_owned() };
    let _ = fs::remove_dir_all(root.join("crates"));
    for file in emit::emit(&state.models, &layout) {
        let path = root.join("crates").join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
    let mut documented = Vec::new();
    for krate in state.models.iter().map(|model| model.krate.name.clone()) {
        let has_client = fs::read_to_string(root.join(format!("crates/{krate}/Cargo.toml")))
            .unwrap()
            .contains("\nclient = [");
        let features: &[&str] =
            if has_client { &["--no-default-features", "--features", "client,webhooks"] } else { &[] };
        let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .args(["rustdoc", "--quiet", "--package", &krate, "--lib"])
            .args(features)
            .args(["--", "-Zunstable-options", "--output-format", "json", "--document-private-items"])
            .args(["--document-hidden-items", "--cap-lints", "allow"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", root.join("target"))
            .current_dir(root)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let file = format!("{}.json", krate.replace('-', "_"));
        let kept = root.join(name.replace([' ', ','], "-")).join(&file);
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::copy(root.join("target/doc").join(&file), &kept).unwrap();
        documented.push((krate, kept));
    }
    documented
}

/// What cargo-semver-checks asks for between two crates.
fn judged(baseline: &Path, current: &Path) -> Option<Level> {
    let output = Command::new("cargo-semver-checks")
        .args(["semver-checks", "check-release", "--color", "never", "--release-type", "patch"])
        .arg("--baseline-rustdoc")
        .arg(baseline)
        .arg("--current-rustdoc")
        .arg(current)
        .output()
        .unwrap();
    let text =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    match (text.contains("requires new major version"), text.contains("requires new minor version")) {
        (true, _) => Some(Level::Breaking),
        (_, true) => Some(Level::Addition),
        _ => {
            assert!(output.status.success() && text.contains("no semver update required"), "{text}");
            None
        }
    }
}

/// Needs cargo-semver-checks, which takes minutes to build: `.ci/run` fetches it and runs this.
#[test]
#[ignore = "needs cargo-semver-checks: `cargo test -p airudder-tests --test spec_diff -- --ignored`"]
fn no_change_is_judged_milder_than_by_its_code() {
    let root = workspace().join("target/semver");
    fs::create_dir_all(&root).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[profile.dev]\ndebug = false\n",
    )
    .unwrap();
    // The same versions as the workspace, so that nothing is asked of the registry.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let baseline = rustdoc(&state(None), &root, "baseline");
    let (mut milder, mut breaking, mut table) = (Vec::new(), 0, String::new());
    for seed in SEEDS {
        let changes = changes(seed);
        let current = rustdoc(&state(Some(seed)), &root, seed.name);
        for ((krate, before), (_, after)) in baseline.iter().zip(&current) {
            let theirs = judged(before, after);
            let ours = changes.iter().filter_map(|change| change.worst_in(krate)).max();
            breaking += usize::from(theirs == Some(Level::Breaking));
            let shown = |level: Option<Level>| level.map_or("-".to_owned(), |level| level.to_string());
            table.push_str(&format!(
                "{:38} {krate:24} ours {:10} theirs {}\n",
                seed.name,
                shown(ours),
                shown(theirs)
            ));
            if ours < theirs {
                milder.push(format!("{}: {krate}: {ours:?}, they say {theirs:?}", seed.name));
            }
        }
    }
    println!("{table}");
    assert!(milder.is_empty(), "{}", milder.join("\n"));
    // A tool that finds nothing would prove nothing.
    assert!(breaking >= 12, "{table}");
}
