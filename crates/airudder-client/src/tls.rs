//! TLS: who speaks it, and whom it trusts.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod rustls;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::Error;

/// A library that speaks TLS; each is a feature of this crate, and only those of this build exist.
///
/// A client uses the first of [`ALL`](Self::ALL) unless
/// [`ClientBuilder::tls_backend`](crate::ClientBuilder::tls_backend) names another, so that turning on a further feature
/// never changes what a program already does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with the cryptography of ring.
    #[cfg(feature = "rustls-ring")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls-ring")))]
    RustlsRing,
    /// rustls with the cryptography of AWS-LC.
    #[cfg(feature = "rustls-aws-lc")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rustls-aws-lc")))]
    RustlsAwsLc,
    /// What comes with the operating system: SChannel on Windows, Secure Transport on Apple's, OpenSSL elsewhere.
    #[cfg(feature = "native-tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "native-tls")))]
    NativeTls,
}

impl TlsBackend {
    /// The backends of this build, the preferred one first.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "rustls-ring")]
        Self::RustlsRing,
        #[cfg(feature = "rustls-aws-lc")]
        Self::RustlsAwsLc,
        #[cfg(feature = "native-tls")]
        Self::NativeTls,
    ];
}

/// What a client is told about TLS.
#[derive(Default)]
pub(crate) struct Tls {
    pub(crate) backend: Option<TlsBackend>,
    /// PEM files.
    pub(crate) roots: Vec<Vec<u8>>,
    /// Whether the certificates of the operating system are left out.
    pub(crate) is_only: bool,
    pub(crate) is_http2: bool,
}

/// Whom the server's certificate must come from.
#[cfg_attr(
    not(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")),
    expect(dead_code, reason = "no backend reads it")
)]
struct Trust {
    roots: Vec<CertificateDer<'static>>,
    with_system: bool,
}

impl Tls {
    /// Sets up TLS. Where nobody speaks it, nobody is trusted, and the certificates of the system are not read.
    pub(crate) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
        is_spoken: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let mut trust = Trust { roots: Vec::new(), with_system: is_spoken && !self.is_only };
        for pem in &self.roots {
            trust.roots.extend(certificates(pem)?);
        }
        let Some(backend) = self.backend.or(TlsBackend::ALL.first().copied()) else {
            return if is_spoken { Err(no_backend()) } else { Ok(builder) };
        };
        match backend {
            #[cfg(feature = "rustls-ring")]
            TlsBackend::RustlsRing => {
                rustls::apply(builder, ::rustls::crypto::ring::default_provider(), trust, self.is_http2)
            }
            #[cfg(feature = "rustls-aws-lc")]
            TlsBackend::RustlsAwsLc => {
                rustls::apply(builder, ::rustls::crypto::aws_lc_rs::default_provider(), trust, self.is_http2)
            }
            #[cfg(feature = "native-tls")]
            TlsBackend::NativeTls => native::apply(builder, trust),
        }
    }
}

fn no_backend() -> Error {
    Error::invalid_input(
        "https needs TLS, which this build lacks; turn on one of the features `rustls-ring`, `rustls-aws-lc` and \
         `native-tls` of airudder-client",
    )
}

/// The certificates of a PEM file.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let refuse =
        || Error::invalid_input("the root certificate is no PEM; pass a file with BEGIN CERTIFICATE in it");
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| refuse().with_source(error))?;
    if certificates.is_empty() { Err(refuse()) } else { Ok(certificates) }
}

/// The error of certificates that TLS cannot use.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
fn no_trust(source: impl Into<crate::error::BoxError>) -> Error {
    let what = "there is no usable root certificate; install those of the operating system (often the package \
                ca-certificates), or pass valid ones to ClientBuilder::add_root_certificate or, where there is no \
                system to speak of, only_root_certificates";
    Error::invalid_input(what).with_source(source)
}
