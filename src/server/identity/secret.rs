//! Secrets that we make up: tokens of sessions and links, recovery codes, salts. Of what
//! somebody else keeps, only the SHA-256 is stored.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

/// Letters and digits that cannot be mistaken for each other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Characters of a recovery code, 5 bits each.
const CODE_LENGTH: usize = 16;

/// Random bytes.
///
/// # Panics
/// The system has no randomness to give: nothing would be safe then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system gives random bytes");
    bytes
}

/// What is kept of a secret: it proves that somebody has it, and does not give it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    pub fn of(secret: &str) -> Self {
        let digest = Sha256::digest(secret.as_bytes());
        Self(Base64UrlUnpadded::encode_string(&digest))
    }

    /// What the database has of one.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// What a page sends back of one.
    pub fn read(text: &str) -> Option<Self> {
        const LENGTH: usize = 32;
        let decoded = Base64UrlUnpadded::decode_vec(text);
        let is_whole = decoded.is_ok_and(|it| it.len() == LENGTH);
        is_whole.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its beginning: enough to tell it from others, and for nothing else.
    pub fn start(&self) -> String {
        self.0.chars().take(8).collect()
    }
}

/// 256 random bits, for a cookie or a link.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new() -> Self {
        Self(Base64UrlUnpadded::encode_string(&random::<32>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A recovery code of 80 random bits: `abcd-efgh-jkmn-pqrs`.
pub fn recovery_code() -> String {
    let mut code = String::with_capacity(CODE_LENGTH + 3);
    for (at, byte) in random::<CODE_LENGTH>().iter().enumerate() {
        if at != 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// What counts of a recovery code, however it is typed.
pub fn fold_code(typed: &str) -> String {
    let is_part = |c: &char| c.is_ascii_alphanumeric();
    typed
        .chars()
        .filter(is_part)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = recovery_code();
        assert_eq!(code.len(), 19);
        assert_ne!(code, recovery_code());
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(fold_code(&typed), fold_code(&code));
        assert_eq!(fold_code(&code).len(), CODE_LENGTH);
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = Token::new();
        assert_eq!(token.as_str().len(), 43);
        assert_eq!(format!("{token:?}"), "Token");
        assert_ne!(token.as_str(), token.fingerprint().as_str());
    }
}
