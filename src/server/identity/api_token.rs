//! API tokens: what a script shows instead of a person's session. A token reads, whatever
//! its owner may do (`server::auth`).
//!
//! A token is `sst_`, 256 random bits in base64url and their CRC-32 in hexadecimal: programs
//! that search for leaked secrets know it by its beginning, and what is mistyped or cut off is
//! found out before the database is asked.

use std::fmt;

use super::secret::{Fingerprint, Token};
use super::{Identity, IdentityError};
use crate::domain::api_token::{DAYS, LONGEST_NAME};
use crate::domain::audit::Actor;
use crate::server::store::{MAX_TOKENS, SignedIn, StoreError, TokenLine, TokenOwner};

const BEGINNING: &str = "sst_";

/// Characters of 256 bits in base64url.
const SECRET: usize = 43;

/// Characters of a CRC-32 in hexadecimal.
const CHECK: usize = 8;

const DAY_MS: i64 = 86_400_000;

/// A token, in full: it exists where it is made and where it is used, and is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    fn new() -> Self {
        let secret = Token::new();
        let check = crc32fast::hash(secret.as_str().as_bytes());
        Self(format!("{BEGINNING}{}{check:08x}", secret.as_str()))
    }

    /// A token as somebody sent it, if it is whole.
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(BEGINNING)?;
        let (secret, check) = rest.split_at_checked(SECRET)?;
        let is_whole =
            check.len() == CHECK && format!("{:08x}", crc32fast::hash(secret.as_bytes())) == check;
        is_whole.then(|| Self(text.to_owned()))
    }

    /// Whether this looks like one of our tokens, whole or not.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(BEGINNING)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the audit says of it: enough to tell it from others.
    pub fn start(&self) -> String {
        self.fingerprint().start()
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken")
    }
}

impl Identity {
    /// Who this token speaks for, if it is still good.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn token_owner(
        &self,
        token: &ApiToken,
        ip: &str,
    ) -> Result<Option<TokenOwner>, StoreError> {
        self.store.token_owner(&token.fingerprint(), ip).await
    }

    /// Somebody's own tokens.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn tokens(&self, who: &SignedIn) -> Result<Vec<TokenLine>, StoreError> {
        self.store.tokens(&who.operator_id).await
    }

    /// Makes a token of one's own. It is not shown again.
    ///
    /// # Errors
    /// The name or the days cannot be, there are too many tokens already, or the database
    /// does not answer.
    pub async fn create_token(
        &self,
        by: &Actor,
        name: &str,
        days: u32,
    ) -> Result<ApiToken, IdentityError> {
        let name = name.trim();
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) || name.chars().any(char::is_control) {
            return Err(IdentityError::Invalid(format!(
                "Name the token, with 1 to {LONGEST_NAME} characters."
            )));
        }
        if !DAYS.contains(&days) {
            return Err(IdentityError::Invalid(
                "A token is good for 7, 30, 90 or 365 days.".to_owned(),
            ));
        }
        let token = ApiToken::new();
        let lasts = i64::from(days) * DAY_MS;
        let kept = self
            .store
            .create_token(by, &token.fingerprint(), name, lasts)
            .await?;
        match kept {
            true => Ok(token),
            false => Err(IdentityError::Invalid(format!(
                "You have {MAX_TOKENS} tokens already. Revoke one first."
            ))),
        }
    }

    /// Ends one of one's own tokens.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn revoke_token(&self, by: &Actor, token: &Fingerprint) -> Result<(), StoreError> {
        self.store.revoke_token(by, token).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_only_as_a_whole() {
        let token = ApiToken::new();
        let text = token.as_str().to_owned();
        assert_eq!(text.len(), BEGINNING.len() + SECRET + CHECK);
        assert_eq!(ApiToken::read(&text), Some(token));
        for at in 0..text.len() {
            let mut cut = text.clone();
            cut.remove(at);
            assert_eq!(ApiToken::read(&cut), None, "without its character {at}");
            let other = if &text[at..=at] == "x" { "y" } else { "x" };
            let mistyped = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert_eq!(ApiToken::read(&mistyped), None, "mistyped at {at}");
        }
        for odd in [
            "",
            "sst_",
            "Bearer",
            "sst_é",
            &format!("{text}0"),
            &text.to_uppercase(),
        ] {
            assert_eq!(ApiToken::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        assert_eq!(format!("{:?}", ApiToken::new()), "ApiToken");
    }
}
