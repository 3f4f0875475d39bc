//! Parts of an answer, as RFC 9110 has it: `Range`, `If-Range` and their answers.

use bytes::Bytes;
use http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use http_range_header::RangeUnsatisfiableError;

use crate::reply;

/// Narrows a whole answer to the part that the request asks for. Only an answer with an `ETag` has parts; where several are
/// asked for, and where the request cannot be understood, it stays whole, as the rules allow.
pub(crate) fn narrow(parts: &Parts, mut response: Response<Bytes>) -> Response<Bytes> {
    if response.status() != StatusCode::OK || !response.headers().contains_key(ETAG) {
        return response;
    }
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let is_same =
        parts.headers.get(IF_RANGE).is_none_or(|version| response.headers().get(ETAG) == Some(version));
    let range = parts.headers.get(RANGE).and_then(|value| value.to_str().ok());
    let Some(range) = range.filter(|_| parts.method == Method::GET && is_same) else { return response };
    let length = response.body().len();
    let ranges = http_range_header::parse_range_header(range)
        .and_then(|ranges| ranges.validate(u64::try_from(length).unwrap_or(u64::MAX)));
    match ranges.as_deref() {
        Ok([range]) => {
            let bounds = (usize::try_from(*range.start()), usize::try_from(*range.end()));
            let (Ok(first), Ok(last)) = bounds else { return response };
            reply::set(&mut response, CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            response.map(|content| content.slice(first..=last))
        }
        Err(RangeUnsatisfiableError::Unsatisfiable) => {
            reply::set(&mut response, CONTENT_RANGE, &format!("bytes */{length}"));
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            response.map(|_| Bytes::new())
        }
        Ok(_) | Err(_) => response,
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// The status, the range and the content of an answer of ten digits.
    fn ask(headers: &[(&str, &str)]) -> (u16, Option<String>, Bytes) {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let mut response = reply::bytes(StatusCode::OK, "audio/wav", Bytes::from_static(b"0123456789"));
        reply::set(&mut response, ETAG, "\"a\"");
        let response = narrow(&parts, response);
        assert_eq!(response.headers()[ACCEPT_RANGES], "bytes");
        let range = response.headers().get(CONTENT_RANGE).map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), range, response.into_body())
    }

    #[test]
    fn parts_are_given() {
        for (range, expected, content) in [
            ("bytes=2-4", "bytes 2-4/10", "234"),
            ("bytes=7-", "bytes 7-9/10", "789"),
            ("bytes=-2", "bytes 8-9/10", "89"),
            ("bytes=5-100", "bytes 5-9/10", "56789"),
        ] {
            assert_eq!(ask(&[("range", range)]), (206, Some(expected.to_owned()), content.into()), "{range}");
        }
    }

    #[test]
    fn what_cannot_be_given_is_refused_or_given_whole() {
        assert_eq!(ask(&[("range", "bytes=10-")]), (416, Some("bytes */10".to_owned()), Bytes::new()));
        let whole = (200, None, Bytes::from("0123456789"));
        for range in ["bytes=0-1,4-5", "lines=1-2", "bytes=4-2", "bytes=x"] {
            assert_eq!(ask(&[("range", range)]), whole, "{range}");
        }
        assert_eq!(ask(&[]), whole);
    }

    #[test]
    fn another_version_is_given_whole() {
        assert_eq!(ask(&[("range", "bytes=9-"), ("if-range", "\"a\"")]).0, 206);
        for version in ["\"b\"", "W/\"a\"", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(ask(&[("range", "bytes=9-"), ("if-range", version)]).0, 200, "{version}");
        }
    }
}
