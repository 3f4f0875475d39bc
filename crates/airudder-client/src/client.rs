//! The client.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::address::Address;
use crate::attempt::Limits;
use crate::drift::DriftLog;
use crate::hook::Called;
use crate::limit::Gates;
use crate::options::Extras;
use crate::retry::Reserve;
use crate::token::TokenCache;
use crate::transport::Transport;
use crate::{
    Call, CustomRequest, Description, DriftReport, Effect, Hook, Keys, Method, Operation, Request,
    RetryPolicy, Signer,
};

/// The client of all products: it holds connections and a token, and sends the operations of the product crates.
///
/// Clones are cheap and share everything. The clients of the product crates are made from it, so that several products
/// can share one: `let client = ClientBuilder::<Client>::new(..).build()?; let workflow = workflow::Client::from(client)`.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

/// What all clones share.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) address: Address,
    /// The name of the proxy, without its credentials.
    pub(crate) proxy: Option<String>,
    pub(crate) signer: Option<Arc<dyn Signer>>,
    pub(crate) keys: Keys,
    #[cfg(feature = "encryption")]
    pub(crate) encryption: Option<crate::Encryption>,
    /// The paths that replace those of operations, by id.
    pub(crate) paths: BTreeMap<String, String>,
    /// What operations do if they are sent twice, where the caller knows better; by id.
    pub(crate) effects: BTreeMap<String, Effect>,
    /// What is added to each request.
    pub(crate) extras: Extras,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryPolicy,
    pub(crate) reserve: Arc<Reserve>,
    pub(crate) gates: Arc<Gates>,
    pub(crate) drift: DriftLog,
    pub(crate) hooks: Vec<Arc<dyn Hook>>,
    pub(crate) max_body_size: usize,
    pub(crate) user_agent: HeaderValue,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) tokens: Arc<TokenCache>,
}

impl Client {
    pub(crate) fn new(core: Core) -> Self {
        Self { core: Arc::new(core) }
    }

    /// The address that requests go to.
    pub fn address(&self) -> &str {
        self.core.address.as_str()
    }

    /// What the vendor sent so far and the documents do not have: unknown fields, enum values, variants and codes, and
    /// answers that do not fit, counted by place and without values.
    ///
    /// Each place is logged once as well, when it is met first. Empty if
    /// [`ClientBuilder::drift_report`](crate::ClientBuilder::drift_report) turned it off.
    pub fn drift(&self) -> DriftReport {
        self.core.drift.report()
    }

    /// Prepares the call of an operation; it is sent when awaited.
    ///
    /// An operation that cannot be written is an error once the call is awaited.
    pub fn call<O: Operation>(&self, operation: &O) -> Call<O::Answer> {
        let mut request = Request::new(*O::DESCRIPTION);
        let template = self.core.template(O::DESCRIPTION);
        let outgoing = operation.write(&mut request).and_then(|()| request.finish(template));
        Call::new(Arc::clone(&self.core), *O::DESCRIPTION, outgoing, O::read)
    }

    /// Prepares a call of something that no document describes, at a path whose parameters stand in braces.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = airudder_sandbox::Sandbox::builder().by_example().start().await?;
    /// # let client: airudder_client::Client =
    /// #     airudder_client::ClientBuilder::new(sandbox.credentials(), sandbox.url()).build()?;
    /// use airudder_client::Method;
    ///
    /// let answer: serde_json::Value = client
    ///     .request(Method::Post, "/service/cloud/{action}")
    ///     .path_parameter("action", "operation")
    ///     .json(&serde_json::json!({"TaskID": 17, "Action": "Stop"}))
    ///     .read_json()
    ///     .await?;
    /// # drop(answer);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &'static str) -> CustomRequest {
        CustomRequest::new(Arc::clone(&self.core), method, path)
    }
}

impl Core {
    /// The path template of an operation.
    pub(crate) fn template<'a>(&'a self, description: &'a Description) -> &'a str {
        self.paths.get(description.id).map_or(description.path, String::as_str)
    }

    /// What hooks are told about a call.
    pub(crate) fn called<'a>(&'a self, description: &'a Description) -> Called<'a> {
        let Description { id: operation, method, .. } = *description;
        Called { operation, method, template: self.template(description) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address())
            .field("paths", &self.core.paths)
            .field("limits", &self.core.limits)
            .field("retry", &self.core.retry)
            .field("max_body_size", &self.core.max_body_size)
            .finish_non_exhaustive()
    }
}
