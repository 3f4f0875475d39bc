//! Proxies.

use std::env;
use std::ffi::OsString;

use airudder_wire::Secret;
use reqwest::NoProxy;
use url::Url;

use crate::{Error, TlsBackend};

/// Where connections go.
#[derive(Debug, Default)]
pub(crate) enum Route {
    #[default]
    Direct,
    /// By the proxy of this URL, which may hold credentials.
    Proxy(Secret),
    /// By what the environment says.
    Environment,
}

impl Route {
    /// The proxy, if there is one for the scheme.
    pub(crate) fn proxy(&self, is_https: bool) -> Result<Option<Proxy>, Error> {
        match self {
            Self::Direct => Ok(None),
            Self::Proxy(url) => Proxy::parse("the proxy", url.expose(), None).map(Some),
            Self::Environment => Proxy::from_variables(is_https, env::var_os),
        }
    }
}

/// A checked proxy.
pub(crate) struct Proxy {
    url: Url,
    exceptions: Option<NoProxy>,
}

impl Proxy {
    /// Chooses as curl does. `HTTP_PROXY` is not read in capitals, since a header of a request sets it under CGI.
    fn from_variables(
        is_https: bool,
        variable: impl Fn(&'static str) -> Option<OsString>,
    ) -> Result<Option<Self>, Error> {
        let text = |name| match variable(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Some(Err(_)) => Err(Error::invalid_input(format!("the environment variable {name} is no text"))),
        };
        let names: &[_] = match is_https {
            true => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
            false => &["http_proxy", "all_proxy", "ALL_PROXY"],
        };
        for name in names {
            if let Some(url) = text(name)? {
                let exceptions = text("no_proxy")?.map_or_else(|| text("NO_PROXY"), |list| Ok(Some(list)))?;
                let exceptions = exceptions.and_then(|list| NoProxy::from_string(&list));
                return Self::parse(&format!("the proxy of {name}"), &url, exceptions).map(Some);
            }
        }
        Ok(None)
    }

    /// The text is never repeated: it may hold a password.
    fn parse(whose: &str, text: &str, exceptions: Option<NoProxy>) -> Result<Self, Error> {
        let refuse = |why: &str| {
            Error::invalid_input(format!(
                "{whose} {why}; give a URL like http://user:password@proxy.example.com:3128"
            ))
        };
        let text = text.trim();
        let url = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("http://{text}")),
        };
        let url = url.map_err(|error| refuse(&format!("is no URL ({error})")))?;
        if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) {
            return Err(refuse("is neither http, https, socks5 nor socks5h"));
        }
        // What is no URI is passed over without a word further on, and requests would go past the proxy.
        match url.as_str().parse::<http::Uri>() {
            Ok(uri) if uri.host().is_some_and(|host| !host.is_empty()) => Ok(Self { url, exceptions }),
            _ => Err(refuse("has no proper host")),
        }
    }

    pub(crate) fn apply(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        // Without TLS reqwest connects to no other scheme.
        if self.url.scheme() != "http" && TlsBackend::ALL.is_empty() {
            return Err(Error::invalid_input(
                "a proxy other than http needs a TLS feature of airudder-client, such as `rustls-ring`; turn one on",
            ));
        }
        let proxy = reqwest::Proxy::all(self.url.clone()).map_err(|error| {
            Error::invalid_input("the proxy cannot be used").with_source(error.without_url())
        })?;
        Ok(builder.proxy(proxy.no_proxy(self.exceptions.clone())))
    }

    /// Whether the proxy itself is spoken to by TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Names the proxy without its credentials.
    pub(crate) fn name(&self) -> String {
        let (scheme, host) = (self.url.scheme(), self.url.host_str().unwrap_or_default());
        match self.url.port() {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> String {
        Proxy::parse("the proxy", text, None).map(|proxy| proxy.name()).unwrap()
    }

    fn chosen(is_https: bool, variables: &[(&str, &str)]) -> Option<String> {
        let variable =
            |name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| OsString::from(value));
        Proxy::from_variables(is_https, variable).unwrap().map(|proxy| proxy.name())
    }

    #[test]
    fn a_proxy_is_named_without_its_credentials() {
        assert_eq!(named("http://user:canary@proxy.example.com:3128/"), "http://proxy.example.com:3128");
        assert_eq!(named("user:can@ry@proxy.example.com"), "http://proxy.example.com");
        assert_eq!(named("https://[::1]:3128"), "https://[::1]:3128");
        assert_eq!(named("socks5h://proxy.example.com:1080"), "socks5h://proxy.example.com:1080");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_text() {
        for (text, why) in [
            ("", "no URL"),
            ("http://user:canary@", "no URL"),
            ("http://user:canary@proxy:port", "no URL"),
            ("ftp://user:canary@proxy", "neither http"),
            ("socks4://user:canary@proxy", "neither http"),
            ("socks5://", "no proper host"),
            ("socks5://user:canary@pr%20oxy", "no proper host"),
        ] {
            let error = Proxy::parse("the proxy", text, None).err().unwrap();
            let text = format!("{error} {error:?}");
            assert!(text.contains(why) && !text.contains("canary"), "{text}");
        }
        assert!(!format!("{:?}", Route::Proxy("http://user:canary@proxy".into())).contains("canary"));
    }

    #[test]
    fn the_variable_is_that_of_the_scheme() {
        let all = [("HTTPS_PROXY", "one:1"), ("http_proxy", "two:2"), ("ALL_PROXY", "socks5://three:3")];
        assert_eq!(chosen(true, &all).unwrap(), "http://one:1");
        assert_eq!(chosen(false, &all).unwrap(), "http://two:2");
        assert_eq!(chosen(true, &all[1..]).unwrap(), "socks5://three:3");
        assert_eq!(chosen(true, &[("https_proxy", " "), ("all_proxy", "four:4")]).unwrap(), "http://four:4");
        assert_eq!(chosen(false, &[("HTTP_PROXY", "forged:5")]), None);
        assert_eq!(chosen(true, &[]), None);
    }

    #[test]
    fn a_bad_variable_is_an_error_with_its_name() {
        let variable = |name| (name == "https_proxy").then(|| OsString::from("ftp://user:canary@proxy"));
        let error = Proxy::from_variables(true, variable).err().unwrap().to_string();
        assert!(error.contains("the proxy of https_proxy") && !error.contains("canary"), "{error}");
    }
}
