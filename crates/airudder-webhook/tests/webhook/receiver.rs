//! Each stage of the receiver, and what each error shows.

use airudder_webhook::testing::Delivery;
use airudder_webhook::{
    BoxError, EncryptionKey, HmacSha256, IS_ENCRYPTED, KeyRing, Receiver, SIGN, SIGNED, SignedDigest, Stage,
    Unsigned, Verifier,
};
use http::{HeaderMap, HeaderValue};

use crate::events::Call;

const BODY: &str = r#"{"callid": "+10000000001"}"#;

fn key(text: &str) -> EncryptionKey {
    EncryptionKey::new(text).unwrap()
}

fn stage(receiver: &Receiver, delivery: &Delivery) -> Result<Call, Stage> {
    receiver.decode_request(&delivery.request("/").unwrap()).map_err(|error| {
        assert!(error.response().body().is_empty(), "the sender is told nothing");
        assert_eq!(error.response().status(), 400);
        assert!(!format!("{error} {error:?}").contains("0000001"), "{error:?}");
        error.stage()
    })
}

fn accepted() -> Result<Call, Stage> {
    Ok(Call::new("+10000000001"))
}

#[test]
fn keys_are_rotated() {
    let [old, new] = ["old", "new"].map(|key| Delivery::new(BODY).signed(key).unwrap());
    let before = Receiver::builder(HmacSha256::new("old").unwrap()).build();
    let between = Receiver::builder(HmacSha256::new(KeyRing::new("new").with("old")).unwrap()).build();
    let after = Receiver::builder(HmacSha256::new("new").unwrap()).build();
    let results = [before, between, after].map(|receiver| [stage(&receiver, &old), stage(&receiver, &new)]);
    let refused = || Err(Stage::Signature);
    assert_eq!(results, [[accepted(), refused()], [accepted(), accepted()], [refused(), accepted()]]);
}

#[test]
fn a_signature_is_there_once() {
    let receiver = Receiver::builder(HmacSha256::new("key").unwrap()).build();
    assert_eq!(stage(&receiver, &Delivery::new(BODY)), Err(Stage::Signature));
    let mut request = Delivery::new(BODY).signed("key").unwrap().request("/").unwrap();
    request.headers_mut().append(SIGN, HeaderValue::from_static("another"));
    assert_eq!(receiver.decode_request::<Call>(&request).unwrap_err().stage(), Stage::Signature);
}

#[test]
fn every_verifier_must_accept() {
    let receiver = Receiver::builder(SignedDigest).and(HmacSha256::new("key").unwrap()).build();
    let delivery = Delivery::new(BODY);
    assert_eq!(stage(&receiver, &delivery.clone().digested()), Err(Stage::Signature));
    assert_eq!(stage(&receiver, &delivery.clone().signed("key").unwrap()), Err(Stage::Signature));
    assert_eq!(stage(&receiver, &delivery.digested().signed("key").unwrap()), accepted());
}

#[test]
fn encryption_keys_are_rotated() {
    let [old, new] = ["old-old-old-old-", "new-new-new-new-"].map(key);
    let [by_old, by_new] = [&old, &new].map(|key| Delivery::new(BODY).encrypted(key).digested());
    let receiver = Receiver::builder(SignedDigest).encryption_key(new.clone()).encryption_key(old).build();
    assert_eq!([stage(&receiver, &by_old), stage(&receiver, &by_new)], [accepted(), accepted()]);
    // Without a digest, the key is the one that gives UTF-8.
    let receiver =
        Receiver::builder(Unsigned).encryption_key(key("mad-mad-mad-mad-")).encryption_key(new).build();
    assert_eq!(stage(&receiver, &by_new), accepted());
    assert_eq!(stage(&receiver, &by_old), Err(Stage::Decoding));
}

