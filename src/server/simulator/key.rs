//! The service account of rehearsals. Its private key is public: it opens nothing but
//! a simulated directory, which anybody may ask for it.

use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

const PRIVATE_KEY: &str = include_str!("rehearsal-key.pem");

pub const CLIENT_EMAIL: &str = "sunset@rehearsal.iam.gserviceaccount.com";

pub const CLIENT_ID: &str = "100000000000000000001";

/// The key file, as Google gives one out; `root` is where the simulator answers.
pub fn service_account(root: &str) -> Value {
    json!({
        "type": "service_account",
        "project_id": "rehearsal",
        "private_key_id": "rehearsal",
        "private_key": PRIVATE_KEY,
        "client_email": CLIENT_EMAIL,
        "client_id": CLIENT_ID,
        "token_uri": format!("{root}/token"),
    })
}

/// Whether a text was signed with the key.
pub fn has_signed(text: &[u8], signature: &[u8]) -> bool {
    let pair = PrivatePkcs8KeyDer::from_pem_slice(PRIVATE_KEY.as_bytes())
        .ok()
        .and_then(|der| RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok());
    pair.is_some_and(|pair| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
            .verify(text, signature)
            .is_ok()
    })
}
