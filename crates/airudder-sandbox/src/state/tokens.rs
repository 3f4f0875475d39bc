//! Access tokens: valid for 24 hours, and for 24 more when they are asked for again.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Handler, State};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;

const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The account, and its token.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// Secrets by key: those that the sandbox was started with this time.
    #[serde(skip)]
    accounts: HashMap<String, String>,
    /// Tokens by the key of their account, and when they expire.
    tokens: HashMap<String, (String, Moment)>,
}

impl Tokens {
    /// Lets an account in.
    pub fn open_account(&mut self, key: &str, secret: &str) {
        self.accounts.insert(key.to_owned(), secret.to_owned());
    }

    /// Whether a token is known and has not expired.
    pub fn is_good(&self, token: &str, now: Moment) -> bool {
        self.tokens.values().any(|(known, expiry)| known == token && now < *expiry)
    }

    /// Ends all tokens at once.
    pub fn expire(&mut self) {
        self.tokens.clear();
    }
}

pub(super) fn handler(_: &str, operation: &str) -> Option<Handler> {
    (operation == "obtainToken").then_some(obtain as Handler)
}

fn obtain(state: &mut State, request: &Request) -> Reply {
    let (key, secret) = (request.text("APPKey").unwrap_or_default(), request.text("APPSecret"));
    if state.tokens.accounts.get(&key) != secret.as_ref() || secret.is_none() {
        return Refusal::new(403, "the key or the secret is not that of an account").into();
    }
    let expiry = request.now + LIFETIME;
    let fresh = state.random.id();
    let entry = state.tokens.tokens.entry(key).or_insert_with(|| (fresh.clone(), expiry));
    if request.now >= entry.1 {
        entry.0 = fresh;
    }
    entry.1 = expiry;
    Reply::Data(json!({ "token": entry.0 }))
}
