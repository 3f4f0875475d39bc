//! TLS by rustls, without touching the process-wide default provider.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{Trust, no_trust};
use crate::Error;

/// The configuration is always given: without one reqwest looks for a process-wide provider and panics if there is none.
pub(super) fn apply(
    builder: reqwest::ClientBuilder,
    provider: CryptoProvider,
    trust: Trust,
    is_http2: bool,
) -> Result<reqwest::ClientBuilder, Error> {
    let mut config = config(Arc::new(provider), trust)?;
    config.alpn_protocols.extend(is_http2.then(|| b"h2".to_vec()));
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(builder.tls_backend_preconfigured(config))
}

fn config(provider: Arc<CryptoProvider>, trust: Trust) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid_input("TLS cannot be set up").with_source(error))?;
    if trust.with_system {
        let verifier = Verifier::new_with_extra_roots(trust.roots, provider).map_err(no_trust)?;
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth());
    }
    let mut store = RootCertStore::empty();
    for root in trust.roots {
        store.add(root).map_err(no_trust)?;
    }
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}
