//! Proxies: what they are told, and what becomes of a call that one refuses.

use airudder_client::ErrorKind;
use tokio::net::TcpListener;

use crate::child;
use crate::operations::ring;
use crate::server::{Reply, Server, chain};

/// `user:p@ss`, which nobody but the proxy may see.
const LOGIN: &str = "user:p%40ss";
const BASIC: &str = "Basic dXNlcjpwQHNz";

#[tokio::test]
async fn a_plain_address_is_handed_over() {
    // The server plays the proxy: no such host exists.
    let proxy = Server::answering(Reply::ok()).await;
    let url = proxy.address.replace("http://", &format!("http://{LOGIN}@"));
    let builder = proxy.builder().address("http://vendor.invalid").allow_plain_http().proxy(url);
    assert!(!format!("{builder:?}").contains("p%40ss"));
    assert_eq!(builder.build().unwrap().call(&ring()).await.unwrap(), "fine");
    let calls = proxy.calls();
    assert!(calls[0].line.starts_with("POST http://vendor.invalid/service/cloud/ring"), "{}", calls[0].line);
    assert_eq!(calls[0].header("proxy-authorization"), Some(BASIC));
}

#[tokio::test]
async fn a_proxy_that_wants_other_credentials_says_so() {
    let proxy = Server::answering(Reply::new(407, "text/html", "<p>Who are you?</p>")).await;
    let builder = proxy.builder().address("http://vendor.invalid").allow_plain_http().proxy(&*proxy.address);
    let error = builder.build().unwrap().call(&ring()).await.unwrap_err();
    assert!(error.to_string().contains("ClientBuilder::proxy"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named_without_its_credentials() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let server = Server::answering(Reply::ok()).await;
    for scheme in ["http", "socks5"] {
        if scheme != "http" && airudder_client::TlsBackend::ALL.is_empty() {
            continue;
        }
        let client = server.builder().proxy(format!("{scheme}://{LOGIN}@{closed}")).build().unwrap();
        let error = client.call(&ring()).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_taken_effect()), (ErrorKind::Connect, false));
        let chain = chain(&error);
        assert!(chain.contains(&format!("the proxy {scheme}://{closed} ")), "{chain}");
    }
    assert!(server.tokens().is_empty() && server.calls().is_empty());
}

#[tokio::test]
async fn the_environment_is_read_if_asked_for() {
    let variables = [("http_proxy", "http://user:canary@127.0.0.1:1"), ("no_proxy", "localhost")];
    if !child::has_environment("proxy::the_environment_is_read_if_asked_for", &variables) {
        return;
    }
    let server = Server::answering(Reply::ok()).await;
    assert_eq!(server.client().call(&ring()).await.unwrap(), "fine");
    let error = server.builder().proxy_from_env().build().unwrap().call(&ring()).await.unwrap_err();
    assert!(chain(&error).contains("the proxy http://127.0.0.1:1 "), "{error:?}");
    let excepted = server.builder().address(server.address.replace("127.0.0.1", "localhost"));
    assert_eq!(excepted.proxy_from_env().build().unwrap().call(&ring()).await.unwrap(), "fine");
}

/// What takes TLS: tunnels, and proxies that are not plain.
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
mod secure {
    use std::sync::{Arc, Mutex};

    use airudder_client::{Client, ClientBuilder, Credentials, RetryPolicy, TlsBackend};
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
    use tokio::net::TcpStream;

    use super::*;
    use crate::authority::{Authority, TlsServer};

    /// A proxy, and the heads of the requests it got.
    struct Proxy {
        port: u16,
        heads: Arc<Mutex<Vec<String>>>,
    }

