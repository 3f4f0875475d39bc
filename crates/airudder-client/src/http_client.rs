//! The HTTP client underneath, as all our clients have it: it sends each request once, as it is told and where it is told.

/// A builder with what no setting changes. Other crates may turn on features of reqwest, hence what looks needless.
pub(crate) fn builder(is_http2: bool) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        // By default reqwest sends again what an HTTP/2 server answers with a GOAWAY, which is no proof that it did not act:
        // hyper fails a request with it even when the GOAWAY covers that request and came while it was being queued. None
        // are allowed for any request, so that no copy is kept for them either.
        //
        // What remains is in hyper: a request that waits for a pooled connection moves to another one if the first is found
        // closed. Such a request is given back whole, from the queue, before a byte of it is written; one that was taken
        // from the queue fails instead.
        .retry(reqwest::retry::never().max_retries_per_request(0));
    if is_http2 { http2(builder) } else { builder.http1_only() }
}

/// One connection carries all requests, and a request that times out does not close it: pings find out that it is dead.
#[cfg(feature = "http2")]
fn http2(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    use std::time::Duration;

    builder
        .http2_keep_alive_interval(Duration::from_secs(10))
        .http2_keep_alive_timeout(Duration::from_secs(10))
}

#[cfg(not(feature = "http2"))]
fn http2(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.http1_only()
}

/// Whether the server says that it did nothing with the request (RFC 9113, section 8.7).
///
/// A GOAWAY says so too of streams beyond its last, but the error does not tell which stream it speaks of.
#[cfg(feature = "http2")]
pub(crate) fn is_refused(error: &reqwest::Error) -> bool {
    // With an answer begun, a refusal would contradict it.
    if !error.is_request() {
        return false;
    }
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let is_refusal = error.reason() == Some(h2::Reason::REFUSED_STREAM);
            return is_refusal && error.is_reset() && error.is_remote();
        }
        source = error.source();
    }
    false
}

/// HTTP/1.1 has no such sign.
#[cfg(not(feature = "http2"))]
pub(crate) fn is_refused(_: &reqwest::Error) -> bool {
    false
}
