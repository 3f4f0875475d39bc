//! How a sandbox is started.

use std::path::PathBuf;
use std::time::Duration;

use airudder_wire::Secret;
use airudder_wire::encryption::EncryptionKey;

use crate::Sandbox;
use crate::clock::Moment;
use crate::fault::{Draw, Fault};
use crate::push::Habits;
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
    pub(crate) lines: u32,
    pub(crate) state_file: Option<PathBuf>,
    /// Addresses of callbacks, of a document or of all.
    pub(crate) targets: Vec<(Option<String>, String)>,
    pub(crate) habits: Habits,
    pub(crate) draw: Draw,
    pub(crate) settings: Settings,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 1,
            start: START,
            speed: 0.0,
            lines: 100,
            state_file: None,
            targets: Vec::new(),
            habits: Habits::default(),
            settings: Settings::default(),
            draw: Draw::default(),
        }
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

    /// How many calls of one calling task go on at once: 100 by default, and at least one.
    pub fn lines(mut self, lines: u32) -> Self {
        self.lines = lines.max(1);
        self
    }

    /// How many seconds of the sandbox pass in a second of real time. By default none: the clock stands still until
    /// [`Sandbox::advance`] moves it. A million is the most; what is no number, or less than none, lets it stand still.
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = if speed > 0.0 { speed.min(1e6) } else { 0.0 };
        self
    }

    /// A file from which the sandbox goes on where another one was [saved](Sandbox::save), at the time that its clock showed;
    /// then the seed and the start do not count. A file that does not exist is made by the first saving.
    pub fn state_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.state_file = Some(file.into());
        self
    }

    /// Where callbacks are pushed to, for all documents that have no address of their own. Without an address they are
    /// only noted in [`Sandbox::callbacks`].
    ///
    /// Each is a POST, signed for [`HmacSha256`](airudder_webhook::HmacSha256) by the
    /// [key](Self::callback_key) and for [`SignedDigest`](airudder_webhook::SignedDigest). After an abnormal answer it
    /// comes again a minute later by the sandbox's clock, five times in all.
    pub fn callbacks(mut self, url: impl Into<String>) -> Self {
        self.targets.push((None, url.into()));
        self
    }

    /// Where the callbacks of one document are pushed to, such as `workflow`.
    pub fn callbacks_of(mut self, document: impl Into<String>, url: impl Into<String>) -> Self {
        self.targets.push((Some(document.into()), url.into()));
        self
    }

    /// The key that callbacks are signed with; `sandbox-callback-key` by default.
    pub fn callback_key(mut self, key: impl Into<Secret>) -> Self {
        self.settings.callback_key = key.into();
        self
    }

    /// Encrypts the bodies of callbacks, as those of requests are.
    pub fn encrypted_callbacks(mut self, key: EncryptionKey) -> Self {
        self.settings.callback_encryption = Some(key);
        self
    }

    /// Holds each push back by up to this long, drawn from the seed, so that callbacks overtake each other. By default they
    /// come in their order, each after the one before was answered.
    pub fn shuffled(mut self, within: Duration) -> Self {
        self.habits.hold_back = within;
        self
    }

    /// The share of callbacks, between 0 and 1, that come once more after they were taken; drawn from the seed. None by
    /// default.
    pub fn duplicates(mut self, share: f64) -> Self {
        self.habits.duplicates = share;
        self
    }

    /// The share of requests, between 0 and 1, that a fault befalls; which ones and what is drawn from the seed. None by
    /// default.
    pub fn fault_rate(mut self, rate: f64) -> Self {
        self.draw.rate = rate;
        self
    }

    /// What is drawn among by [`fault_rate`](Self::fault_rate); [`Fault::ALL`] by default.
    pub fn fault_kinds(mut self, kinds: impl IntoIterator<Item = Fault>) -> Self {
        self.draw.kinds = kinds.into_iter().collect();
        self
    }

    /// The key and the secret that get a token; made-up ones by default.
    pub fn credentials(mut self, key: impl Into<String>, secret: impl Into<Secret>) -> Self {
        (self.settings.key, self.settings.secret) = (key.into(), secret.into());
        self
    }

    /// The key and the secret that sign requests; made-up ones by default.
    pub fn signing_credentials(mut self, key: impl Into<String>, secret: impl Into<Secret>) -> Self {
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
    /// When the port cannot be opened, when a setting is [`Invalid`](crate::Invalid), or when the state file is there and
    /// cannot be understood. It is left as it is.
    pub async fn start(self) -> std::io::Result<Sandbox> {
        Sandbox::run(self).await
    }
}
