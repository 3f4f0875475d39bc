//! How a sandbox is started.

use crate::Sandbox;
use crate::clock::Moment;
use crate::shared::Settings;

/// 2030-01-15 09:00:00, the time of the examples in the documents.
const START: Moment = Moment::from_millis(1_894_698_000_000);

/// Settings of a [`Sandbox`].
#[derive(Clone, Debug)]
#[must_use = "a builder starts nothing until start"]
pub struct Builder {
    pub(crate) port: u16,
    pub(crate) seed: u64,
    pub(crate) start: Moment,
    pub(crate) speed: f64,
    pub(crate) settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        Self { port: 0, seed: 1, start: START, speed: 0.0, settings: Settings::default() }
    }
}

impl Builder {
    /// The port; a free one when it is zero, as by default.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What the outcomes of calls are drawn from: the same seed gives the same outcomes. 1 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// When the clock starts: by default 2030-01-15 09:00:00, the time of the examples in the documents.
    pub fn start_at(mut self, moment: Moment) -> Self {
        self.start = moment;
        self
    }

    /// How many seconds of the sandbox pass in a second of real time. By default none: the clock stands still until
    /// [`Sandbox::advance`] moves it.
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = speed.clamp(0.0, 1e6);
        self
    }

    /// The key and the secret that get a token; made-up ones by default.
    pub fn credentials(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        (self.settings.key, self.settings.secret) = (key.into(), secret.into());
        self
    }

    /// The key and the secret that sign requests; made-up ones by default.
    pub fn signing_credentials(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        (self.settings.signing_key, self.settings.signing_secret) = (key.into(), secret.into());
        self
    }

    /// Remembers nothing but tokens, and answers every other request that fits its document with the documented example.
    pub fn by_example(mut self) -> Self {
        self.settings.by_example = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened.
    pub async fn start(self) -> std::io::Result<Sandbox> {
        Sandbox::run(self).await
    }
}
