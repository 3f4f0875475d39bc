//! How a client is made.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use airudder_wire::Secret;
use http::HeaderValue;
use serde_json::Value;

use crate::address::Address;
use crate::attempt::Limits;
use crate::client::Core;
use crate::clock::{Clock, SystemClock};
use crate::drift::DriftLog;
use crate::http_client;
use crate::limit::Gates;
use crate::options::Extras;
use crate::proxy::{Proxy, Route};
use crate::request::check_template;
use crate::retry::Reserve;
use crate::tls::Tls;
use crate::token::{self, DEFAULT_TOKEN_LIFETIME, Source, TokenCache, TokenStore};
use crate::transport::Transport;
use crate::{
    Client, Credentials, Effect, Error, Hook, Keys, RateLimit, RetryBudget, RetryPolicy, Signer, TlsBackend,
};

/// How long to wait for a connection: 5 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one attempt may take, from the first byte sent to the last received: 30 seconds.
pub const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a call may take, with its attempts and the wait for a token: 100 seconds.
pub const DEFAULT_TOTAL_TIMEOUT: Duration = Duration::from_secs(100);
/// How long the body of an answer may be: 16 MiB.
pub const DEFAULT_MAX_BODY_SIZE: usize = 16 * 1024 * 1024;
/// What the client calls itself.
pub const DEFAULT_USER_AGENT: &str = concat!("airudder-rust/", env!("CARGO_PKG_VERSION"));

/// Makes a client, of this crate or of a product crate.
///
/// Nothing is read from the environment unless [`proxy_from_env`](Self::proxy_from_env) asks for it.
#[must_use = "a builder makes nothing until build"]
pub struct ClientBuilder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

/// What a client is made from.
struct Settings {
    credentials: Option<Credentials>,
    signer: Option<Arc<dyn Signer>>,
    keys: Keys,
    #[cfg(feature = "encryption")]
    encryption: Option<crate::Encryption>,
    token_lifetime: Duration,
    token_store: Option<Box<dyn TokenStore>>,
    address: String,
    allow_plain_http: bool,
    paths: BTreeMap<String, String>,
    connect_timeout: Duration,
    effects: BTreeMap<String, Effect>,
    extras: Extras,
    limits: Limits,
    retry: RetryPolicy,
    retry_budget: RetryBudget,
    concurrency: Option<usize>,
    rates: BTreeMap<String, RateLimit>,
    drift_report: bool,
    hooks: Vec<Arc<dyn Hook>>,
    max_body_size: usize,
    user_agent: String,
    tls: Tls,
    route: Route,
}

impl<C> ClientBuilder<C> {
    /// Begins with the account's credentials and the address of the product.
    pub fn new(credentials: Credentials, default_address: impl Into<String>) -> Self {
        Self::begin(Some(credentials), None, default_address.into())
    }

    /// Begins with a signer and the address of a product whose requests are signed and carry no token.
    pub fn signed(signer: impl Signer + 'static, default_address: impl Into<String>) -> Self {
        Self::begin(None, Some(Arc::new(signer)), default_address.into())
    }

    /// Begins with the secrets that requests carry as they are, and the address of a service that has no tokens of the
    /// vendor's kind.
    pub fn keyed(keys: Keys, default_address: impl Into<String>) -> Self {
        let mut builder = Self::begin(None, None, default_address.into());
        builder.settings.keys = keys;
        builder
    }

