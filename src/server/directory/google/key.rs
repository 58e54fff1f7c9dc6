//! A service account: the key file that Google gives out, and what it signs. The key
//! never leaves this module, and nothing here can be printed.

use std::fmt;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use serde_json::json;

use crate::domain::time::Timestamp;
use crate::server::private::{SecretError, read_secret};

/// How long an assertion is good for, in seconds; Google takes an hour at the most.
const LIFE: i64 = 3600;

/// Who we are to Google.
pub struct ServiceAccount {
    pub client_email: String,
    /// What is entered in the Admin console to delegate scopes.
    pub client_id: String,
    pub token_uri: String,
    key_id: String,
    key: RsaKeyPair,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("client_email", &self.client_email)
            .finish_non_exhaustive()
    }
}

/// Why a key cannot be used. Says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    File(#[from] SecretError),
    #[error(
        "This is not the key of a service account: a JSON file with client_email, client_id, \
         token_uri and private_key is expected."
    )]
    NotAKey,
    #[error("The private key of {client_email} cannot be used: it must be RSA, in PKCS #8.")]
    BadPrivateKey { client_email: String },
}

#[derive(Deserialize)]
struct KeyFile {
    r#type: String,
    client_email: String,
    client_id: String,
    token_uri: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
}

impl ServiceAccount {
    /// # Errors
    /// The file cannot be read, everybody can read it, or it is no key.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let text = read_secret(path)?;
        Self::from_json(&text)
    }

    /// # Errors
    /// The text is no key.
    pub fn from_json(text: &str) -> Result<Self, KeyError> {
        let file: KeyFile = serde_json::from_str(text).map_err(|_| KeyError::NotAKey)?;
        if file.r#type != "service_account" {
            return Err(KeyError::NotAKey);
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes())
            .ok()
            .and_then(|der| RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok());
        let Some(key) = key else {
            return Err(KeyError::BadPrivateKey {
                client_email: file.client_email,
            });
        };
        Ok(Self {
            client_email: file.client_email,
            client_id: file.client_id,
            token_uri: file.token_uri,
            key_id: file.private_key_id,
            key,
        })
    }

    /// An assertion that we stand for the subject, or for ourselves without one, and ask for
    /// this scope: a JSON Web Token by RS256. `None` if the system has no randomness to give.
    pub fn assertion(&self, subject: Option<&str>, scope: &str, now: Timestamp) -> Option<String> {
        let seconds = now.0 / 1000;
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id });
        let mut claims = json!({
            "iss": self.client_email,
            "scope": scope,
            "aud": self.token_uri,
            "iat": seconds,
            "exp": seconds + LIFE,
        });
        if let Some(subject) = subject {
            claims["sub"] = subject.into();
        }
        let part = |value: serde_json::Value| {
            Base64UrlUnpadded::encode_string(value.to_string().as_bytes())
        };
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .ok()?;
        Some(format!(
            "{text}.{}",
            Base64UrlUnpadded::encode_string(&signature)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::simulator::key;

    #[test]
    fn an_assertion_is_signed_with_the_key_and_says_for_whom() {
        let file = key::service_account("http://127.0.0.1:1").to_string();
        let account = ServiceAccount::from_json(&file).unwrap();
        let assertion = account
            .assertion(Some("admin@school.example"), "scope", Timestamp(5000))
            .unwrap();
        let (text, signature) = assertion.rsplit_once('.').unwrap();
        let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
        assert!(key::has_signed(text.as_bytes(), &signature));
        assert!(!key::has_signed(b"another", &signature));
        let claims = text.split_once('.').unwrap().1;
        let claims = Base64UrlUnpadded::decode_vec(claims).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["sub"], "admin@school.example");
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(5), &json!(3605)));
    }

    #[test]
    fn a_key_that_everybody_can_read_is_refused_with_the_line_to_type() {
        use std::fs::{self, Permissions};
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        fs::write(
            &path,
            key::service_account("http://127.0.0.1:1").to_string(),
        )
        .unwrap();
        for (mode, usable) in [(0o644, false), (0o604, false), (0o640, true), (0o600, true)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            match ServiceAccount::from_file(&path) {
                Ok(_) => assert!(usable, "{mode:o}"),
                Err(error) => {
                    let line = format!("Run: chmod 600 {}", path.display());
                    assert!(!usable && error.to_string().ends_with(&line), "{error}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        let secret = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        let mut file = key::service_account("http://127.0.0.1:1");
        file["private_key"] = secret.into();
        let message = ServiceAccount::from_json(&file.to_string()).unwrap_err();
        assert!(!format!("{message} {message:?}").contains("c2VjcmV0"));
        for bad in ["", "{}", "[]", "{\"type\":\"authorized_user\"}"] {
            assert!(ServiceAccount::from_json(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_account_that_is_printed_does_not_show_its_key() {
        let file = key::service_account("http://127.0.0.1:1");
        let account = ServiceAccount::from_json(&file.to_string()).unwrap();
        assert_eq!(
            format!("{account:?}"),
            "ServiceAccount { client_email: \"sunset@rehearsal.iam.gserviceaccount.com\", .. }"
        );
    }
}
