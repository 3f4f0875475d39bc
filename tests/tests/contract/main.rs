//! Every operation of every document, called by our clients against servers that others wrote: Prism and Steady read the
//! documents on their own and say what they have against a request.
//!
//! They are packages of npm: `npm ci`, then `cargo test -p airudder-tests --test contract -- --ignored`.

mod caller;
mod document;
mod front;
mod products;
mod server;
mod tool;

use std::collections::BTreeSet;


use caller::Caller;
use document::Document;
use server::Server;
use tool::Tool;

/// What a tool has against the operations of all documents.
fn complaints(tool: Tool) -> Vec<String> {
    let platform = Server::start(tool, document::named("platform"));
    let mut complaints = Vec::new();
    for document in document::all().iter().filter(|document| !document.operations.is_empty()) {
        let server = Server::start(tool, document);
        let mut caller = Caller::new(tool, &platform, &server);
        products::call(&document.name, &mut caller);
        let found = [caller.complaints(), uncalled(document, &caller)].concat();
        if !found.is_empty() {
            complaints.extend(found);
            complaints.push(server.output());
        }
    }
    complaints
}

/// The operations of a document that nothing called.
fn uncalled(document: &Document, caller: &Caller) -> Vec<String> {
    let called: BTreeSet<_> = caller.called().collect();
    let ids = document.operations.iter().map(|operation| operation.id.as_str());
    ids.filter(|id| !called.contains(id)).map(|id| format!("{id}: no example calls it")).collect()
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