    fn begin(credentials: Option<Credentials>, signer: Option<Arc<dyn Signer>>, address: String) -> Self {
        let settings = Settings {
            credentials,
            signer,
            keys: Keys::new(),
            #[cfg(feature = "encryption")]
            encryption: None,
            token_lifetime: DEFAULT_TOKEN_LIFETIME,
            token_store: None,
            address,
            allow_plain_http: false,
            paths: BTreeMap::new(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            effects: BTreeMap::new(),
            extras: Extras::default(),
            limits: Limits { attempt: DEFAULT_ATTEMPT_TIMEOUT, total: DEFAULT_TOTAL_TIMEOUT },
            retry: RetryPolicy::default(),
            retry_budget: RetryBudget::default(),
            concurrency: None,
            rates: BTreeMap::new(),
            drift_report: true,
            hooks: Vec::new(),
            max_body_size: DEFAULT_MAX_BODY_SIZE,
            user_agent: DEFAULT_USER_AGENT.to_owned(),
            tls: Tls::default(),
            route: Route::default(),
        };
        Self { settings, client: PhantomData }
    }

    /// Whether the client counts what the vendor sends and the documents do not have, for
    /// [`Client::drift`](crate::Client::drift). It does otherwise.
    pub fn drift_report(mut self, is_on: bool) -> Self {
        self.settings.drift_report = is_on;
        self
    }

    /// Signs the operations that ask for it; without a signer they are an error before anything is sent.
    pub fn signer(mut self, signer: impl Signer + 'static) -> Self {
        self.settings.signer = Some(Arc::new(signer));
        self
    }

    /// Sets how long a token is used, from the moment it was asked for; [`DEFAULT_TOKEN_LIFETIME`] otherwise.
    ///
    /// The next token is asked for when 80 to 95 % of this time are over (drawn by chance for each token), beside a call
    /// and without making it wait. So a lifetime that is much shorter than the vendor's costs requests and nothing else,
    /// while one that is longer makes the first call afterwards be refused and sent twice.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// Shares the token with other processes, by a [`FileTokenStore`](crate::FileTokenStore) say; otherwise it stays in
    /// the memory of this client and its clones.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.settings.token_store = Some(Box::new(store));
        self
    }

    /// Encrypts requests and decrypts answers: with a key alone, or as [`Encryption`](crate::Encryption) says.
    #[cfg(feature = "encryption")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
    pub fn encryption(mut self, encryption: impl Into<crate::Encryption>) -> Self {
        self.settings.encryption = Some(encryption.into());
        self
    }

