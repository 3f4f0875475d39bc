//! Encryption of requests and answers, as the vendor describes it.
//!
//! A text is padded with zero bytes, encrypted by AES in ECB mode and written in Base64. Beside it, in the header
//! `Signed`, goes the SHA-256 of the text before encryption.
//!
//! # What this does not protect
//!
//! **Use it beside TLS, never in its place.**
//!
//! - ECB encrypts equal blocks of 16 bytes to equal blocks, under one key for all time: who listens sees which messages,
//!   and which parts of them, are equal.
//! - `Signed` is a digest without a key. Who can change a message can change its digest, and who guesses a text that has
//!   little in it, such as one phone number, can check the guess against the digest without the key.
//! - Nothing says when a message was made: a whole one can be sent again later.
//! - The end of a text is not marked: zero bytes at its end are lost. JSON and queries have none.

use std::sync::Arc;
use std::{error, fmt};

use aes::cipher::consts::U16;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::Secret;

/// Bytes in a block of AES.
const BLOCK: usize = 16;

/// The key that the vendor agreed with the account. `Debug` hides it, and its memory is zeroed on drop.
///
/// Clones share one key in memory.
///
/// ```
/// use airudder_wire::encryption::{EncryptionKey, digest};
///
/// // The key that the vendor's page prints for tests.
/// let key = EncryptionKey::new("airudderredduria")?;
/// let text = key.encrypt(b"TaskID=1");
/// assert_eq!(key.open(text.as_bytes(), digest(b"TaskID=1").as_bytes())?, b"TaskID=1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EncryptionKey(Arc<dyn Blocks>);

impl EncryptionKey {
    /// Takes the text of a key. Its length chooses the cipher: 16 bytes AES-128, 24 AES-192, 32 AES-256.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] if the text has another length.
    pub fn new(text: impl Into<Secret>) -> Result<Self, InvalidKey> {
        let text = text.into();
        let text = text.expose().as_bytes();
        match text.len() {
            16 => cipher::<Aes128>(text),
            24 => cipher::<Aes192>(text),
            32 => cipher::<Aes256>(text),
            _ => Err(InvalidKey(())),
        }
        .map(Self)
    }

    /// Pads, encrypts, and writes as Base64.
    #[must_use]
    pub fn encrypt(&self, plain: &[u8]) -> String {
        // One to sixteen zeros, as the vendor's sample does it: a whole block of them if the text ends on a block.
        let padding = BLOCK - plain.len() % BLOCK;
        let mut buffer = Vec::with_capacity(plain.len() + padding);
        buffer.extend_from_slice(plain);
        buffer.resize(plain.len() + padding, 0);
        let (blocks, _) = Array::slice_as_chunks_mut(&mut buffer);
        self.0.encrypt(blocks);
        BASE64_STANDARD.encode(buffer)
    }

    /// Reads Base64, decrypts, and strips the zero bytes at the end.
    ///
    /// White space around the text is no part of it. Takes no more memory than the text has.
    ///
    /// Proves nothing about the text: with a wrong key, garbage comes out. [`open`](Self::open) compares the digest.
    ///
    /// # Errors
    ///
    /// [`DecryptError`] if the text is not Base64 of one whole block or more.
    pub fn decrypt(&self, text: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let text = text.trim_ascii();
        // `decode` would ask for zeroed memory, which some allocators are slow to give.
        let mut buffer = Vec::with_capacity(base64::decoded_len_estimate(text.len()));
        BASE64_STANDARD.decode_vec(text, &mut buffer).map_err(|_| DecryptError(()))?;
        let (blocks, rest) = Array::slice_as_chunks_mut(&mut buffer);
        if blocks.is_empty() || !rest.is_empty() {
            return Err(DecryptError(()));
        }
        self.0.decrypt(blocks);
        let len = buffer.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        buffer.truncate(len);
        Ok(buffer)
    }

    /// Decrypts a body and compares its digest with the header `Signed`, in constant time.
    ///
    /// # Errors
    ///
    /// [`DecryptError`] if the body cannot be decrypted or has another digest; which of the two is not told.
    pub fn open(&self, body: &[u8], signed: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let plain = self.decrypt(body)?;
        if bool::from(digest(&plain).as_bytes().ct_eq(signed)) { Ok(plain) } else { Err(DecryptError(())) }
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EncryptionKey(***)")
    }
}

/// The header that is `1` where a message is encrypted.
pub const IS_ENCRYPTED: &str = "is-encrypted";
/// The header with the [`digest`] of the text before encryption.
pub const SIGNED: &str = "signed";

/// The value of the header `Signed`: SHA-256 of a text before encryption, in lower-case hexadecimal.
#[must_use]
pub fn digest(plain: &[u8]) -> String {
    let hash = Sha256::digest(plain);
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A key of another length than 16, 24 or 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(());

impl fmt::Display for InvalidKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "the encryption key has neither 16, 24 nor 32 bytes; use the one agreed with the vendor",
        )
    }
}

impl error::Error for InvalidKey {}

/// A text that cannot be decrypted. It does not say why: that would help who makes up such texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecryptError(());

impl fmt::Display for DecryptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the text cannot be decrypted; use the encryption key agreed with the vendor")
    }
}

impl error::Error for DecryptError {}

type Block = Array<u8, U16>;

/// AES with a key of any length.
trait Blocks: Send + Sync {
    fn encrypt(&self, blocks: &mut [Block]);
    fn decrypt(&self, blocks: &mut [Block]);
}

impl<C> Blocks for C
where
    C: BlockCipherEncrypt<BlockSize = U16> + BlockCipherDecrypt + Send + Sync,
{
    fn encrypt(&self, blocks: &mut [Block]) {
        self.encrypt_blocks(blocks);
    }

    fn decrypt(&self, blocks: &mut [Block]) {
        self.decrypt_blocks(blocks);
    }
}

fn cipher<C: KeyInit + Blocks + 'static>(key: &[u8]) -> Result<Arc<dyn Blocks>, InvalidKey> {
    match C::new_from_slice(key) {
        Ok(cipher) => Ok(Arc::new(cipher)),
        Err(_) => Err(InvalidKey(())),
    }
}
