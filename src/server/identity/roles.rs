//! What operators may do, as administrators and the host change it.

use super::command::host_actor;
use super::secret::Token;
use super::set_up::no_such;
use super::{Identity, IdentityError};
use crate::domain::login::Login;
use crate::domain::permission::{Grant, Grants, Role};
use crate::server::store::{Changed, OperatorLine};
use crate::server::{Scoped, may};

/// How long the link is good by which an administrator invites somebody, in milliseconds.
pub const INVITATION_MS: i64 = 24 * 3_600_000;

/// The roles that administrators give. The others let somebody approve, erase or see to
/// operators: an administrator who could give them could do everything alone, so they are
/// given on the host.
pub const GIVEN: [Role; 2] = [Role::Viewer, Role::Operator];

impl Identity {
    /// Gives an operator these roles and no others, on the host.
    ///
    /// # Errors
    /// There is no such operator, or it is the last administrator.
    pub async fn set_grants(&self, login: &Login, grants: &Grants) -> Result<(), IdentityError> {
        let changed = self
            .store
            .set_grants(&host_actor(), login, |_| grants.clone())
            .await?;
        done(login, changed)
    }

    /// Keeps an operator out until they are reset, and pauses the jobs that they run.
    ///
    /// # Errors
    /// There is no such operator, or it is the last administrator.
    pub async fn disable(&self, login: &Login) -> Result<(), IdentityError> {
        let disabled = self.store.disable_operator(&host_actor(), login).await?;
        done(login, disabled)
    }

    /// All operators.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn operators(
        &self,
        _: &Scoped<may::Administer>,
    ) -> Result<Vec<OperatorLine>, IdentityError> {
        Ok(self.store.operators().await?)
    }

    /// Invites an operator to roles that administrators give. Returns the secret of the link;
    /// who is invited `by_email` signs in with the identity provider, and needs none.
    ///
    /// # Errors
    /// The login is taken, or there is no role.
    pub async fn invite_to(
        &self,
        by: &Scoped<may::Administer>,
        login: &Login,
        given: Vec<Grant>,
        by_email: bool,
    ) -> Result<Option<Token>, IdentityError> {
        let grants = Grants::new(given);
        if grants.list().is_empty() {
            return Err(IdentityError::Invalid(NO_ROLE.to_owned()));
        }
        let link = match by_email {
            true => {
                self.invite_by_email(login, &grants, by.actor()).await?;
                None
            }
            false => Some(
                self.invite(login, &grants, by.actor(), INVITATION_MS)
                    .await?,
            ),
        };
        tracing::warn!(%login, by = by.name, "an operator was invited");
        Ok(link)
    }

    /// Makes a new link for somebody who was invited and has not set up yet. Whoever was invited
    /// by e-mail gets more time.
    ///
    /// # Errors
    /// There is nobody to whom an administrator may send one.
    pub async fn invite_again(
        &self,
        by: &Scoped<may::Administer>,
        login: &Login,
    ) -> Result<Option<Token>, IdentityError> {
        if self.store.invite_oidc(login, true).await? {
            tracing::warn!(%login, by = by.name, "an operator was invited again");
            return Ok(None);
        }
        let link = Token::new();
        let fingerprint = link.fingerprint();
        let again = self
            .store
            .invite_again(by.actor(), login, &GIVEN, &fingerprint, INVITATION_MS);
        if !again.await? {
            let message =
                format!("{login} cannot be invited again here. Reset them on the server.");
            return Err(IdentityError::Invalid(message));
        }
        tracing::warn!(%login, by = by.name, "an operator was invited again");
        Ok(Some(link))
    }

    /// Gives an operator these of the roles that administrators give. Their others stay.
    ///
    /// # Errors
    /// There is no such operator.
    pub async fn give(
        &self,
        by: &Scoped<may::Administer>,
        login: &Login,
        given: Vec<Grant>,
    ) -> Result<(), IdentityError> {
        let with_others = |before: &Grants| {
            let others = before.list().iter();
            let others = others.filter(|it| !GIVEN.contains(&it.role)).cloned();
            Grants::new(others.chain(given).collect())
        };
        let changed = self.store.set_grants(by.actor(), login, with_others);
        done(login, changed.await?)?;
        tracing::warn!(%login, by = by.name, "an operator was given other roles");
        Ok(())
    }

    /// Ends all sessions and API tokens of an operator, who may sign in again: for a computer
    /// that was lost, or a token that got around.
    ///
    /// # Errors
    /// There is no such operator.
    pub async fn sign_out_everywhere(
        &self,
        by: &Scoped<may::Administer>,
        login: &Login,
    ) -> Result<(), IdentityError> {
        let changed = self.store.sign_out_operator(by.actor(), login);
        done(login, changed.await?)?;
        tracing::warn!(%login, by = by.name, "an operator was signed out everywhere");
        Ok(())
    }

    /// Keeps an operator out, as an administrator.
    ///
    /// # Errors
    /// There is no such operator, or it is who asks.
    pub async fn disable_by_administrator(
        &self,
        by: &Scoped<may::Administer>,
        login: &Login,
    ) -> Result<(), IdentityError> {
        if by.name == login.as_str() {
            let message = "You cannot disable yourself. Ask another administrator.";
            return Err(IdentityError::Invalid(message.to_owned()));
        }
        let disabled = self.store.disable_operator(by.actor(), login);
        done(login, disabled.await?)?;
        tracing::warn!(%login, by = by.name, "an operator was disabled");
        Ok(())
    }
}

const NO_ROLE: &str = "Choose at least one org unit that they see or where they run jobs.";

fn done(login: &Login, changed: Changed) -> Result<(), IdentityError> {
    match changed {
        Changed::Done => Ok(()),
        Changed::NoSuchOperator => Err(no_such(login)),
        Changed::LastAdministrator => {
            let message = format!("{login} is the last administrator. Make another one first.");
            Err(IdentityError::Invalid(message))
        }
    }
}