    /// Sends to another address, such as that of a test server: scheme, host, and port and path if any.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.settings.address = address.into();
        self
    }

    /// Accepts an `http` address that is not of this machine. The secret and the token then travel in clear.
    pub fn allow_plain_http(mut self) -> Self {
        self.settings.allow_plain_http = true;
        self
    }

    /// Sends an operation to another path, should the one that this library has be wrong.
    ///
    /// The path starts with a slash and has the operation's parameters in braces: `.path("workflow.createWorkflow",
    /// "/service/cloud/workflow/create")`. The id of an operation is in its documentation and in every error; an id that no
    /// operation has changes nothing.
    pub fn path(mut self, operation_id: impl Into<String>, path: impl Into<String>) -> Self {
        self.settings.paths.insert(operation_id.into(), path.into());
        self
    }

    /// Sets how long to wait for a connection; [`DEFAULT_CONNECT_TIMEOUT`] otherwise.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets how long one attempt may take; [`DEFAULT_ATTEMPT_TIMEOUT`] otherwise.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.attempt = timeout;
        self
    }

    /// Sets how long a call may take in all; [`DEFAULT_TOTAL_TIMEOUT`] otherwise.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.total = timeout;
        self
    }

    /// Sets when calls are sent again; [`RetryPolicy::default`] otherwise.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Sets how much may be sent again over all calls; [`RetryBudget::default`] otherwise.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.settings.retry_budget = budget;
        self
    }

    /// Says what an operation does if it is sent twice, should the caller know better than the documents, by its id as in
    /// [`path`](Self::path).
    pub fn effect(mut self, operation_id: impl Into<String>, effect: Effect) -> Self {
        self.settings.effects.insert(operation_id.into(), effect);
        self
    }

    /// Adds a header to each request that does not have it, but for those that ask for a token.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.extras.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query of each request, but for those that ask for a token.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.extras.query.push((name.into(), value.into()));
        self
    }

    /// Adds a field to the JSON body or form of each request that has one, but for those that ask for a token.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.extras.fields.push((name.into(), value.into()));
        self
    }

    /// Sets how many requests may be under way at once; the others wait for their turn, which counts towards the time of
    /// the call. Without a limit otherwise. Zero is taken for one.
    pub fn concurrency_limit(mut self, requests: usize) -> Self {
        self.settings.concurrency = Some(requests);
        self
    }

    /// Sets how many requests of a group may begin in a time; the others wait for their turn, in their order.
    ///
    /// A group is a product or one operation: `workflow`, or `workflow.addContacts`, which then counts for itself. The
    /// vendor's own limits were never seen, so there is none otherwise.
    ///
    /// Whatever is set, when the vendor answers 429 all calls of the product wait as long as it asks for, and for a second
    /// if it does not say; never longer than [`RetryPolicy::max_retry_after`].
    pub fn rate_limit(mut self, group: impl Into<String>, limit: RateLimit) -> Self {
        self.settings.rates.insert(group.into(), limit);
        self
    }

    /// Has a hook told what the client does; several are told in the order in which they were added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.settings.hooks.push(Arc::new(hook));
        self
    }

    /// Sets how many bytes the body of an answer may have; [`DEFAULT_MAX_BODY_SIZE`] otherwise.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.settings.max_body_size = bytes;
        self
    }

    /// Sets the `User-Agent`; [`DEFAULT_USER_AGENT`] otherwise.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = user_agent.into();
        self
    }

    /// Chooses who speaks TLS, where this build has several; the first of [`TlsBackend::ALL`] otherwise.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.settings.tls.backend = Some(backend);
        self
    }

    /// Trusts the certificates of a PEM file as well as those of the operating system.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.tls.roots.push(pem.into());
        self
    }

    /// Trusts the certificates of a PEM file and not those of the operating system, which are not even read.
    ///
    /// That is for a private authority, and for container images without certificates (`scratch`): build a bundle into
    /// the program, `only_root_certificates(include_bytes!("cacert.pem"))`. May be called again, and along with
    /// [`add_root_certificate`](Self::add_root_certificate): all that are given are trusted.
    pub fn only_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.tls.roots.push(pem.into());
        self.settings.tls.is_only = true;
        self
    }

    /// Speaks HTTP/2 with a server that offers it by TLS; HTTP/1.1 otherwise.
    ///
    /// All calls then share one connection, so that what breaks it breaks them all; a connection that has gone silent is
    /// found out by pings and closed. Worth it for many concurrent calls; with few there is nothing to gain.
    #[cfg(feature = "http2")]
    #[cfg_attr(docsrs, doc(cfg(feature = "http2")))]
    pub fn http2(mut self) -> Self {
        self.settings.tls.is_http2 = true;
        self
    }

    /// Sends everything through a proxy, even to this machine: `http://user:password@proxy.example.com:3128`.
    ///
    /// The scheme is `http`, `https` (TLS to the proxy itself), `socks5`, or `socks5h` (the proxy resolves names); user
    /// and password are percent-encoded and may be left out. A request to an `https` address is tunnelled (`CONNECT`), so
    /// that the proxy sees the host alone; one to a plain `http` address is handed over in clear. A proxy that refuses the
    /// tunnel is an [`ErrorKind::Connect`](crate::ErrorKind::Connect): nothing was sent.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.settings.route = Route::Proxy(url.into());
        self
    }

    /// Takes the proxy from the environment as curl does, when [`build`](Self::build) is called.
    ///
    /// Read are `https_proxy` or `HTTPS_PROXY`, for a plain `http` address `http_proxy` alone, then `all_proxy` or
    /// `ALL_PROXY`; and the hosts that need no proxy from `no_proxy` or `NO_PROXY`. The values are as for
    /// [`proxy`](Self::proxy); one that is no proxy is an error of `build`.
    pub fn proxy_from_env(mut self) -> Self {
        self.settings.route = Route::Environment;
        self
    }

    /// Makes the client. Nothing is sent, and no async runtime is needed yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), which says what to change.
    pub fn build(self) -> Result<C, Error>
    where
        C: From<Client>,
    {
        let address = self.settings.address()?;
        let proxy = self.settings.route.proxy(address.is_https)?;
        let transport = self.settings.transport(&address, proxy.as_ref())?;
        let proxy = proxy.map(|proxy| proxy.name());
        self.settings.client(address, proxy, Arc::new(transport), Box::new(SystemClock)).map(C::from)
    }

    /// Makes a client that sends nothing over the network.
    #[cfg(test)]
    pub(crate) fn build_with(
        self,
        transport: impl Transport + 'static,
        clock: impl Clock + 'static,
    ) -> Result<Client, Error> {
        let address = self.settings.address()?;
        self.settings.client(address, None, Arc::new(transport), Box::new(clock))
    }
}

