//! The clients of the documents. That one is missing here is found by what its document has and nothing called.

use airudder_client::platform::operations::ObtainToken;
use airudder_client::{Error, Operation};

use crate::caller::Caller;

/// The client of a product, by which its examples are called.
struct Product<'c, C> {
    client: C,
    caller: &'c mut Caller,
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
                    self.caller.call(example, method(&self.client, request));
                    Ok(())
                }
            }
        )*

        /// Calls every documented request of a document.
        pub fn call(document: &str, caller: &mut Caller) {
            match document {
                $($document => {
                    let client = <$client>::from(caller.client().clone());
                    $examples::visit(&mut Product { client, caller }).unwrap();
                })*
                "platform" => {
                    let call = caller.client().call(&ObtainToken::new("key-1", "secret-1"));
                    caller.call("obtainToken", call);
                }
                _ => {}
            }
        }
    };
}

products! {
    "chatbot", chatbot, airudder_chatbot::Client, "../../../crates/airudder-chatbot/tests/examples.rs";
    "collection", collection, airudder_collection::Client, "../../../crates/airudder-collection/tests/examples.rs";
    "info-check", info_check, airudder_info_check::Client, "../../../crates/airudder-info-check/tests/examples.rs";
    "leads", leads, airudder_leads::Client, "../../../crates/airudder-leads/tests/examples.rs";
    "marketing", marketing, airudder_marketing::Client, "../../../crates/airudder-marketing/tests/examples.rs";
    "workflow", workflow, airudder_workflow::Client, "../../../crates/airudder-workflow/tests/examples.rs";
}
