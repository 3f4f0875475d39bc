//! Which content the server has, so that no two are mixed.

use std::time::Duration;

use http::header::{ACCEPT_RANGES, DATE, ETAG, HeaderName, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};

/// How long content must have rested for its date to tell it from all others (RFC 9110, 8.8.2.2): dates have whole seconds,
/// and clocks differ.
const REST: Duration = Duration::from_secs(60);

/// What is known of the content.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) total: Option<u64>,
    /// An `ETag` or a date that no other content has.
    pub(super) validator: Option<HeaderValue>,
    pub(super) has_ranges: bool,
}

impl Version {
    pub(super) fn of(headers: &HeaderMap, total: Option<u64>) -> Self {
        let refuses = headers.get(ACCEPT_RANGES).is_some_and(|value| value == "none");
        Self { total, validator: validator(headers), has_ranges: !refuses }
    }

    /// Whether the content is certainly the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.validator.is_some() && self.validator == other.validator && self.may_be(other)
    }

    /// Whether nothing that both say contradicts that the content is the same.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        agree(self.total.as_ref(), other.total.as_ref())
            && agree(self.validator.as_ref(), other.validator.as_ref())
    }
}

fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

/// The strong validator of an answer.
fn validator(headers: &HeaderMap) -> Option<HeaderValue> {
    if let Some(tag) = headers.get(ETAG) {
        return Some(tag).filter(|tag| tag.as_bytes().starts_with(b"\"")).cloned();
    }
    let time = |name: HeaderName| httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok();
    let rest = time(DATE)?.duration_since(time(LAST_MODIFIED)?).ok()?;
    headers.get(LAST_MODIFIED).filter(|_| rest >= REST).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(headers: &[(HeaderName, &str)], total: Option<u64>) -> Version {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        Version::of(&headers.collect(), total)
    }

    #[test]
    fn only_a_strong_validator_proves_sameness() {
        let date = (DATE, "Sun, 06 Nov 1994 08:50:00 GMT");
        for (headers, is_strong) in [
            (vec![(ETAG, "\"a\"")], true),
            (vec![(ETAG, "W/\"a\"")], false),
            // A weak tag says that the date is no better.
            (vec![(ETAG, "W/\"a\""), (LAST_MODIFIED, "Sun, 06 Nov 1994 08:00:00 GMT"), date.clone()], false),
            (vec![(LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:00 GMT"), date.clone()], true),
            (vec![(LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:01 GMT"), date.clone()], false),
            (vec![(LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:00 GMT")], false),
            (vec![], false),
        ] {
            let version = version(&headers, Some(1));
            assert_eq!(version.is(&version), is_strong, "{headers:?}");
        }
    }

    #[test]
    fn another_length_or_validator_is_another_content() {
        let first = version(&[(ETAG, "\"a\"")], Some(1));
        assert!(!first.may_be(&version(&[(ETAG, "\"b\"")], Some(1))));
        assert!(!first.is(&version(&[(ETAG, "\"a\"")], Some(2))));
        assert!(first.may_be(&version(&[], None)));
        assert!(!first.is(&version(&[], Some(1))));
    }
}
