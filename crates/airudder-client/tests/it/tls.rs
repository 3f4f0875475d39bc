//! TLS as built by default, against a real TLS server with a private authority.

use std::sync::{Arc, Mutex};

use airudder_client::{Client, ClientBuilder, Credentials, ErrorKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::operations::ring as ring_operation;
use crate::server::{Reply, serve};

/// Authorities of one name would be taken for each other.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, key).unwrap()
}

/// Starts a server for `localhost` and gives its address.
async fn start(authority: &CertifiedIssuer<'static, KeyPair>) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let seen = Mutex::default();
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, &seen, &|request, count| {
                    if request.is_token() { Reply::token(count) } else { Reply::ok() }
                })
                .await;
            }
        }
    });
    address
}

fn client(address: &str, authority: &CertifiedIssuer<'static, KeyPair>) -> Client {
    ClientBuilder::new(Credentials::new("key", "secret"), address)
        .add_root_certificate(authority.pem())
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_default_build_speaks_tls_without_a_global_provider() {
    let authority = authority("ours");
    let address = start(&authority).await;
    assert_eq!(client(&address, &authority).call(&ring_operation()).await.unwrap(), "fine");
    assert!(CryptoProvider::get_default().is_none(), "the process-wide provider is the program's to set");
}

#[tokio::test]
async fn an_unknown_authority_is_refused_before_anything_is_sent() {
    let address = start(&authority("theirs")).await;
    let error = client(&address, &authority("ours")).call(&ring_operation()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert!(!error.may_have_taken_effect());
    let mut chain = String::new();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        chain += &format!("{error}; ");
        source = error.source();
    }
    assert!(chain.contains("UnknownIssuer"), "{chain}");
}
