//! Pushes by HTTP.

use std::error::Error;
use std::time::Duration;

use airudder_webhook::testing::Delivery;
use airudder_wire::Secret;
use airudder_wire::encryption::EncryptionKey;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How long the receiver may take, in real time. The vendor does not say.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is read, so that the connection can be used again.
const MAX_ANSWER: usize = 64 * 1024;

/// Signs, encrypts and sends.
pub(crate) struct Poster {
    client: Client<HttpConnector, Full<Bytes>>,
    key: Secret,
    encryption: Option<EncryptionKey>,
}

impl Poster {
    pub fn new(key: Secret, encryption: Option<EncryptionKey>) -> Self {
        let client =
            Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(5)).build_http();
        Self { client, key, encryption }
    }

    /// Pushes a text, and says with which status it was answered, or why not at all.
    pub async fn post(&self, url: &str, text: String) -> Result<u16, String> {
        let mut delivery = Delivery::new(text).digested();
        if let Some(key) = &self.encryption {
            delivery = delivery.encrypted(key);
        }
        let delivery = delivery.signed(self.key.clone()).map_err(|error| error.to_string())?;
        let request = delivery.request(url).map_err(|error| error.to_string())?;
        let exchange = async {
            let response =
                self.client.request(request.map(Full::new)).await.map_err(|error| cause(&error))?;
            let status = response.status().as_u16();
            // The status is what counts; a body that breaks off does not change it.
            let _ = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
            Ok(status)
        };
        let late = |_| Err(format!("no answer in {} seconds", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(late)
    }
}

/// What happened; the errors around it only say that something did.
fn cause(mut error: &dyn Error) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
