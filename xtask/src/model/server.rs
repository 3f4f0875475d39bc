//! Where the service is.

use super::lower::{At, Lowering, Source};
use super::names::{Scope, Spelling};
use super::settle::Wanted;
use super::{Server, ServerVariable};
use crate::document::{Node, Pointer};

/// Names that the generated address uses itself.
const RESERVED: &[&str] = &["new"];

impl<'a> Lowering<'a> {
    /// The first server of a document, and what is said of the others.
    pub(super) fn server(&mut self, source: &'a Source<'a>) -> Option<Server> {
        let root = At { source: self.current, pointer: Pointer::root() };
        self.inner_servers(&root, source);
        let at = root.child("servers");
        let server = source.api.servers.first()?;
        if server.url == "/" {
            return None;
        }
        let variables = server.variables.as_ref();
        let wanted: Vec<_> = variables
            .into_iter()
            .flatten()
            .map(|(name, _)| Wanted {
                at: at.child(0).child("variables").child(name),
                given: None,
                text: name.clone(),
                what: format!("server variable `{name}`"),
                qualifier: None,
            })
            .collect();
        let names = self.names(&mut Scope::reserving(RESERVED), Spelling::Field, &wanted);
        let variables: Vec<_> = variables
            .into_iter()
            .flatten()
            .zip(names)
            .filter_map(|((wire, variable), name)| {
                Some(ServerVariable {
                    name: name?,
                    wire: wire.clone(),
                    default: variable.default.clone(),
                    values: variable.enumeration.clone(),
                    docs: variable.description.clone().unwrap_or_default(),
                })
            })
            .collect();
        let address = variables.iter().fold(server.url.clone(), |address, variable| {
            address.replace(&format!("{{{}}}", variable.wire), &variable.default)
        });
        let address = address.trim_end_matches('/').to_owned();
        if !address.contains("://") {
            let message = format!(
                "the address `{address}` has no host, so that the generated client has none by default"
            );
            let hint = format!("give it to `ClientBuilder::address`, with `{address}` at its end");
            self.note(&at.child(0).child("url"), &message, &hint);
            return None;
        }
        let others = source.api.servers.iter().skip(1);
        let others =
            others.map(|other| (other.url.clone(), other.description.clone().unwrap_or_default())).collect();
        let template = (!variables.is_empty()).then(|| server.url.trim_end_matches('/').to_owned());
        let address = if source.is_ours { server.url.clone() } else { address };
        Some(Server { address, template, variables, others })
    }

    /// Servers of a path or an operation: the client has one address.
    fn inner_servers(&mut self, root: &At, source: &'a Source<'a>) {
        let paths = source.document.root.get("paths").map(|node| node.entries()).unwrap_or_default();
        for path in paths {
            let at = root.child("paths").child(&path.key);
            let first = source.api.servers.first().map(|server| server.url.as_str());
            let is_other = |node: &Node| {
                let servers = node.get("servers").map(Node::items).unwrap_or_default();
                servers.first().is_some_and(|server| server.get("url").and_then(Node::as_str) != first)
            };
            let own = is_other(&path.value).then(|| at.child("servers"));
            let inner = path.value.entries().iter().filter(|entry| is_other(&entry.value));
            let inner: Vec<_> = inner.map(|entry| at.child(&entry.key).child("servers")).collect();
            for at in own.into_iter().chain(inner) {
                self.beyond(
                    &at,
                    "a server of its own for an operation",
                    "it is called at the address of the client",
                    "call it by a client of its own, with that address",
                );
            }
        }
    }
}
