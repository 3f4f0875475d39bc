//! The account's key and secret.

use std::{env, fmt};

use airudder_wire::Secret;

use crate::Error;

/// The account's key and secret, which the vendor issues.
///
/// `Debug` shows neither, and the memory of the secret is zeroed on drop. What it was made from is not: a `String` that is
/// handed over is kept and zeroed in place, while a `&str` or the environment still has it.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) key: String,
    pub(crate) secret: Secret,
}

impl Credentials {
    /// Holds a key and its secret; [`ClientBuilder::build`](crate::ClientBuilder::build) refuses empty ones.
    pub fn new(key: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self { key: key.into(), secret: secret.into() }
    }

    /// Reads `AIRUDDER_APP_KEY` and `AIRUDDER_APP_SECRET`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if one of them is not set.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::new(variable("AIRUDDER_APP_KEY")?, variable("AIRUDDER_APP_SECRET")?))
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let missing = if self.key.trim().is_empty() {
            "key"
        } else if self.secret.expose().trim().is_empty() {
            "secret"
        } else {
            return Ok(());
        };
        Err(Error::invalid_input(format!(
            "the {missing} of the credentials is empty; use the one the vendor issued"
        )))
    }
}

fn variable(name: &str) -> Result<String, Error> {
    // The error of `env::var` may quote the value, so it is no source.
    env::var(name).map_err(|_| {
        Error::invalid_input(format!(
            "the environment variable {name} is not set to text; set it to the account's value"
        ))
    })
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("key", &"***").field("secret", &"***").finish()
    }
}
