//! TLS by each backend of this build, against a real TLS server with a private authority.

use airudder_client::{Client, ClientBuilder, Credentials, ErrorKind, TlsBackend};
use tokio_rustls::rustls::crypto::CryptoProvider;

use crate::authority::Authority;
use crate::child;
use crate::operations::ring;
use crate::server::chain;

fn builder(address: &str, backend: TlsBackend) -> ClientBuilder<Client> {
    ClientBuilder::new(Credentials::new("key", "secret"), address).tls_backend(backend)
}

#[tokio::test]
async fn every_backend_speaks_tls_without_a_global_provider() {
    let authority = Authority::new("ours");
    let server = authority.server().await;
    for &backend in TlsBackend::ALL {
        for client in [
            builder(&server.address, backend).add_root_certificate(authority.pem()),
            builder(&server.address, backend).only_root_certificates(authority.pem()),
            builder(&server.address, backend)
                .only_root_certificates(Authority::new("another").pem())
                .add_root_certificate(authority.pem()),
        ] {
            let client = client.build().unwrap();
            assert_eq!(client.call(&ring()).await.unwrap(), "fine", "{backend:?}");
        }
    }
    assert!(CryptoProvider::get_default().is_none(), "the process-wide provider is the program's to set");
}

#[tokio::test]
async fn a_backend_need_not_be_chosen() {
    let authority = Authority::new("ours");
    let server = authority.server().await;
    let builder = ClientBuilder::<Client>::new(Credentials::new("key", "secret"), &server.address);
    let client = builder.add_root_certificate(authority.pem()).build().unwrap();
    assert_eq!(client.call(&ring()).await.unwrap(), "fine");
}

#[tokio::test]
async fn an_unknown_authority_is_refused_before_anything_is_sent() {
    let server = Authority::new("theirs").server().await;
    let ours = Authority::new("ours").pem();
    for &backend in TlsBackend::ALL {
        for client in [
            builder(&server.address, backend),
            builder(&server.address, backend).add_root_certificate(ours.clone()),
            builder(&server.address, backend).only_root_certificates(ours.clone()),
        ] {
            let error = client.build().unwrap().call(&ring()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
            assert!(!error.may_have_taken_effect());
            let chain = chain(&error);
            assert!(
                ["UnknownIssuer", "certificate verify failed"].iter().any(|it| chain.contains(it)),
                "{chain}"
            );
        }
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new("ours");
    let server = authority.server().await;
    for &backend in TlsBackend::ALL {
        let address = format!("https://127.0.0.1:{}", server.port);
        let client = builder(&address, backend).add_root_certificate(authority.pem()).build().unwrap();
        let error = client.call(&ring()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{backend:?}: {error:?}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn certificates_must_be_certificates() {
    for &backend in TlsBackend::ALL {
        for (pem, why) in [
            ("", "BEGIN CERTIFICATE"),
            ("nonsense", "BEGIN CERTIFICATE"),
            ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "BEGIN CERTIFICATE"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no usable root certificate"),
        ] {
            for builder in [
                builder("https://localhost", backend).add_root_certificate(pem),
                builder("https://localhost", backend).only_root_certificates(pem),
            ] {
                let error = builder.build().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                assert!(error.to_string().contains(why), "{backend:?}: {error}");
            }
        }
    }
}

/// A container image may have nothing but the program.
#[tokio::test]
async fn a_system_without_certificates() {
    let nowhere = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    if !child::has_environment("tls::a_system_without_certificates", &nowhere) {
        return;
    }
    let authority = Authority::new("ours");
    let server = authority.server().await;
    for &backend in TlsBackend::ALL {
        match builder(&server.address, backend).build() {
            Err(error) => assert!(error.to_string().contains("only_root_certificates"), "{error}"),
            // OpenSSL looks when it connects.
            Ok(client) => assert_eq!(client.call(&ring()).await.unwrap_err().kind(), ErrorKind::Connect),
        }
        let client =
            builder(&server.address, backend).only_root_certificates(authority.pem()).build().unwrap();
        assert_eq!(client.call(&ring()).await.unwrap(), "fine", "{backend:?}");
        // Plain http asks for none.
        builder("http://localhost", backend).build().unwrap();
    }
}
