//! Which stretch of the content an answer has.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE};

/// A stretch of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u64,
    /// How many bytes the answer has, if it says so.
    pub(super) len: Option<u64>,
    /// How many the whole content has, if it says so.
    pub(super) total: Option<u64>,
}

impl Extent {
    /// `None` if it cannot be told.
    pub(super) fn of(status: u16, headers: &HeaderMap) -> Option<Self> {
        if status != 206 {
            let len = number(text(headers, &CONTENT_LENGTH));
            return Some(Self { start: 0, len, total: len });
        }
        let (range, total) = text(headers, &CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
        let (start, end) = range.split_once('-')?;
        let (start, end) = (number(Some(start))?, number(Some(end))?);
        let total = if total == "*" { None } else { Some(number(Some(total))?) };
        let len = end.checked_sub(start)?.checked_add(1)?;
        (total.is_none_or(|total| end < total)).then_some(Self { start, len: Some(len), total })
    }
}

/// How many bytes the content has, by an answer that there is no such stretch.
pub(super) fn unsatisfied(headers: &HeaderMap) -> Option<u64> {
    number(text(headers, &CONTENT_RANGE)?.strip_prefix("bytes */"))
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Digits alone: no sign and no space.
fn number(text: Option<&str>) -> Option<u64> {
    text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(status: u16, name: http::HeaderName, value: &str) -> Option<(u64, Option<u64>, Option<u64>)> {
        let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
        Extent::of(status, &headers).map(|extent| (extent.start, extent.len, extent.total))
    }

    #[test]
    fn a_stretch_is_read_from_the_head() {
        assert_eq!(extent(200, CONTENT_LENGTH, "7"), Some((0, Some(7), Some(7))));
        assert_eq!(extent(200, CONTENT_RANGE, "bytes 3-6/7"), Some((0, None, None)));
        assert_eq!(extent(206, CONTENT_RANGE, "bytes 3-6/7"), Some((3, Some(4), Some(7))));
        assert_eq!(extent(206, CONTENT_RANGE, "bytes 3-6/*"), Some((3, Some(4), None)));
    }

    #[test]
    fn nonsense_is_no_stretch() {
        for value in ["", "3-6/7", "bytes 6-3/7", "bytes 3-7/7", "bytes +3-6/7", "bytes 3-/7", "bytes */7"] {
            assert_eq!(extent(206, CONTENT_RANGE, value), None, "{value}");
        }
        assert_eq!(extent(206, CONTENT_RANGE, "bytes 0-18446744073709551615/*"), None);
        assert_eq!(extent(206, CONTENT_LENGTH, "7"), None);
    }

    #[test]
    fn the_whole_length_is_read_from_a_416() {
        let headers = HeaderMap::from_iter([(CONTENT_RANGE, "bytes */7".parse().unwrap())]);
        assert_eq!(unsatisfied(&headers), Some(7));
        assert_eq!(unsatisfied(&HeaderMap::new()), None);
    }
}
