//! Encryption, against what the vendor's pages print.

use airudder_wire::encryption::{EncryptionKey, digest};
use proptest::collection::vec;
use proptest::prelude::*;

/// The key, text, cipher text and digest of the vendor's example.
const KEY: &str = "airudderredduria";
const QUERY: &[u8] = b"TaskID=69f531a01a9df58aa6de2487be610abb";
const CIPHER_TEXT: &str = "qbj8cnqKnqR66qDS49ib9ymU1mpMCyp8Dm0gS1VvmnEqTxPGSBzruAU1sapP+cye";
const SIGNED: &str = "6956d7af4c89b89f19f9ae0a8be4bcf12abe7c6ed893691733f3480ad3f3aabc";

fn key_of(text: &str) -> EncryptionKey {
    EncryptionKey::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

fn key() -> EncryptionKey {
    key_of(KEY)
}

/// Keys of each length.
fn any_key() -> impl Strategy<Value = EncryptionKey> {
    prop_oneof!["[ -~]{16}", "[ -~]{24}", "[ -~]{32}"].prop_map(|text| key_of(&text))
}

/// Any bytes but those that end with zeros.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..80).prop_filter("zeros at the end are lost", |text| text.last() != Some(&0))
}

#[test]
fn the_vendors_example_comes_out_to_the_byte() {
    assert_eq!(key().encrypt(QUERY), CIPHER_TEXT);
    assert_eq!(digest(QUERY), SIGNED);
    assert_eq!(key().decrypt(CIPHER_TEXT.as_bytes()).unwrap(), QUERY);
    assert_eq!(key().open(CIPHER_TEXT.as_bytes(), SIGNED.as_bytes()).unwrap(), QUERY);
}

/// FIPS 197, appendix C: one block, and the keys 00 01 02 ...
#[test]
fn each_length_of_key_is_its_own_cipher() {
    let plain: Vec<u8> = (0..16).map(|index| index * 0x11).collect();
    let published = [
        (16, "acTg2Gp7BDDYzbeAcLTFWg=="),
        (24, "3al8pIZM3+Bur3Cg7A1xkQ=="),
        (32, "jqK3ylFnRb/q/EmQS0lgiQ=="),
    ];
    for (len, block) in published {
        let key = key_of(&(0..len).map(char::from).collect::<String>());
        assert_eq!(key.decrypt(block.as_bytes()).unwrap(), plain, "{len} bytes");
        // The padding comes after; in Base64 the block's last bits share a letter with it.
        assert_eq!(key.encrypt(&plain)[..21], block[..21], "{len} bytes");
    }
}

#[test]
fn a_text_that_ends_on_a_block_gets_a_block_of_zeros() {
    let letters = |text: &[u8]| key().encrypt(text).len();
    assert_eq!((letters(&[7; 15]), letters(&[7; 16]), letters(b"")), (24, 44, 24));
    assert_eq!(key().decrypt(key().encrypt(b"").as_bytes()).unwrap(), b"");
}

#[test]
fn a_key_has_16_24_or_32_bytes_and_is_not_printed() {
    for len in 0..40 {
        assert_eq!(EncryptionKey::new("k".repeat(len)).is_ok(), [16, 24, 32].contains(&len), "{len} bytes");
    }
    let error = EncryptionKey::new("canary").unwrap_err();
    assert!(!format!("{error:?} {error}").contains("canary"));
    assert_eq!(format!("{:?}", key()), "EncryptionKey(***)");
}

#[test]
fn whatever_is_wrong_is_told_by_one_error() {
    let other = key_of("another key of16");
    let mut errors = vec![other.open(CIPHER_TEXT.as_bytes(), SIGNED.as_bytes()).unwrap_err()];
    for signed in ["", "6956", &SIGNED.to_uppercase(), &digest(b"another text")] {
        errors.push(key().open(CIPHER_TEXT.as_bytes(), signed.as_bytes()).unwrap_err());
    }
    // Nothing, no Base64, the other alphabet, letters that nobody wrote, part of a block, no padding.
    for body in [
        "",
        "\n",
        "{}",
        "qbj8cnqKnqR66qDS49ib9w-_",
        "acTg2Gp7BDDYzbeAcLTFWh==",
        "qbj8",
        "acTg2Gp7BDDYzbeAcLTFWg",
    ] {
        errors.push(key().open(body.as_bytes(), digest(b"").as_bytes()).unwrap_err());
    }
    let told = |error| format!("{error:?} {error}");
    assert!(errors.iter().all(|error| told(*error) == told(errors[0])));
}

#[test]
fn a_line_break_after_the_text_is_no_part_of_it() {
    assert_eq!(key().decrypt(format!("{CIPHER_TEXT}\r\n").as_bytes()).unwrap(), QUERY);
}

proptest! {
    #[test]
    fn what_was_encrypted_is_opened_again(key in any_key(), text in any_text()) {
        let opened = key.open(key.encrypt(&text).as_bytes(), digest(&text).as_bytes());
        prop_assert_eq!(opened.unwrap(), text);
    }

    #[test]
    fn every_flipped_bit_is_refused(key in any_key(), text in any_text()) {
        let (body, signed) = (key.encrypt(&text).into_bytes(), digest(&text).into_bytes());
        for bit in 0..body.len() * 8 {
            prop_assert!(key.open(&flipped(&body, bit), &signed).is_err(), "bit {} of the body", bit);
        }
        for bit in 0..signed.len() * 8 {
            prop_assert!(key.open(&body, &flipped(&signed, bit)).is_err(), "bit {} of the digest", bit);
        }
    }

    #[test]
    fn no_input_panics(key in any_key(), body in vec(any::<u8>(), 0..80), signed in vec(any::<u8>(), 0..80)) {
        prop_assert!(key.open(&body, &signed).is_err());
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let flip = |(index, byte)| if index == bit / 8 { byte ^ (1 << (bit % 8)) } else { byte };
    bytes.iter().copied().enumerate().map(flip).collect()
}
