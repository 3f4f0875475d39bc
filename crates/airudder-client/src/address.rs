//! The address that requests go to.

use url::{Host, Url};

use crate::Error;

/// A checked base address, without a slash at its end.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    text: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_https: bool,
}

impl Address {
    pub(crate) fn parse(text: &str, allow_plain_http: bool) -> Result<Self, Error> {
        // The text itself is not repeated: it may hold a password.
        let refuse = |why: &str| {
            Error::invalid_input(format!("the address {why}; give one like https://api.example.com"))
        };
        let url = Url::parse(text).map_err(|error| refuse(&format!("is no absolute URL ({error})")))?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(refuse("is neither http nor https")),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("has a query or a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("has a user name or a password"));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(refuse("has no host"));
        };
        if !is_https && !allow_plain_http && !is_loopback(&host) {
            return Err(Error::invalid_input(
                "plain http would send the secret in clear; use https, or ClientBuilder::allow_plain_http() on a network you trust",
            ));
        }
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            host: host.to_string(),
            port,
            is_https,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_and_loopback() {
        let address = Address::parse("https://api.example.com/base/", false).unwrap();
        assert_eq!((address.as_str(), address.port), ("https://api.example.com/base", 443));
        for text in ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:9/"] {
            Address::parse(text, false).unwrap();
        }
        Address::parse("http://example.com", true).unwrap();
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, why) in [
            ("", "no absolute URL"),
            ("/relative", "no absolute URL"),
            ("api.example.com", "no absolute URL"),
            ("ftp://example.com", "neither http nor https"),
            ("https://example.com/?a=1", "query or a fragment"),
            ("https://example.com/#a", "query or a fragment"),
            ("https://user:hunter2@example.com", "user name or a password"),
            ("http://example.com", "allow_plain_http"),
        ] {
            let text = Address::parse(text, false).unwrap_err().to_string();
            assert!(text.contains(why) && !text.contains("hunter2"), "{text}");
        }
    }
}
