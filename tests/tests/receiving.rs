//! Callbacks as the vendor would send them, through the receiver.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

use airudder_webhook::testing::Delivery;
use airudder_webhook::{EncryptionKey, Event, HmacSha256, Receiver, SignedDigest, Unsigned};
use airudder_wire::examples::difference;
use serde_json::Value;
use xtask::document::Spec;
use xtask::model::Marks;

const SIGN_KEY: &str = "the key of the signature";

/// What can be delivered in each of the ways that a receiver knows, with the receiver for it.
fn ways(body: &Value) -> [(&'static str, Receiver, Delivery); 5] {
    let encryption_key = EncryptionKey::new("airudderredduria").unwrap();
    let hmac = || HmacSha256::new(SIGN_KEY).unwrap();
    let plain = Delivery::of(body).unwrap();
    let signed = plain.clone().signed(SIGN_KEY).unwrap();
    let [digested, encrypted] =
        [&plain, &signed].map(|delivery| delivery.clone().encrypted(&encryption_key).digested());
    [
        ("unsigned", Receiver::builder(Unsigned).build(), plain.clone()),
        ("signed", Receiver::builder(hmac()).build(), signed),
        ("digested", Receiver::builder(SignedDigest).build(), plain.digested()),
        (
            "encrypted",
            Receiver::builder(SignedDigest).encryption_key(encryption_key.clone()).build(),
            digested,
        ),
        (
            "encrypted and signed",
            Receiver::builder(hmac()).and(SignedDigest).encryption_key(encryption_key).build(),
            encrypted,
        ),
    ]
}

/// Verifies, decrypts, decodes and encodes a body in each way; gives the name of the event.
fn receive<E: Event>(body: &Value) -> &'static str {
    let names = ways(body).map(|(way, receiver, delivery)| {
        let event: E = receiver.decode_request(&delivery.request("/").unwrap()).unwrap();
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(difference(body, &written), None, "{way}: {body}");
        event.name()
    });
    assert!(names.iter().all(|name| *name == names[0]));
    names[0]
}

fn receive_by(product: &str, body: &Value) -> &'static str {
    match product {
        "chatbot" => receive::<airudder_chatbot::webhooks::Event>(body),
        "collection" => receive::<airudder_collection::webhooks::Event>(body),
        "inbound" => receive::<airudder_inbound::webhooks::Event>(body),
        "info-check" => receive::<airudder_info_check::webhooks::Event>(body),
        "leads" => receive::<airudder_leads::webhooks::Event>(body),
        "marketing" => receive::<airudder_marketing::webhooks::Event>(body),
        "workflow" => receive::<airudder_workflow::webhooks::Event>(body),
        _ => panic!("a new product: add its events here"),
    }
}

#[test]
fn every_example_of_every_callback_is_received_and_written_again() {
    let files = Spec::files(&airudder_tests::workspace().join("spec")).unwrap();
    let (models, _) = airudder_tests::models(&files).unwrap();
    let mut callbacks = 0;
    for model in &models {
        for callback in &model.callbacks {
            callbacks += 1;
            assert!(!callback.examples.is_empty(), "{} has no example", callback.id);
            let id = match &callback.event.marks {
                Marks::Like(other) => other,
                Marks::Object { .. } | Marks::NoObject => &callback.id,
            };
            for example in &callback.examples {
                let name = receive_by(&model.krate.stem, &example.value);
                assert_eq!(name, format!("{}.{id}", model.krate.stem), "{}", example.value);
            }
        }
    }
    assert_eq!(callbacks, 36);
}

#[test]
fn the_receiver_has_neither_an_http_client_nor_tls() {
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", "airudder-webhook"])
        .arg("--all-features")
        .current_dir(airudder_tests::workspace())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<_> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(output.status.success() && crates.contains("rusqlite"), "{text}");
    for heavy in
        ["airudder-client", "reqwest", "hyper", "rustls", "native-tls", "openssl", "ring", "aws-lc-rs"]
    {
        assert!(!crates.contains(heavy), "airudder-webhook pulls {heavy}");
    }
}
