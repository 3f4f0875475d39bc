//! A sandbox that runs.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airudder_client::{Credentials, HmacSigner};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::builder::Builder;
use crate::catalog::Catalog;
use crate::clock::{Clock, Moment, lock};
use crate::contract::Callback;
use crate::fault::{Faults, Rule};
use crate::invalid::Invalid;
use crate::log::Log;
use crate::push::{CallbackEntry, Push};
use crate::saved;
use crate::schema;
use crate::server;
use crate::shared::Shared;
use crate::state::State;

/// A stand-in for the vendor on a loopback port. It ends when it is dropped.
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
        if builder.settings.callback_key.expose().trim().is_empty() {
            return Err(Invalid::new("the key of the callbacks is empty").into());
        }
        let saved = builder.state_file.as_deref().map(saved::load).transpose()?.flatten();
        let (start, mut state) = saved.unwrap_or_else(|| (builder.start, State::new(builder.seed)));
        state.address.clone_from(&url);
        state.calls.lines = builder.lines;
        state.callbacks.habits = builder.habits;
        for (document, url) in &builder.targets {
            state.callbacks.targets.set(document.as_deref(), url)?;
        }
        let faults = Faults::new(builder.draw, builder.seed);
        let shared = Arc::new(Shared::new(builder.settings, Clock::new(start, builder.speed), faults, state));
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(listener, Arc::clone(&shared)));
        tasks.spawn({
            let shared = Arc::clone(&shared);
            async move { shared.run().await }
        });
        tasks.spawn({
            let shared = Arc::clone(&shared);
            async move { shared.keep_pushing().await }
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
        Credentials::new(self.key(), self.secret())
    }

    /// The key alone, as a text for another program.
    pub fn key(&self) -> &str {
        &self.shared.settings.key
    }

    /// The secret that belongs to [`key`](Self::key).
    pub fn secret(&self) -> &str {
        self.shared.settings.secret.expose()
    }

    /// The key that signs the requests of the chatbot.
    pub fn signing_key(&self) -> &str {
        &self.shared.settings.signing_key
    }

    /// The secret that belongs to [`signing_key`](Self::signing_key).
    pub fn signing_secret(&self) -> &str {
        self.shared.settings.signing_secret.expose()
    }

    /// The key and the secret that sign requests.
    pub fn signer(&self) -> HmacSigner {
        HmacSigner::new(self.signing_key(), self.signing_secret())
    }

    /// The sandbox's time.
    pub fn now(&self) -> Moment {
        self.shared.clock.now()
    }

    /// Moves the clock on, with all that happens on the way. Callbacks are pushed on the way too, and answered before the
    /// clock moves on past their moment.
    ///
    /// Zero is a good duration: it waits until all callbacks that are due were answered.
    pub async fn advance(&self, duration: Duration) {
        self.shared.advance_to(self.now() + duration).await;
    }

    /// Lets a person write a text to a WhatsApp account, in the session that goes on or in a new one. The answer is the id
    /// of the session, or none when there is no such account.
    pub fn customer_writes(&self, channel_id: &str, number: &str, text: &str) -> Option<String> {
        self.shared.change(|state, now| state.customer_writes(channel_id, number, text, now))
    }

    /// Sets where callbacks are pushed to from now on, for all documents that have no address of their own.
    ///
    /// # Errors
    ///
    /// When it is no address that begins with `http://`.
    pub fn set_callbacks(&self, url: &str) -> Result<(), Invalid> {
        self.shared.change(|state, _| state.callbacks.targets.set(None, url))
    }

    /// Sets where the callbacks of one document are pushed to from now on.
    ///
    /// # Errors
    ///
    /// When it is no address that begins with `http://`, or there is no such document.
    pub fn set_callbacks_of(&self, document: &str, url: &str) -> Result<(), Invalid> {
        self.shared.change(|state, _| state.callbacks.targets.set(Some(document), url))
    }

    /// The key that callbacks are signed with, for a receiver to verify them.
    pub fn callback_key(&self) -> &str {
        self.shared.settings.callback_key.expose()
    }

    /// The callbacks so far, and what became of each. Of those that are done, the last 10,000 are remembered.
    pub fn callbacks(&self) -> Vec<CallbackEntry> {
        self.shared.change(|state, _| state.callbacks.entries())
    }

    /// Pushes a callback, whatever its body, and returns when it was answered; without an address it is only noted.
    ///
    /// With [`Builder::shuffled`] it may have to wait for the clock, and is returned before it was pushed.
    ///
    /// # Errors
    ///
    /// When the document has no such callback, or the body is nested more than 64 levels deep.
    pub async fn push(
        &self,
        document: &str,
        callback: &str,
        body: serde_json::Value,
    ) -> Result<CallbackEntry, Invalid> {
        let found = Catalog::callback(document, callback)?;
        self.push_now(document, found, body).await
    }

    /// Pushes the documented example of a callback; otherwise as [`push`](Self::push).
    ///
    /// # Errors
    ///
    /// When the document has no such callback.
    pub async fn push_example(&self, document: &str, callback: &str) -> Result<CallbackEntry, Invalid> {
        let found = Catalog::callback(document, callback)?;
        self.push_now(document, found, schema::json(found.example)).await
    }

    async fn push_now(
        &self,
        document: &str,
        callback: &Callback,
        body: serde_json::Value,
    ) -> Result<CallbackEntry, Invalid> {
        let (document, callback) = (document.to_owned(), callback.id.to_owned());
        self.shared.push_now(Push { document, callback, body }).await
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

    /// Has a fault befall requests from now on: all of them, or those of a [`Rule`]. One that a request asks for itself by
    /// the header `Sandbox-Fault` goes before rules, and a rule before chance.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use airudder_sandbox::{Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.fault(Fault::ResetAfter.on("createTask").times(2))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When no request can be meant.
    pub fn fault(&self, rule: impl Into<Rule>) -> Result<(), Invalid> {
        lock(&self.shared.faults).add(rule.into())
    }

    /// Ends all faults by rule and by chance.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// What was asked so far, and what the sandbox did.
    pub fn log(&self) -> Log {
        self.shared.log()
    }
}

/// Shows nothing of what it remembers: contacts are personal.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).field("now", &self.now()).finish_non_exhaustive()
    }
}
