//! The client.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::address::Address;
use crate::exchange::Limits;
use crate::platform::operations::ObtainToken;
use crate::token::{Token, TokenCache};
use crate::transport::Transport;
use crate::{Call, Credentials, Description, Error, Operation, Request, Signer};

/// The client of all products: it holds connections and a token, and sends the operations of the product crates.
///
/// Clones are cheap and share everything. The clients of the product crates are made from it, so that several products
/// can share one: `let client = ClientBuilder::<Client>::new(..).build()?; let workflow = workflow::Client::from(client)`.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

/// What all clones share.
pub(crate) struct Core {
    pub(crate) address: Address,
    /// The name of the proxy, without its credentials.
    pub(crate) proxy: Option<String>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) signer: Option<Box<dyn Signer>>,
    /// The paths that replace those of operations, by id.
    pub(crate) paths: BTreeMap<String, String>,
    pub(crate) limits: Limits,
    pub(crate) max_body_size: usize,
    pub(crate) user_agent: HeaderValue,
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) tokens: TokenCache,
}

impl Client {
    pub(crate) fn new(core: Core) -> Self {
        Self { core: Arc::new(core) }
    }

    /// The address that requests go to.
    pub fn address(&self) -> &str {
        self.core.address.as_str()
    }

    /// Prepares the call of an operation; it is sent when awaited.
    ///
    /// An operation that cannot be written is an error once the call is awaited.
    pub fn call<O: Operation>(&self, operation: &O) -> Call<O::Answer> {
        let mut request = Request::new(O::DESCRIPTION);
        let template = self.core.template(O::DESCRIPTION);
        let outgoing = operation.write(&mut request).and_then(|()| request.finish(template));
        Call::new(Arc::clone(&self.core), O::DESCRIPTION, outgoing, O::read)
    }
}

impl Core {
    /// The path template of an operation.
    pub(crate) fn template<'a>(&'a self, description: &'a Description) -> &'a str {
        self.paths.get(description.id).map_or(description.path, String::as_str)
    }

    /// The token, from the cache or from the vendor.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<Arc<Token>, Error> {
        let Some(Credentials { key, secret }) = &self.credentials else {
            return Err(Error::invalid_input(
                "this operation needs a token, and the client has no credentials; make it with ClientBuilder::new",
            ));
        };
        let request = async || {
            let client = Client { core: Arc::clone(self) };
            let answer = client.call(&ObtainToken::new(key.as_str(), secret.clone())).await?;
            Ok(answer.token()?.clone())
        };
        self.tokens.get(request).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address())
            .field("paths", &self.core.paths)
            .field("limits", &self.core.limits)
            .field("max_body_size", &self.core.max_body_size)
            .finish_non_exhaustive()
    }
}
