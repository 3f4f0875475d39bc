//! A sandbox that runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::Credentials;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::builder::Builder;
use crate::clock::{Clock, Moment, lock};
use crate::log::LogEntry;
use crate::saved;
use crate::server;
use crate::shared::{Settings, Shared};
use crate::state::State;

/// A stand-in for the vendor on a loopback port. It ends when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    shared: Arc<Shared>,
    state_file: Option<PathBuf>,
    /// What [`Shared::changes`] was when the state was last saved.
    saved: Mutex<Option<u64>>,
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
        let settings = Settings {
            key: "sandbox-key".to_owned(),
            secret: "sandbox-secret".to_owned(),
            signing_key: "sandbox-signing-key".to_owned(),
            signing_secret: "sandbox-signing-secret".to_owned(),
        };
        let saved = builder.state_file.as_deref().map(saved::load).transpose()?.flatten();
        let (start, mut state) = saved.unwrap_or_else(|| (builder.start, State::new(builder.seed)));
        state.address.clone_from(&url);
        let shared = Arc::new(Shared::new(settings, Clock::new(start, builder.speed), state));
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(listener, Arc::clone(&shared)));
        tasks.spawn({
            let shared = Arc::clone(&shared);
            async move { shared.run().await }
        });
        Ok(Self { url, shared, state_file: builder.state_file, saved: Mutex::default(), _tasks: tasks })
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

    /// The key alone, as a text for another program.
    pub fn key(&self) -> &str {
        &self.shared.settings.key
    }

    /// The secret that belongs to [`key`](Self::key).
    pub fn secret(&self) -> &str {
        &self.shared.settings.secret
    }

    /// The key that signs the requests of the chatbot.
    pub fn signing_key(&self) -> &str {
        &self.shared.settings.signing_key
    }

    /// The secret that belongs to [`signing_key`](Self::signing_key).
    pub fn signing_secret(&self) -> &str {
        &self.shared.settings.signing_secret
    }

    /// Lets a person write a text to a WhatsApp account, in the session that goes on or in a new one. The answer is the id
    /// of the session, or none when there is no such account.
    pub fn customer_writes(&self, channel_id: &str, number: &str, text: &str) -> Option<String> {
        self.shared.change(|state, now| state.customer_writes(channel_id, number, text, now))
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

    /// Saves everything but the log to the [state file](Builder::state_file), if there is one and anything has changed since
    /// the last time, and says whether it did. The file is replaced as a whole, so that it is never half of one.
    ///
    /// This waits for the disk: call it where waiting does no harm.
    ///
    /// # Errors
    ///
    /// When the file cannot be written. The one that was there stays.
    pub fn save(&self) -> std::io::Result<bool> {
        let Some(file) = &self.state_file else { return Ok(false) };
        // Held while writing, so that of two at once the later one does not lose to the earlier.
        let mut saved = lock(&self.saved);
        let changes = self.shared.changes();
        if *saved == Some(changes) {
            return Ok(false);
        }
        let content = self.shared.look(|state, now| saved::content(now, state))?;
        saved::write(file, &content)?;
        *saved = Some(changes);
        Ok(true)
    }

    /// What was asked so far, the latest last.
    pub fn log(&self) -> Vec<LogEntry> {
        lock(&self.shared.log).entries()
    }
}