impl Settings {
    fn address(&self) -> Result<Address, Error> {
        Address::parse(&self.address, self.allow_plain_http)
    }

    fn transport(&self, address: &Address, proxy: Option<&Proxy>) -> Result<reqwest::Client, Error> {
        let mut builder = http_client::builder(self.tls.is_http2).connect_timeout(self.connect_timeout);
        if let Some(proxy) = proxy {
            builder = proxy.apply(builder)?;
        }
        let speaks_tls = address.is_https || proxy.is_some_and(Proxy::is_https);
        self.tls
            .apply(builder, speaks_tls)?
            .build()
            .map_err(|error| Error::invalid_input("the HTTP client cannot be set up").with_source(error))
    }

    fn client(
        self,
        address: Address,
        proxy: Option<String>,
        transport: Arc<dyn Transport>,
        clock: Box<dyn Clock>,
    ) -> Result<Client, Error> {
        if let Some(credentials) = &self.credentials {
            credentials.check()?;
        }
        for (id, path) in &self.paths {
            check_template(id, path)?;
        }
        token::check_lifetime(self.token_lifetime)?;
        let user_agent = HeaderValue::try_from(self.user_agent).map_err(|_| {
            Error::invalid_input("the user agent has characters that no header can hold; use plain ASCII")
        })?;
        let mut core = Core {
            address,
            proxy,
            signer: self.signer,
            keys: self.keys,
            #[cfg(feature = "encryption")]
            encryption: self.encryption,
            paths: self.paths,
            effects: self.effects,
            extras: self.extras,
            limits: self.limits,
            retry: self.retry,
            reserve: Arc::new(Reserve::new(self.retry_budget)),
            gates: Arc::new(Gates::new(self.concurrency, &self.rates)),
            drift: DriftLog::new(self.drift_report),
            hooks: self.hooks,
            max_body_size: self.max_body_size,
            user_agent,
            transport,
            tokens: Arc::default(),
        };
        if let Some(credentials) = self.credentials {
            // A request for a token may be left half-done for a while: it must not hold the place of a call.
            let client = Client::new(Core { gates: Arc::default(), ..core.clone() });
            let source = Source::new(client, credentials, self.token_store, self.token_lifetime, clock);
            core.tokens = Arc::new(TokenCache::new(source));
        }
        Ok(Client::new(core))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.settings.credentials)
            .field("token_lifetime", &self.settings.token_lifetime)
            .field("paths", &self.settings.paths)
            .field("connect_timeout", &self.settings.connect_timeout)
            .field("limits", &self.settings.limits)
            .field("retry", &self.settings.retry)
            .field("retry_budget", &self.settings.retry_budget)
            .field("max_body_size", &self.settings.max_body_size)
            .field("route", &self.settings.route)
            .finish_non_exhaustive()
    }
}
