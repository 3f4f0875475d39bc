//! A private authority, and TLS servers it vouches for.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::server::{Received, Reply, serve};

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// Authorities of one name would be taken for each other.
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Accepts connections to `localhost`.
    pub fn acceptor(&self, alpn: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }

    /// Starts a server that answers every call with `fine`.
    pub async fn server(&self) -> TlsServer {
        let acceptor = self.acceptor(&["http/1.1"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let seen = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, &seen, &|request, count| {
                        if request.is_token() { Reply::token(count) } else { Reply::ok() }
                    })
                    .await;
                }
            }
        });
        TlsServer { address: format!("https://localhost:{port}"), port, received }
    }
}

pub struct TlsServer {
    pub address: String,
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl TlsServer {
    /// How many requests came, for tokens too.
    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}
