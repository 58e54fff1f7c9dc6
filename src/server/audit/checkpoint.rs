//! Checkpoints: the end of the chain at some moment, signed.

use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::key::{SigningKey, from_hex, key_id};
use crate::server::field_hash::hex;

/// That the chain had this hash at row `n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub n: i64,
    pub hash: String,
    /// In milliseconds since 1970.
    pub at: i64,
    /// SHA-256 of the public key, in hexadecimal digits, as are the key and the signature.
    pub key_id: String,
    pub public_key: String,
    pub signature: String,
}

impl Checkpoint {
    pub fn sign(key: &SigningKey, n: i64, hash: &str, at: i64) -> Self {
        let mut checkpoint = Self {
            n,
            hash: hash.to_owned(),
            at,
            key_id: key.id(),
            public_key: hex(key.public()),
            signature: String::new(),
        };
        checkpoint.signature = hex(&key.sign(checkpoint.message().as_bytes()));
        checkpoint
    }

    /// What is signed.
    fn message(&self) -> String {
        let Self {
            n,
            hash,
            at,
            key_id,
            ..
        } = self;
        format!("sunset checkpoint 1\n{n}\n{hash}\n{at}\n{key_id}\n")
    }

    /// Whether it was signed with the key that it names.
    pub fn is_signed(&self) -> bool {
        is_signed(
            &self.key_id,
            &self.public_key,
            self.message().as_bytes(),
            &self.signature,
        )
    }
}

/// Whether a message was signed with the key of this id.
pub fn is_signed(id: &str, public_key: &str, message: &[u8], signature: &str) -> bool {
    let (Some(public), Some(signature)) = (from_hex(public_key), from_hex(signature)) else {
        return false;
    };
    let key = UnparsedPublicKey::new(&ED25519, &public);
    key_id(&public) == id && key.verify(message, &signature).is_ok()
}

/// What a key signs to vouch for the next.
pub fn next_key_message(old: &str, new: &str) -> String {
    format!("sunset next key 1\n{old}\n{new}\n")
}
