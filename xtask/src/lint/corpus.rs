//! The lint on public documents, where they are at hand: no errors, for generators take them all.

use std::path::Path;
use std::time::Instant;

use crate::document::Spec;
use crate::finding::Severity;

#[test]
fn public_documents_are_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(files) = Spec::files(&folder) else {
        println!("skipped: no corpus beside the project");
        return;
    };
    for file in files {
        let start = Instant::now();
        let (spec, read) = super::read(std::slice::from_ref(&file)).unwrap();
        let findings = super::check(&spec);
        println!("{}: {} findings, {:?}", file.display(), findings.len(), start.elapsed());
        let errors: Vec<_> =
            read.iter().chain(&findings).filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
