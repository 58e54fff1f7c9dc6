//! A SHA-256 over fields. Each field is preceded by its length, and the whole by a tag with
//! the version of the encoding. So no two different contents have the same encoding.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A hash over fields, each preceded by its length in bytes.
pub struct FieldHash(Sha256);

impl FieldHash {
    pub fn new(tag: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.field(tag);
        hash
    }

    pub fn field(&mut self, field: &str) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field.as_bytes());
    }

    pub fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    /// The hash in hexadecimal digits.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
