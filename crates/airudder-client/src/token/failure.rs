//! The error of a call that was not sent for want of a token.

use std::sync::Arc;

use crate::error::{Error, ErrorKind};

pub(super) fn no_token(cause: Arc<Error>) -> Error {
    let (kind, what) = if cause.is_retryable() {
        (cause.kind(), "not sent, since the request for a token did not get through; try again")
    } else {
        (
            ErrorKind::Auth,
            "not sent, since the vendor gave no token; check the credentials and what the vendor says",
        )
    };
    let mut error = Error::new(kind, what)
        .with_vendor(
            cause.vendor_code(),
            cause.vendor_message().map(str::to_owned),
            cause.request_id().map(str::to_owned),
        )
        .with_timeout(cause.is_timeout())
        .without_effect(true);
    if let Some(status) = cause.http_status() {
        error = error.with_status(status);
    }
    if let Some(wait) = cause.retry_after() {
        error = error.with_retry_after(wait);
    }
    error.with_source(cause)
}
