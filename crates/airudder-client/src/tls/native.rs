//! TLS by the library of the operating system.

use reqwest::Certificate;
use reqwest::tls::Version;

use super::{Trust, no_trust};
use crate::Error;

pub(super) fn apply(builder: reqwest::ClientBuilder, trust: Trust) -> Result<reqwest::ClientBuilder, Error> {
    let mut roots = Vec::new();
    for root in &trust.roots {
        roots.push(Certificate::from_der(root).map_err(no_trust)?);
    }
    // Its own minimum is TLS 1.0.
    let builder = builder.tls_backend_native().tls_version_min(Version::TLS_1_2);
    Ok(match trust.with_system {
        true => builder.tls_certs_merge(roots),
        false => builder.tls_certs_only(roots),
    })
}
