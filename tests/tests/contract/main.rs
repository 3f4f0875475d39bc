//! Every operation of every document, called by our clients against servers that others wrote: Prism and Steady read the
//! documents on their own and say what they have against a request. Each is blind to something, as [`faults`] shows.
//!
//! They are packages of npm: `npm ci`, then `cargo test -p airudder-tests --test contract -- --ignored`.

mod caller;
mod document;
mod faults;
mod front;
mod products;
mod server;
mod tool;

use std::collections::BTreeSet;

use airudder_tests::workspace;
use xtask::document::Spec;

use caller::Caller;
use document::Document;
use server::Server;
use tool::Tool;

/// What there is against the operations of all documents, if one of the tools serves them.
fn complaints(tool: Tool) -> Vec<String> {
    let platform = Server::start(tool, document::named("platform"));
    let mut complaints = Vec::new();
    for document in document::all().iter().filter(|document| !document.operations.is_empty()) {
        let product = Server::start(tool, document);
        let mut caller = Caller::new(tool, &platform, &product);
        products::call(&document.name, &mut caller);
        let found = [caller.complaints(), uncalled(document, caller.called())].concat();
        if !found.is_empty() {
            complaints.extend(found);
            complaints.push(product.output());
        }
    }
    complaints
}

/// The operations of a document that nothing called.
fn uncalled(document: &Document, called: &BTreeSet<&str>) -> Vec<String> {
    let ids = document.operations.iter().map(|operation| operation.id.as_str());
    ids.filter(|id| !called.contains(id)).map(|id| format!("{id}: nothing calls it")).collect()
}

#[test]
#[ignore = "needs npm ci"]
fn prism_has_nothing_against_any_operation() {
    let complaints = complaints(Tool::Prism);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
#[ignore = "needs npm ci"]
fn steady_has_nothing_against_any_operation() {
    let complaints = complaints(Tool::Steady);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Otherwise an operation that was not found would not be missed.
#[test]
#[ignore = "needs npm ci"]
fn no_operation_is_forgotten() {
    let (models, _) = airudder_tests::models(&Spec::files(&workspace().join("spec")).unwrap()).unwrap();
    let generated = models.iter().flat_map(|model| {
        model
            .operations
            .iter()
            .map(|operation| format!("{}.{}: nothing calls it", model.krate.stem, operation.id))
    });
    let uncalled = document::all().iter().flat_map(|document| uncalled(document, &BTreeSet::new()));
    assert_eq!(uncalled.collect::<BTreeSet<_>>(), generated.collect::<BTreeSet<_>>());
}
