//! Public documents that nobody wrote for us: each is generated, or refused with a place.

use std::fs;

use airudder_tests::workspace;
use xtask::document::Spec;
use xtask::emit::{self, Layout};
use xtask::finding::Severity;
use xtask::lint;
use xtask::rule::Rule;

#[test]
fn public_documents_are_generated_or_refused_with_a_place() {
    let folder = workspace().join("../shared/corpus");
    if !folder.exists() {
        println!("skipped: there is no folder {}", folder.display());
        return;
    }
    for file in Spec::files(&folder).unwrap() {
        let (spec, reading) = lint::read(std::slice::from_ref(&file)).unwrap();
        let (findings, models) = lint::examine(&spec, reading);
        let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        for error in &errors {
            assert!(error.span.start.line <= lines && !error.message.is_empty(), "{error}");
            assert_ne!(error.rule, Rule::TypedView, "no rule finds what the typed view refuses: {error}");
        }
        if errors.is_empty() {
            let files = emit::emit(&models, &Layout::Standalone { crates: "crates".to_owned() });
            let broken = files.iter().find(|file| file.text.contains("compile_error!"));
            assert!(broken.is_none(), "{}: {broken:?}", file.display());
        }
    }
}
