//! The first operator of a console at a public address: by a link in the log, so that only who
//! may read that can become it. Nobody is served before.

use super::secret::{Fingerprint, Token};
use super::set_up::LINK_MS;
use super::{Identity, IdentityError};
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Grants, Role};

impl Identity {
    /// Makes the link, if there is no operator. Any of before is void.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn first_link(&self) -> Result<Option<Token>, IdentityError> {
        let link = Token::new();
        let fingerprint = link.fingerprint();
        let is_set = self.store.set_first_link(&fingerprint, LINK_MS);
        Ok(is_set.await?.then_some(link))
    }

    /// Whether this is the link.
    ///
    /// # Errors
    /// It is not, any more or ever.
    pub async fn check_first(&self, link: &str) -> Result<(), IdentityError> {
        match self.store.is_first_link(&Fingerprint::of(link)).await? {
            true => Ok(()),
            false => Err(IdentityError::NoFirstLink),
        }
    }

    /// Makes the first operator, who sees to all others. Returns the secret of the link by
    /// which they set up.
    ///
    /// # Errors
    /// The link is not good any more.
    pub async fn make_first(&self, link: &str, login: &Login) -> Result<Token, IdentityError> {
        let (id, set_up) = (uuid::Uuid::new_v4().to_string(), Token::new());
        let grants = Grants::new(vec![Grant {
            role: Role::Administrator,
            org_unit: "/".to_owned(),
        }]);
        let (first, fingerprint) = (Fingerprint::of(link), set_up.fingerprint());
        let made =
            self.store
                .make_first_operator(&first, &id, login, &grants, (&fingerprint, LINK_MS));
        if !made.await? {
            return Err(IdentityError::NoFirstLink);
        }
        tracing::warn!(%login, "the first operator was made by the link in the log");
        Ok(set_up)
    }
}
