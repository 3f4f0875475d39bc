//! What holds for all callbacks; the numbers of cases add up to more than 100,000.

use airudder_webhook::testing::Delivery;
use airudder_webhook::{
    EncryptionKey, HmacSha256, IS_ENCRYPTED, Receiver, Router, SIGN, SIGNED, SignedDigest, Stage, Unsigned,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::events::{Any, Call};

const KEY: &str = "the key of the signature";

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn encryption_key(text: &str) -> EncryptionKey {
    EncryptionKey::new(text).unwrap()
}

/// Accepts by signature; encrypted or not.
fn signed() -> Receiver {
    let verifier = HmacSha256::new(KEY).unwrap();
    Receiver::builder(verifier).encryption_key(encryption_key("airudderredduria")).allow_plain().build()
}

/// Accepts by encryption and digest.
fn encrypted() -> Receiver {
    Receiver::builder(SignedDigest).encryption_key(encryption_key("airudderredduria")).build()
}

fn unsigned() -> Receiver {
    Receiver::builder(Unsigned).build()
}

fn request(delivery: &Delivery) -> (HeaderMap, Vec<u8>) {
    let (head, body) = delivery.request("/").unwrap().into_parts();
    (head.headers, body.to_vec())
}

/// The stage that refuses, if one does.
fn refusal(receiver: &Receiver, headers: &HeaderMap, body: &[u8]) -> Option<Stage> {
    receiver.decode::<Any>(headers, body).err().map(|error| error.stage())
}

/// JSON of any shape, small.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((any::<String>(), inner), 0..3).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// A text of a callback.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 é€]{0,40}".prop_map(|callid| serde_json::json!({ "callid": callid }).to_string())
}

fn flip(bytes: &mut [u8], bit: usize) {
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn what_was_sent_is_received(value in json(), is_encrypted: bool) {
        let delivery = Delivery::of(&value).unwrap().digested().signed(KEY).unwrap();
        let key = encryption_key("airudderredduria");
        let delivery = if is_encrypted { delivery.encrypted(&key) } else { delivery };
        let (headers, body) = request(&delivery);
        prop_assert_eq!(signed().decode::<Any>(&headers, &body).unwrap(), Any(value.clone()));
        if is_encrypted {
            prop_assert_eq!(encrypted().decode::<Any>(&headers, &body).unwrap(), Any(value));
        }
    }
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn a_changed_body_is_refused(text in text(), bit: usize, is_encrypted: bool) {
        let delivery = Delivery::new(text).signed(KEY).unwrap();
        let key = encryption_key("airudderredduria");
        let (headers, mut body) = request(&if is_encrypted { delivery.encrypted(&key) } else { delivery });
        flip(&mut body, bit);
        prop_assert_eq!(refusal(&signed(), &headers, &body), Some(Stage::Signature));
    }

    #[test]
    fn a_changed_signature_is_refused(text in text(), sign in "[0-9a-f]{64}", cut in 0..64_usize) {
        let (mut headers, body) = request(&Delivery::new(text).signed(KEY).unwrap());
        let right = headers[SIGN].clone();
        for wrong in [sign, right.to_str().unwrap()[..cut].to_owned(), right.to_str().unwrap().to_uppercase()] {
            prop_assume!(wrong != right);
            headers.insert(SIGN, HeaderValue::from_str(&wrong).unwrap());
            prop_assert_eq!(refusal(&signed(), &headers, &body), Some(Stage::Signature));
        }
    }
}