    impl Proxy {
        async fn start<F, S>(accept: impl Fn(TcpStream) -> F + Send + 'static, answer: &'static str) -> Self
        where
            F: Future<Output = S> + Send,
            S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let heads: Arc<Mutex<Vec<String>>> = Arc::default();
            let seen = Arc::clone(&heads);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tunnel(accept(stream).await, answer, &seen).await;
                }
            });
            Self { port, heads }
        }

        /// Answers every `CONNECT` with this, and tunnels if it is a 200.
        async fn plain(answer: &'static str) -> Self {
            Self::start(std::future::ready, answer).await
        }

        fn heads(&self) -> Vec<String> {
            self.heads.lock().unwrap().clone()
        }
    }

    async fn tunnel(
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        answer: &str,
        seen: &Mutex<Vec<String>>,
    ) {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte.into());
        }
        let target = head.split(' ').nth(1).unwrap().to_owned();
        seen.lock().unwrap().push(head);
        let _ = stream.write_all(answer.as_bytes()).await;
        if answer.starts_with("HTTP/1.1 200 ") {
            let mut server = TcpStream::connect(target).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
        let _ = stream.shutdown().await;
    }

    fn client(server: &TlsServer, authority: &Authority, backend: TlsBackend, proxy: String) -> Client {
        ClientBuilder::new(Credentials::new("key", "secret"), &server.address)
            .tls_backend(backend)
            .only_root_certificates(authority.pem())
            .proxy(proxy)
            // Each refusal is looked at by itself.
            .retry(RetryPolicy::never())
            .build()
            .unwrap()
    }

    #[tokio::test]
    async fn an_https_address_is_tunnelled_and_the_proxy_sees_the_host_alone() {
        let authority = Authority::new("ours");
        let server = authority.server().await;
        for &backend in TlsBackend::ALL {
            let plain = Proxy::plain("HTTP/1.1 200 Connection established\r\n\r\n").await;
            let acceptor = authority.acceptor(&[]);
            let secure = Proxy::start(
                move |stream| {
                    let accepted = acceptor.accept(stream);
                    async { accepted.await.unwrap() }
                },
                "HTTP/1.1 200 OK\r\n\r\n",
            )
            .await;
            for (scheme, proxy) in [("http", plain), ("https", secure)] {
                let url = format!("{scheme}://{LOGIN}@localhost:{}", proxy.port);
                let client = client(&server, &authority, backend, url);
                assert_eq!(client.call(&ring()).await.unwrap(), "fine", "{backend:?} by {scheme}");
                for head in proxy.heads() {
                    let lines: Vec<_> = head.trim_end().split("\r\n").collect();
                    let host = format!("localhost:{}", server.port);
                    assert_eq!(lines[0], format!("CONNECT {host} HTTP/1.1"));
                    assert_eq!(lines[1], format!("Host: {host}"));
                    assert!(
                        lines[2].eq_ignore_ascii_case(&format!("Proxy-Authorization: {BASIC}")),
                        "{head}"
                    );
                    assert_eq!(lines.len(), 3, "{head}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_refused_tunnel_is_a_call_that_was_not_sent() {
        let authority = Authority::new("ours");
        let server = authority.server().await;
        for answer in [
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
            "nonsense\r\n\r\n",
            "",
        ] {
            for &backend in TlsBackend::ALL {
                let proxy = Proxy::plain(answer).await;
                let name = format!("http://localhost:{}", proxy.port);
                let client = client(&server, &authority, backend, name.replace("//", &format!("//{LOGIN}@")));
                let error = client.call(&ring()).await.unwrap_err();
                assert_eq!((error.kind(), error.may_have_taken_effect()), (ErrorKind::Connect, false));
                let text = format!("{error:?}{}", chain(&error));
                assert!(text.contains(&format!("the proxy {name} is up")), "{text}");
                assert!(!["p%40ss", "p@ss", BASIC].iter().any(|canary| text.contains(canary)), "{text}");
                assert_eq!(proxy.heads().len(), 1);
            }
        }
        assert_eq!(server.count(), 0);
    }

    /// The same for SOCKS: version, then each with its length.
    const LOGIN_MESSAGE: &[u8] = b"\x01\x04user\x04p@ss";

    /// The login, then the request to connect, are answered as a proxy does that accepts both.
    async fn socks(server: u16) -> (u16, Arc<Mutex<Vec<u8>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let login: Arc<Mutex<Vec<u8>>> = Arc::default();
        let seen = Arc::clone(&login);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (version, methods) = (stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap());
                assert_eq!(version, 5);
                stream.read_exact(&mut vec![0; methods.into()]).await.unwrap();
                stream.write_all(&[5, 2]).await.unwrap();
                let mut bytes = vec![0; LOGIN_MESSAGE.len()];
                stream.read_exact(&mut bytes).await.unwrap();
                *seen.lock().unwrap() = bytes;
                stream.write_all(&[1, 0]).await.unwrap();
                let mut request = [0; 5];
                stream.read_exact(&mut request).await.unwrap();
                assert_eq!(request[..4], [5, 1, 0, 3], "a name for the proxy to resolve");
                stream.read_exact(&mut vec![0; usize::from(request[4]) + 2]).await.unwrap();
                stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
                let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            }
        });
        (port, login)
    }

    #[tokio::test]
    async fn socks_proxies_connect_to_a_name() {
        let server = Server::answering(Reply::ok()).await;
        let port = server.address.rsplit_once(':').unwrap().1.parse().unwrap();
        let (proxy, login) = socks(port).await;
        let client = server
            .builder()
            .address(format!("http://vendor.invalid:{port}"))
            .allow_plain_http()
            .proxy(format!("socks5h://{LOGIN}@127.0.0.1:{proxy}"))
            .build()
            .unwrap();
        assert_eq!(client.call(&ring()).await.unwrap(), "fine");
        assert_eq!(*login.lock().unwrap(), LOGIN_MESSAGE);
        assert!(server.calls()[0].line.starts_with("POST /service/cloud/ring"));
    }
}
