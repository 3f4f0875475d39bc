//! The client of all products.

use airudder_client::platform::ADDRESS;
use airudder_client::{ClientBuilder, Credentials, Error};

/// Calls every product that is turned on as a feature.
///
/// Cheap to clone. The products' clients share the token, the connections and the settings.
#[derive(Clone, Debug)]
pub struct Client {
    core: airudder_client::Client,
}

impl Client {
    /// A client with the default settings. Nothing is sent before the first call.
    ///
    /// # Errors
    ///
    /// When the credentials cannot be right, or TLS cannot be set up.
    pub fn new(credentials: Credentials) -> Result<Self, Error> {
        Self::builder(credentials).build()
    }

    /// A client with settings of your own: another address, other paths, timeouts.
    pub fn builder(credentials: Credentials) -> ClientBuilder<Self> {
        ClientBuilder::new(credentials, ADDRESS)
    }

    /// The client underneath, for operations that no product has yet.
    #[must_use]
    pub fn core(&self) -> &airudder_client::Client {
        &self.core
    }

    /// Sessions on WhatsApp and other channels.
    ///
    /// Its requests are signed: give the builder a [`signer`](ClientBuilder::signer), or each of them is an error before
    /// anything is sent.
    #[cfg(feature = "chatbot")]
    #[must_use]
    pub fn chatbot(&self) -> airudder_chatbot::Client {
        self.core.clone().into()
    }

    /// Calls that remind people of debts.
    #[cfg(feature = "collection")]
    #[must_use]
    pub fn collection(&self) -> airudder_collection::Client {
        self.core.clone().into()
    }

    /// Calls for telemarketing and e-commerce.
    #[cfg(feature = "marketing")]
    #[must_use]
    pub fn marketing(&self) -> airudder_marketing::Client {
        self.core.clone().into()
    }

    /// Calls that verify information.
    #[cfg(feature = "info-check")]
    #[must_use]
    pub fn info_check(&self) -> airudder_info_check::Client {
        self.core.clone().into()
    }

    /// Templates run over lists of contacts.
    #[cfg(feature = "workflow")]
    #[must_use]
    pub fn workflow(&self) -> airudder_workflow::Client {
        self.core.clone().into()
    }

    /// Workflows that find leads.
    #[cfg(feature = "leads")]
    #[must_use]
    pub fn leads(&self) -> airudder_leads::Client {
        self.core.clone().into()
    }
}

impl From<airudder_client::Client> for Client {
    fn from(core: airudder_client::Client) -> Self {
        Self { core }
    }
}
