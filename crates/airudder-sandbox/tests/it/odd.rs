//! Every documented request of every client, answered with what no document knows.

use std::error::Error as _;

use airudder_client::{Client, ClientBuilder, Error, HmacSigner, Operation};
use airudder_sandbox::{Fault, Sandbox};
use tokio::runtime::{Builder, Runtime};

/// The client of a product, by which its examples are called.
struct Product<'a, C> {
    client: C,
    runtime: &'a Runtime,
    failures: &'a mut Vec<String>,
}

macro_rules! products {
    ($($document:literal, $examples:ident, $client:ty, $path:literal;)*) => {
        $(
            #[allow(dead_code)]
            #[path = $path]
            mod $examples;

            impl $examples::Visitor for Product<'_, $client> {
                fn visit<O: Operation>(
                    &mut self,
                    example: &'static str,
                    request: O,
                    method: $examples::Method<O>,
                ) -> Result<(), Error> {
                    if let Err(error) = self.runtime.block_on(method(&self.client, request).into_future()) {
                        self.failures.push(format!("{example}: {error}: {:?}", error.source()));
                    }
                    Ok(())
                }
            }
        )*

        /// Calls every documented request of every document, and gives the client that did.
        fn call_all(sandbox: &Sandbox, runtime: &Runtime, failures: &mut Vec<String>) -> Vec<Client> {
            vec![$({
                let client = client(sandbox, $document);
                let product = <$client>::from(client.clone());
                $examples::visit(&mut Product { client: product, runtime, failures }).unwrap();
                client
            }),*]
        }
    };
}

products! {
    "chatbot", chatbot, airudder_chatbot::Client, "../../../airudder-chatbot/tests/examples.rs";
    "collection", collection, airudder_collection::Client, "../../../airudder-collection/tests/examples.rs";
    "info-check", info_check, airudder_info_check::Client, "../../../airudder-info-check/tests/examples.rs";
    "leads", leads, airudder_leads::Client, "../../../airudder-leads/tests/examples.rs";
    "marketing", marketing, airudder_marketing::Client, "../../../airudder-marketing/tests/examples.rs";
    "workflow", workflow, airudder_workflow::Client, "../../../airudder-workflow/tests/examples.rs";
}

fn client(sandbox: &Sandbox, document: &str) -> Client {
    ClientBuilder::new(sandbox.credentials(), sandbox.url_of(document))
        .signer(HmacSigner::new(sandbox.signing_key(), sandbox.signing_secret()))
        .build()
        .unwrap()
}

/// What the clients failed at when each of their requests met this fault, and how much they found that no document knows.
fn with(fault: Fault) -> (Vec<String>, usize) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::builder().by_example().start()).unwrap();
    sandbox.fault(fault).unwrap();
    let mut failures = Vec::new();
    let clients = call_all(&sandbox, &runtime, &mut failures);
    (failures, clients.iter().map(|client| client.drift().places.len()).sum())
}

#[test]
fn every_client_survives_values_that_no_document_lists() {
    let (failures, found) = with(Fault::UnknownEnum);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(found > 20, "{found}");
}

#[test]
fn every_client_survives_fields_that_no_document_knows() {
    let (failures, found) = with(Fault::UnknownField);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(found > 100, "{found}");
}
