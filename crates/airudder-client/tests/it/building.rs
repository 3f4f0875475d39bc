//! Clients that cannot be made say why. None of this needs an async runtime.

use airudder_client::{Client, ClientBuilder, Credentials, Error, ErrorKind, Method, TlsBackend};

fn builder() -> ClientBuilder<Client> {
    ClientBuilder::new(Credentials::new("key", "secret"), "http://localhost:1")
}

fn error(builder: ClientBuilder<Client>) -> String {
    let error: Error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!error.may_have_taken_effect());
    error.to_string()
}

#[test]
fn bad_input_is_told() {
    let credentials =
        |key: &str, secret: &str| ClientBuilder::new(Credentials::new(key, secret), "http://localhost:1");
    assert!(error(credentials(" ", "secret")).contains("the key of the credentials is empty"));
    assert!(error(credentials("key", "")).contains("the secret of the credentials is empty"));
    assert!(error(builder().address("localhost")).contains("no absolute URL"));
    assert!(error(builder().address("http://example.com")).contains("allow_plain_http"));
    assert!(error(builder().path("test.look", "v2/look")).contains("does not start with a slash"));
    assert!(error(builder().path("test.look", "/look?a=1")).contains("has a query"));
    assert!(error(builder().path("test.look", "/a/%2E./b")).contains("makes another path"));
    assert!(error(builder().proxy("ftp://user:canary@proxy")).contains("the proxy is neither http"));
    assert!(error(builder().user_agent("a\nb")).contains("user agent"));
    assert!(error(builder().token_lifetime(std::time::Duration::ZERO)).contains("lifetime of a token"));
    builder().address("http://example.com").allow_plain_http().build().unwrap();
}

#[test]
fn some_schemes_need_tls() {
    for builder in [
        builder().address("https://example.com"),
        builder().proxy("https://localhost:1"),
        builder().proxy("socks5://localhost:1"),
    ] {
        if TlsBackend::ALL.is_empty() {
            assert!(error(builder).contains("`rustls-ring`"));
        } else {
            builder.build().unwrap();
        }
    }
}

#[test]
fn the_environment_must_have_the_credentials() {
    // Not set by anybody in tests; setting it would be unsafe.
    let error = Credentials::from_env().unwrap_err();
    assert!(error.to_string().contains("AIRUDDER_APP_KEY"), "{error}");
}

/// The path stands behind the host, so that it must not become part of it.
#[tokio::test]
async fn a_path_of_the_callers_own_leads_nowhere_else() {
    let client = builder().build().unwrap();
    for path in ["@example.com/", ".example.com", ":81/", "/a/../b", "/a\\..\\b", "/a/.\t./b", "/a?b=1"] {
        let error = client.request(Method::Get, path).read_nothing().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidInput, 0), "{path}");
    }
}
