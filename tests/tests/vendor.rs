//! Pages of a vendor against documents: what is reported, what is written, what is drafted.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{env, fs, process};

use airudder_tests::workspace;
use xtask::document::{Document, Spec};
use xtask::finding::Severity;
use xtask::rule::Rule;
use xtask::vendor::{Difference, House, Page, report};
use xtask::{coverage, lint};

fn folder() -> PathBuf {
    workspace().join("tests/fixtures/pages")
}

fn house() -> House {
    let (spec, findings) = lint::read(&Spec::files(&folder().join("spec")).unwrap()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let rows = coverage::rows(&folder().join("spec/vendor-nav.yaml")).unwrap();
    House::new(spec.relative_to(&folder()), rows)
}

fn page(name: &str) -> Page {
    let page = Page::read(&folder().join(name)).unwrap().unwrap();
    let text = page.text;
    // Read again under its short name, so that the reports are the same on every machine.
    Page { id: page.id, ..Page::parse(name.to_owned(), text).unwrap() }
}

/// The differences as they are printed.
fn shown(house: &House, page: &Page, differences: &[Difference]) -> String {
    let texts: HashMap<&str, Vec<&str>> = house
        .spec
        .texts()
        .chain([(page.path.as_str(), page.text.as_str())])
        .map(|(path, text)| (path, text.lines().collect()))
        .collect();
    format!("{}{}\n", report::text(differences, &texts, false), report::count(differences))
}

/// The documents with some of them replaced.
fn replaced(house: &House, documents: &[Document]) -> House {
    let text = |document: &Document| {
        let new = documents.iter().find(|new| new.path == document.path);
        new.map_or(&document.text, |new| &new.text).clone()
    };
    let again = |document: &Document| Document::parse(&document.path, text(document)).0.unwrap();
    let spec = Spec { documents: house.spec.documents.iter().map(again).collect(), ..Spec::default() };
    House::new(spec, coverage::rows(&folder().join("spec/vendor-nav.yaml")).unwrap())
}

/// What the lint says, but for what a person has to say: what is marked, and what tells a callback from the others.
fn errors(house: &House) -> Vec<String> {
    let (findings, _) = lint::examine(&house.spec, Vec::new());
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors
        .filter(|finding| ![Rule::Unfinished, Rule::Event].contains(&finding.rule))
        .map(|finding| finding.to_string())
        .collect()
}

fn diff(before: &House, after: &[Document]) -> String {
    let mut text = String::new();
    for new in after {
        let old = before.spec.documents.iter().find(|old| old.path == new.path).unwrap();
        let diff = similar::TextDiff::from_lines(&old.text, &new.text);
        text.push_str(&diff.unified_diff().context_radius(2).header(&old.path, &new.path).to_string());
    }
    text
}

const PAGES: &[&str] = &[
    "api-100000001-create-parcel.txt",
    "get-parcel.html",
    "list-parcels.md",
    "parcel-delivered.txt",
    "older.txt",
];

#[test]
fn what_a_page_says_otherwise_is_reported() {
    let house = house();
    assert_eq!(errors(&house), [""; 0]);
    for name in PAGES {
        let page = page(name);
        let differences = house.compare(&page, None).unwrap();
        insta::assert_snapshot!(format!("report_{name}"), shown(&house, &page, &differences));
    }
}

#[test]
fn what_can_be_mended_is_mended_once() {
    for name in PAGES {
        let house = house();
        let page = page(name);
        let mended = house.mend(house.compare(&page, None).unwrap());
        let left = shown(&house, &page, &mended.left);
        insta::assert_snapshot!(format!("written_{name}"), diff(&house, &mended.documents) + "\n" + &left);
        let after = replaced(&house, &mended.documents);
        assert_eq!(errors(&after), [""; 0], "{name}");
        let again = after.compare(&page, None).unwrap();
        let rules = |all: &[Difference]| all.iter().map(|it| it.message.clone()).collect::<Vec<_>>();
        assert_eq!(rules(&again), rules(&mended.left), "{name}");
        assert!(after.mend(again).documents.is_empty(), "{name} is written twice");
    }
}

#[test]
fn an_unknown_page_is_drafted() {
    for name in ["api-100000005-track-parcel.txt", "parcel-lost.txt"] {
        let house = house();
        let page = page(name);
        let refusal = house.compare(&page, None).unwrap_err().to_string();
        assert!(refusal.contains("vendor new"), "{refusal}");
        let (document, draft) = house.draft(&page, None).unwrap();
        insta::assert_snapshot!(format!("draft_{name}"), draft);
        let after = replaced(&house, &[document]);
        assert_eq!(errors(&after), [""; 0], "{name}");
        // All that the page says is in the draft.
        let differences = after.compare(&page, None).unwrap();
        assert_eq!(
            shown(&after, &page, &differences),
            "0 differences (0 for a person to mend), 0 warnings\n",
            "{name}"
        );
    }
}

#[test]
fn a_page_that_is_known_is_not_drafted() {
    let refusal = house().draft(&page("get-parcel.html"), None).unwrap_err().to_string();
    assert!(refusal.contains("`parcels.getParcel` describes this page"), "{refusal}");
}

#[test]
fn products_with_one_path_are_told_apart() {
    let house = house();
    let with_id = page("api-100000001-create-parcel.txt");
    let nameless = Page { id: None, ..page("api-100000001-create-parcel.txt") };
    let by_title = house.compare(&nameless, None).unwrap();
    assert_eq!(by_title.len(), house.compare(&with_id, None).unwrap().len());
    let untitled = with_id.text.replace("寄送包裹", "寄送");
    let untitled = Page { id: None, ..Page::parse("page.txt".to_owned(), untitled).unwrap() };
    let refusal = house.compare(&untitled, None).unwrap_err().to_string();
    assert!(refusal.contains("freight.createFreight, parcels.createParcel"), "{refusal}");
    assert!(house.compare(&untitled, Some("freight.createFreight")).is_ok());
}

#[test]
fn a_shared_type_is_left_to_a_person() {
    let house = house();
    let page = page("get-parcel.html");
    let differences = house.compare(&page, None).unwrap();
    let added = differences.iter().find(|it| it.rule == "field-added").unwrap();
    assert!(added.message.contains("`data.stops`"), "{}", added.message);
    let documents = house.mend(differences).documents;
    assert_eq!(
        documents.iter().map(|document| document.path.as_str()).collect::<Vec<_>>(),
        ["spec/parcels.yaml"]
    );
}

fn vendor(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = process::Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["run", "--quiet", "--package", "xtask", "--", "vendor"])
        .args(arguments)
        .current_dir(workspace())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_exit_code_tells_same_different_and_unreadable_apart() {
    let page = "Query workflow_id using case_id/callee\nPOST\n/service/cloud/workflow/detailinstances\nRequest\n\
                Body Params application/json\ncase_id\nstring\noptional\ncallee\nstring\noptional\n\
                start_time\nstring\nrequired\nend_time\nstring\nrequired\nModified at 2024-03-12 09:29:19\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.txt");
    let path = file.to_str().unwrap();
    fs::write(&file, page).unwrap();
    assert_eq!(vendor(&["diff", path]).0, Some(0));
    fs::write(&file, page.replace("callee\nstring", "callee\ninteger")).unwrap();
    let (code, text, _) = vendor(&["diff", "--format", "json", path]);
    assert_eq!(code, Some(1));
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found[0]["rule"], "type-changed");
    assert_eq!(found[0]["page"]["line"], 10);
    assert_eq!(found[0]["file"], "spec/common.yaml");
    let (code, _, refusal) =
        vendor(&["diff", path, "tests/fixtures/pages/prose.txt", "tests/fixtures/pages/broken.md"]);
    assert_eq!(code, Some(2));
    assert!(refusal.contains("tests/fixtures/pages/prose.txt:1:1: error[page]"), "{refusal}");
    assert!(refusal.contains("tests/fixtures/pages/broken.md:"), "{refusal}");
}
