//! Secrets that requests carry as they are: API keys, passwords and bearer tokens.

use std::collections::BTreeMap;
use std::fmt;

use airudder_wire::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderName, HeaderValue};

use crate::style::percent;
use crate::{Error, transport};

/// A secret that an operation asks for, by one of OpenAPI's security schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The name of the scheme, under which [`Keys`] has the secret.
    pub scheme: &'static str,
    /// Where the secret is written.
    pub place: KeyPlace,
}

/// Where a secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyPlace {
    /// Into this header.
    Header(&'static str),
    /// Into this parameter of the query.
    Query(&'static str),
    /// Into this cookie.
    Cookie(&'static str),
    /// Into the header `Authorization`, by HTTP Basic.
    Basic,
    /// Into the header `Authorization`, as a bearer token.
    Bearer,
}

/// The secrets of a client, by the names of their schemes.
///
/// `Debug` shows the names alone, and the memory of the secrets is zeroed on drop.
#[derive(Clone, Default)]
pub struct Keys(BTreeMap<String, Secret>);

impl Keys {
    /// No secret: enough for operations that ask for none.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an API key or a bearer token.
    #[must_use]
    pub fn with(mut self, scheme: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.0.insert(scheme.into(), secret.into());
        self
    }

    /// Adds a user and a password for HTTP Basic.
    #[must_use]
    pub fn with_basic(self, scheme: impl Into<String>, user: &str, password: impl Into<Secret>) -> Self {
        let password = password.into();
        self.with(scheme, format!("{user}:{}", password.expose()))
    }

    /// Writes the secrets of the first alternative that this has all of. An empty one asks for nothing, and is the last
    /// resort.
    pub(crate) fn authorise(
        &self,
        alternatives: &[&[Key]],
        request: &mut transport::Request,
    ) -> Result<(), Error> {
        let has_all =
            |keys: &&&[Key]| !keys.is_empty() && keys.iter().all(|key| self.0.contains_key(key.scheme));
        match alternatives.iter().find(has_all) {
            Some(keys) => keys.iter().try_for_each(|key| self.write(key, request)),
            None if alternatives.iter().any(|keys| keys.is_empty()) => Ok(()),
            None => {
                let names =
                    |keys: &&[Key]| keys.iter().map(|key| key.scheme).collect::<Vec<_>>().join(" and ");
                let wanted = alternatives.iter().map(names).collect::<Vec<_>>().join(", or ");
                Err(Error::invalid_input(format!(
                    "this operation asks for {wanted}, which the client was not given; add it to its Keys"
                )))
            }
        }
    }

    fn write(&self, key: &Key, request: &mut transport::Request) -> Result<(), Error> {
        let Some(secret) = self.0.get(key.scheme) else { return Ok(()) };
        let secret = secret.expose();
        match key.place {
            KeyPlace::Header(name) => {
                let name = HeaderName::try_from(name)
                    .map_err(|_| Error::invalid_input(format!("{name:?} is the name of no header")))?;
                request.headers.insert(name, header(key, secret)?);
            }
            KeyPlace::Basic => {
                request
                    .headers
                    .insert(AUTHORIZATION, header(key, &format!("Basic {}", STANDARD.encode(secret)))?);
            }
            KeyPlace::Bearer => {
                request.headers.insert(AUTHORIZATION, header(key, &format!("Bearer {secret}"))?);
            }
            KeyPlace::Cookie(name) => {
                let cookie = format!("{}={}", percent(name), percent(secret));
                let before = request.headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok());
                let cookies = before.map_or_else(|| cookie.clone(), |before| format!("{before}; {cookie}"));
                request.headers.insert(COOKIE, header(key, &cookies)?);
            }
            KeyPlace::Query(name) => {
                request.url.query_pairs_mut().append_pair(name, secret);
            }
        }
        Ok(())
    }
}

/// A header that is not shown.
fn header(key: &Key, text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Error::invalid_input(format!(
            "the secret for {} is no header value; it must be visible ASCII",
            key.scheme
        ))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::transport::Body;

    fn request() -> transport::Request {
        transport::Request {
            method: http::Method::GET,
            url: "https://api.example.com/things?a=1".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Body::default(),
        }
    }

    const BASIC: Key = Key { scheme: "basic", place: KeyPlace::Basic };
    const BEARER: Key = Key { scheme: "bearer", place: KeyPlace::Bearer };
    const HEADER: Key = Key { scheme: "header", place: KeyPlace::Header("X-Api-Key") };
    const QUERY: Key = Key { scheme: "query", place: KeyPlace::Query("key") };
    const COOKIE_KEY: Key = Key { scheme: "cookie", place: KeyPlace::Cookie("session") };

    #[test]
    fn each_secret_has_its_place() {
        let keys = Keys::new()
            .with_basic("basic", "Aladdin", "open sesame")
            .with("header", "h 1")
            .with("query", "q&1")
            .with("cookie", "c;1");
        let mut one = request();
        keys.authorise(&[&[BASIC, HEADER, QUERY, COOKIE_KEY]], &mut one).unwrap();
        assert_eq!(one.headers[AUTHORIZATION], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(one.headers["x-api-key"], "h 1");
        assert_eq!(one.headers[COOKIE], "session=c%3B1");
        assert_eq!(one.url.query(), Some("a=1&key=q%261"));
        assert!(one.headers.values().all(HeaderValue::is_sensitive));
        assert!(!format!("{keys:?}").contains("sesame"));
    }

    #[test]
    fn the_first_alternative_that_is_there_is_taken() {
        let keys = Keys::new().with("bearer", "t");
        let mut one = request();
        keys.authorise(&[&[HEADER], &[], &[BEARER]], &mut one).unwrap();
        assert_eq!(one.headers[AUTHORIZATION], "Bearer t");
        let mut open = request();
        Keys::new().authorise(&[&[], &[BEARER]], &mut open).unwrap();
        assert!(open.headers.is_empty());
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Keys::new().authorise(&[&[HEADER, QUERY], &[BEARER]], &mut request()).unwrap_err();
        assert!(error.to_string().contains("header and query, or bearer"), "{error}");
    }
}