proptest! {
    #![proptest_config(cases(7_000))]

    #[test]
    fn a_body_that_is_cut_or_extended_is_refused(text in text(), cut: usize, more in vec(any::<u8>(), 1..9)) {
        let (headers, mut body) = request(&Delivery::new(text).signed(KEY).unwrap());
        let cut = cut % body.len();
        prop_assert_eq!(refusal(&signed(), &headers, &body[..cut]), Some(Stage::Signature));
        body.extend(more);
        prop_assert_eq!(refusal(&signed(), &headers, &body), Some(Stage::Signature));
    }

    #[test]
    fn a_body_that_is_cut_is_no_event(text in text(), cut: usize) {
        let (headers, body) = request(&Delivery::new(text));
        prop_assert_eq!(refusal(&unsigned(), &headers, &body[..cut % body.len()]), Some(Stage::Decoding));
    }

    #[test]
    fn a_changed_cipher_text_is_refused(text in text(), bit: usize) {
        let key = encryption_key("airudderredduria");
        let (headers, body) = request(&Delivery::new(text).encrypted(&key).digested());
        let mut changed = body.clone();
        flip(&mut changed, bit);
        // Base64 is read with white space around it cut off, and a text without the padding that was lost in it.
        let stage = refusal(&encrypted(), &headers, &changed);
        prop_assert!(matches!(stage, Some(Stage::Decryption | Stage::Signature)), "{stage:?}");
    }

    #[test]
    fn another_key_is_refused(text in text(), sign in ".{1,20}", cipher in "[a-z]{16}") {
        prop_assume!(sign != KEY && !sign.trim().is_empty() && cipher != "airudderredduria");
        let delivery = Delivery::new(text).digested().signed(sign).unwrap();
        let (headers, body) = request(&delivery);
        prop_assert_eq!(refusal(&signed(), &headers, &body), Some(Stage::Signature));
        let (headers, body) = request(&delivery.encrypted(&encryption_key(&cipher)));
        prop_assert_eq!(refusal(&encrypted(), &headers, &body), Some(Stage::Signature));
    }

    #[test]
    fn too_long_a_body_is_refused(text in text(), max in 0..80_usize) {
        let receiver = Receiver::builder(Unsigned).max_body_size(max).build();
        let (headers, body) = request(&Delivery::new(text));
        let expected = (body.len() > max).then_some(Stage::Size);
        prop_assert_eq!(refusal(&receiver, &headers, &body), expected);
    }

    #[test]
    fn too_deep_a_body_is_refused(shape in vec(any::<bool>(), 0..40), max in 0..40_usize, text in r#"[\[\]{}\\\\"a]{0,9}"#) {
        let receiver = Receiver::builder(Unsigned).max_depth(max).build();
        let leaf = Value::from(text.as_str());
        let nested = |inner, is_list: &bool| match is_list {
            true => Value::from(vec![Value::from(text.as_str()), inner]),
            false => serde_json::json!({ text.as_str(): inner }),
        };
        let body = shape.iter().fold(leaf, nested).to_string();
        let expected = (shape.len() > max).then_some(Stage::Decoding);
        prop_assert_eq!(refusal(&receiver, &HeaderMap::new(), body.as_bytes()), expected);
    }

    #[test]
    fn what_is_not_utf_8_is_refused(text in text(), at: usize, byte in 0x80_u8.., is_signed: bool) {
        // Between two characters, a lone lead or continuation byte is never UTF-8.
        let at = text.char_indices().nth(at % text.chars().count()).unwrap().0;
        let mut body = text.into_bytes();
        body.insert(at, byte);
        let (headers, body) = request(&Delivery::new(body).signed(KEY).unwrap());
        let receiver = if is_signed { signed() } else { unsigned() };
        prop_assert_eq!(refusal(&receiver, &headers, &body), Some(Stage::Decoding));
    }

    #[test]
    fn another_encoding_is_refused(text in text(), garbage in "[^A-Za-z0-9+/=\\s]{1,4}", at: usize) {
        let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        prop_assert_eq!(refusal(&unsigned(), &HeaderMap::new(), &utf_16), Some(Stage::Decoding));

        let (headers, body) = request(&Delivery::new(text).encrypted(&encryption_key("airudderredduria")).digested());
        let mut base64 = String::from_utf8(body).unwrap();
        let hex = base64.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        base64.insert_str(at % base64.len(), &garbage);
        for body in [base64, hex] {
            let stage = refusal(&encrypted(), &headers, body.as_bytes());
            prop_assert!(matches!(stage, Some(Stage::Decryption | Stage::Signature)), "{stage:?}");
        }
    }

    #[test]
    fn nothing_else_is_taken_and_nothing_is_told(
        body in vec(any::<u8>(), 0..60),
        sign in "[ -~]{0,8}",
        flag in "[01]?",
    ) {
        let headers: HeaderMap = [(SIGN, &sign), (SIGNED, &sign), (IS_ENCRYPTED, &flag)]
            .into_iter()
            .map(|(name, value): (HeaderName, _)| (name, HeaderValue::from_str(value).unwrap()))
            .collect();
        for receiver in [signed(), encrypted(), unsigned()] {
            let Err(error) = receiver.decode::<Call>(&headers, &body) else {
                prop_assert!(false, "taken");
                return Ok(());
            };
            prop_assert_eq!(error.response().status(), 400);
            prop_assert!(error.response().body().is_empty() && error.response().headers().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn what_is_replayed_is_not_handled_again(calls in vec(0..8_u8, 0..20)) {
        let handled = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = std::sync::Arc::clone(&handled);
        let router = Router::new(signed()).hand_over("/", move |call: Call| {
            seen.lock().unwrap().push(call.callid);
            Ok(())
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for call in &calls {
            let delivery = Delivery::of(&Call::new(call)).unwrap().signed(KEY).unwrap();
            let response = runtime.block_on(router.handle(delivery.request("/").unwrap()));
            prop_assert_eq!(response.status(), 200);
        }
        let mut handled = handled.lock().unwrap().clone();
        handled.sort();
        let mut expected: Vec<String> = calls.iter().map(u8::to_string).collect();
        expected.sort();
        expected.dedup();
        prop_assert_eq!(handled, expected);
    }
}
