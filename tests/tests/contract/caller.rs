//! Makes calls by a client of ours, and gathers what there is against them.

use std::collections::BTreeSet;
use std::error::Error;
use std::mem;
use std::sync::{Arc, Mutex};

use airudder_client::{
    AttemptStart, Call, Client, ClientBuilder, Credentials, Hook, RetryPolicy, Signable, Signature, Signer,
};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::document;
use crate::front::{Answered, Front};
use crate::server::Server;
use crate::tool::Tool;

/// A client whose requests pass by a [`Front`] and end at a tool.
pub struct Caller {
    tool: Tool,
    runtime: Runtime,
    front: Front,
    client: Client,
    attempts: Attempts,
    called: BTreeSet<&'static str>,
    complaints: Vec<String>,
}

impl Caller {
    pub fn new(tool: Tool, platform: &Server, product: &Server) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (front, address) = runtime.block_on(Front::start(platform, product));
        let attempts = Attempts::default();
        let client = ClientBuilder::<Client>::new(Credentials::new("key-1", "secret-1"), address)
            .signer(Stamp)
            .retry(RetryPolicy::never())
            .hook(attempts.clone())
            .build()
            .unwrap();
        let (called, complaints) = (BTreeSet::new(), Vec::new());
        Self { tool, runtime, front, client, attempts, called, complaints }
    }

    /// The client, from which those of the products are made.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes a call and looks at every request that it took, the one for a token among them.
    pub fn call<T>(&mut self, example: &str, call: Call<T>) {
        let outcome = self.runtime.block_on(call.into_future());
        let mut complaints = Vec::new();
        for (attempt, answered) in self.attempts.take().into_iter().zip(self.front.take()) {
            self.called.insert(attempt.operation);
            let found = self.judge(&attempt, &answered).into_iter();
            complaints.extend(found.map(|complaint| format!("{}: {complaint}", attempt.operation)));
        }
        if let Err(error) = outcome {
            let cause = error.source().map(|cause| format!(": {cause}"));
            complaints.push(format!("{error}{}", cause.unwrap_or_default()));
        }
        self.complaints.extend(complaints.into_iter().map(|complaint| format!("{example}: {complaint}")));
    }

    fn judge(&self, attempt: &Attempt, answered: &Answered) -> Vec<String> {
        let Some(operation) = document::operation(attempt.operation) else {
            return vec!["no document has it".to_owned()];
        };
        let mut complaints = self.tool.violations(operation, &answered.headers);
        if (attempt.method, attempt.path.as_str()) != (operation.method.as_str(), operation.path.as_str()) {
            complaints.push(format!("sent by {} to {}", attempt.method, attempt.path));
        }
        // Otherwise that the client can read the answer would say little.
        let answer = serde_json::from_slice::<Value>(&answered.body).ok();
        let is_documented = answer.is_some_and(|answer| operation.answers.contains(&answer));
        if !operation.answers.is_empty() && !is_documented {
            complaints.push(format!("answered otherwise: {}", String::from_utf8_lossy(&answered.body)));
        }
        complaints
    }

    /// The ids of what was called.
    pub fn called(&self) -> &BTreeSet<&'static str> {
        &self.called
    }

    /// What there is against the calls so far: by the tool, by the documents, and by the client who read the answers.
    pub fn complaints(&mut self) -> Vec<String> {
        let drift = self.client.drift().places;
        self.complaints.extend(drift.iter().map(|drift| format!("drift: {drift}")));
        mem::take(&mut self.complaints)
    }
}

/// What the client says of the requests that it sends.
#[derive(Clone, Default)]
struct Attempts(Arc<Mutex<Vec<Attempt>>>);

struct Attempt {
    operation: &'static str,
    method: &'static str,
    /// The template of the path.
    path: String,
}

impl Attempts {
    fn take(&self) -> Vec<Attempt> {
        mem::take(&mut self.0.lock().unwrap())
    }
}

impl Hook for Attempts {
    fn before_attempt(&self, attempt: &AttemptStart<'_>) {
        let called = attempt.call;
        let (operation, method) = (called.operation, called.method.as_str());
        self.0.lock().unwrap().push(Attempt { operation, method, path: called.template.to_owned() });
    }
}

struct Stamp;

impl Signer for Stamp {
    fn sign(&self, _: &Signable<'_>) -> Result<Signature, Box<dyn Error + Send + Sync>> {
        Ok(Signature { sign: "stamp".to_owned(), key: "key-1".to_owned() })
    }
}
