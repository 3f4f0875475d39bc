//! Any bytes as a callback: plain, as cipher text, and as the text that was encrypted.
//!
//! ```sh
//! cargo +nightly fuzz run callback
//! ```
#![no_main]

use std::sync::LazyLock;

use airudder_webhook::testing::Delivery;
use airudder_webhook::{
    EncryptionKey, HmacSha256, IS_ENCRYPTED, Receiver, SIGN, SIGNED, SignedDigest, Unsigned,
};
use airudder_workflow::webhooks::Event;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<EncryptionKey> = LazyLock::new(|| EncryptionKey::new("airudderredduria").unwrap());
static ANYBODY: LazyLock<Receiver> =
    LazyLock::new(|| Receiver::builder(Unsigned).encryption_key(KEY.clone()).allow_plain().build());
static DIGESTED: LazyLock<Receiver> =
    LazyLock::new(|| Receiver::builder(SignedDigest).encryption_key(KEY.clone()).build());
static SIGNED_ONLY: LazyLock<Receiver> =
    LazyLock::new(|| Receiver::builder(HmacSha256::new("the key").unwrap()).build());

fuzz_target!(|body: &[u8]| {
    take(&HeaderMap::new(), body);
    take(&HeaderMap::from_iter([(IS_ENCRYPTED, HeaderValue::from_static("1"))]), body);

    // Encryption changes nothing but that zero bytes at the end are lost, which JSON does not have.
    let request = Delivery::new(body).encrypted(&KEY).digested().request("/").unwrap();
    let plain = ANYBODY.decode::<Event>(&HeaderMap::new(), body);
    assert!(body.ends_with(b"\0") || DIGESTED.decode_request::<Event>(&request).is_ok() == plain.is_ok());

    // Whatever the header says, nobody but the owner of the key can sign.
    if let Ok(value) = HeaderValue::from_bytes(body) {
        let headers = [SIGN, SIGNED].map(|name| (name, value.clone())).into_iter().collect();
        assert!(SIGNED_ONLY.decode::<Event>(&headers, body).is_err());
        take(&headers, body);
    }
});

/// What is taken can be written, and what was written can be taken.
fn take(headers: &HeaderMap, body: &[u8]) {
    if let Ok(event) = ANYBODY.decode::<Event>(headers, body) {
        let written = serde_json::to_vec(&event).unwrap();
        assert!(ANYBODY.decode::<Event>(&HeaderMap::new(), &written).is_ok());
    }
}
