//! A sandbox that runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use airudder_client::{Credentials, HmacSigner};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::builder::Builder;
use crate::clock::{Clock, Moment, lock};
use crate::log::LogEntry;
use crate::server;
use crate::shared::Shared;
use crate::state::State;

/// A stand-in for the vendor on a loopback port. It ends when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    shared: Arc<Shared>,
    /// The server and the clock.
    _tasks: JoinSet<()>,
}

impl Sandbox {
    /// Starts on a free port, with a clock that stands still until [`advance`](Self::advance) moves it.
    ///
    /// # Errors
    ///
    /// When no port can be opened.
    pub async fn start() -> std::io::Result<Self> {
        Self::builder().start().await
    }

    /// To start with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn run(builder: Builder) -> std::io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, builder.port))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let clock = Clock::new(builder.start, builder.speed);
        let shared = Arc::new(Shared::new(builder.settings, clock, State::new(builder.seed)));
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(listener, Arc::clone(&shared)));
        tasks.spawn({
            let shared = Arc::clone(&shared);
            async move { shared.run().await }
        });
        Ok(Self { url, shared, _tasks: tasks })
    }

    /// The address, for a client's builder: `http://127.0.0.1:` and the port. It takes the requests of all products; where
    /// these share a path, the first takes it whose document the request fits.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of one document only, such as `collection`.
    pub fn url_of(&self, document: &str) -> String {
        format!("{}/{document}", self.url)
    }

    /// The key and the secret that get a token.
    pub fn credentials(&self) -> Credentials {
        Credentials::new(&*self.shared.settings.key, &*self.shared.settings.secret)
    }

    /// The key and the secret that sign requests.
    pub fn signer(&self) -> HmacSigner {
        HmacSigner::new(&*self.shared.settings.signing_key, &*self.shared.settings.signing_secret)
    }

    /// The sandbox's time.
    pub fn now(&self) -> Moment {
        self.shared.clock.now()
    }

    /// Moves the clock on, with all that happens on the way.
    pub async fn advance(&self, duration: Duration) {
        self.shared.advance_to(self.now() + duration);
    }

    /// Ends all tokens at once.
    pub fn expire_tokens(&self) {
        self.shared.change(|state, _| state.tokens.expire());
    }

    /// What was asked so far, the latest last.
    pub fn log(&self) -> Vec<LogEntry> {
        lock(&self.shared.log).entries()
    }
}
