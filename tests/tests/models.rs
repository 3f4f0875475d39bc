//! The model of each document of `spec/`, as a snapshot: a change of a document shows what it means.

use airudder_tests::{models, workspace};
use xtask::document::Spec;

#[test]
fn models_of_all_documents() {
    let files = Spec::files(&workspace().join("spec")).unwrap();
    let (models, _) = models(&files).unwrap_or_else(|findings| panic!("{findings}"));
    for model in models {
        insta::assert_yaml_snapshot!(model.krate.stem.clone(), model);
    }
}