#[test]
fn with_a_key_a_plain_body_is_refused_unless_it_is_allowed() {
    let key = key("airudderredduria");
    let strict = || Receiver::builder(SignedDigest).encryption_key(key.clone());
    let plain = Delivery::new(BODY).digested();
    assert_eq!(stage(&strict().build(), &plain), Err(Stage::Decryption));
    let lying = plain.clone().header(IS_ENCRYPTED, HeaderValue::from_static("0"));
    assert_eq!(stage(&strict().build(), &lying), Err(Stage::Decryption));
    assert_eq!(stage(&strict().allow_plain().build(), &plain), accepted());
    assert_eq!(stage(&strict().allow_plain().build(), &plain.encrypted(&key)), accepted());
}

#[test]
fn without_a_key_an_encrypted_body_is_refused() {
    let receiver = Receiver::builder(Unsigned).build();
    let encrypted = Delivery::new(BODY).encrypted(&key("airudderredduria"));
    assert_eq!(stage(&receiver, &encrypted), Err(Stage::Decryption));
    let odd = Delivery::new(BODY).header(IS_ENCRYPTED, HeaderValue::from_static("yes"));
    assert_eq!(stage(&receiver, &odd), Err(Stage::Decryption));
}

#[test]
fn the_digest_is_of_the_text_also_if_that_is_encrypted() {
    let key = key("airudderredduria");
    let receiver = Receiver::builder(SignedDigest).encryption_key(key.clone()).build();
    let delivery = Delivery::new(BODY).encrypted(&key);
    assert_eq!(stage(&receiver, &delivery), Err(Stage::Signature));
    assert_eq!(stage(&receiver, &delivery.clone().digested()), accepted());
    let wrong = delivery.header(SIGNED, HeaderValue::from_static("00"));
    assert_eq!(stage(&receiver, &wrong), Err(Stage::Signature));
}

/// A verifier that must not be asked.
struct Unasked;

impl Verifier for Unasked {
    fn verify(&self, _: &HeaderMap, _: &[u8]) -> Result<(), BoxError> {
        panic!("asked")
    }
}

#[test]
fn size_comes_before_everything() {
    let receiver = Receiver::builder(Unasked).max_body_size(BODY.len() - 1).build();
    assert_eq!(stage(&receiver, &Delivery::new(BODY)), Err(Stage::Size));
    let receiver = Receiver::builder(Unsigned).max_body_size(BODY.len()).build();
    assert_eq!(stage(&receiver, &Delivery::new(BODY)), accepted());
}

#[test]
fn a_signature_comes_before_decryption() {
    let key = key("airudderredduria");
    let receiver = Receiver::builder(HmacSha256::new("key").unwrap()).encryption_key(key.clone()).build();
    let garbage = Delivery::new(BODY).header(IS_ENCRYPTED, HeaderValue::from_static("1"));
    assert_eq!(stage(&receiver, &garbage), Err(Stage::Signature));
    assert_eq!(stage(&receiver, &garbage.signed("key").unwrap()), Err(Stage::Decryption));
    assert_eq!(stage(&receiver, &Delivery::new(BODY).encrypted(&key).signed("key").unwrap()), accepted());
}

#[test]
fn what_is_not_the_event_is_refused() {
    let receiver = Receiver::builder(Unsigned).build();
    for body in ["", "{", r#"{"callid": 1}"#, r#"{"callid": "1"} 2"#, "\u{feff}{}"] {
        assert_eq!(stage(&receiver, &Delivery::new(body)), Err(Stage::Decoding), "{body}");
    }
}

#[test]
fn a_text_is_borrowed_unless_it_was_encrypted() {
    let receiver = Receiver::builder(Unsigned).build();
    let text = receiver.open(&HeaderMap::new(), b"no JSON").unwrap();
    assert!(matches!(text, std::borrow::Cow::Borrowed("no JSON")));
}

#[test]
fn debug_shows_no_keys() {
    let receiver =
        Receiver::builder(HmacSha256::new("canary").unwrap()).encryption_key(key("canarycanarycana"));
    let delivery = Delivery::new("canary").signed("canary").unwrap();
    let shown =
        format!("{receiver:?} {delivery:?} {:?} {:?}", KeyRing::new("canary"), HmacSha256::new("canary"));
    assert!(!shown.contains("canary"), "{shown}");
    assert!(format!("{:?}", receiver.build()).starts_with("Receiver { verifiers: 1, encryption_keys: 1"));
}
