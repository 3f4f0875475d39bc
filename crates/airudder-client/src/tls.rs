//! TLS by rustls with ring, without touching the process-wide default provider.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::Error;

/// The configuration for one address; with plain http it trusts nobody, and the system's certificates are not read.
pub(crate) fn config(is_https: bool, roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid_input("TLS cannot be set up").with_source(error))?;
    let mut config = if is_https {
        let verifier = Arc::new(verifier(roots, provider)?);
        builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
    } else {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, Error> {
    Verifier::new_with_extra_roots(roots, provider).map_err(|error| {
        let what = "there is no usable root certificate; install those of the operating system (often the package \
                    ca-certificates), or pass valid ones to ClientBuilder::add_root_certificate";
        Error::invalid_input(what).with_source(error)
    })
}

/// The certificates of a PEM file.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let refuse =
        || Error::invalid_input("the root certificate is no PEM; pass a file with BEGIN CERTIFICATE in it");
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| refuse().with_source(error))?;
    if certificates.is_empty() { Err(refuse()) } else { Ok(certificates) }
}
