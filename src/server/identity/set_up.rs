//! How an operator begins: by a link, good once, that sets a password and an authenticator.
//! Whoever may start the program makes it; the same link begins anew when both are lost.

use super::authenticator::{Authenticator, QrCode};
use super::command::host_actor;
use super::password::Password;
use super::secret::{Fingerprint, Token, fold_code, recovery_code};
use super::{Begun, Browser, Identity, IdentityError};
use crate::domain::audit::Actor;
use crate::domain::login::Login;
use crate::domain::permission::Grants;
use crate::domain::time::{MS_PER_DAY, Timestamp};
use crate::server::store::SetUp;

/// How long a link is good, in milliseconds.
pub const LINK_MS: i64 = 15 * 60_000;

/// For how long everybody is told that somebody was reset.
const SHOWN_MS: i64 = MS_PER_DAY;

/// How many recovery codes an operator has.
const RECOVERY_CODES: usize = 10;

const WRONG_CODE: &str = "The code is not the one that the authenticator shows now. Type the next \
                          one.";

/// What the page of a set-up link shows.
#[derive(Debug)]
pub struct SetUpData {
    pub login: String,
    /// They choose no password: the identity provider has one of theirs.
    pub is_sso: bool,
    /// The authenticator's secret, to be typed.
    pub secret: String,
    pub qr_code: QrCode,
}

impl Identity {
    /// What a set-up link offers. The same however often it is opened.
    ///
    /// # Errors
    /// The link is not good any more.
    pub async fn offer(&self, link: &str) -> Result<SetUpData, IdentityError> {
        let invited = self.store.invited(&Fingerprint::of(link)).await?;
        let who = invited.ok_or(IdentityError::NoLink)?;
        let authenticator = self.offered(link).await?.1;
        Ok(SetUpData {
            secret: authenticator.secret(),
            qr_code: authenticator.qr_code(&who.login),
            login: who.login,
            is_sso: who.is_sso,
        })
    }

    async fn offered(&self, link: &str) -> Result<(Vec<u8>, Authenticator), IdentityError> {
        // A key that is lost must not be replaced while something is sealed with it.
        if !self.seal.exists() && self.store.any_sealed().await?.is_none() {
            self.seal.make()?;
        }
        let secret = self.seal.offered_secret(link)?.to_vec();
        let authenticator = Authenticator::new(&secret);
        Ok((secret, authenticator))
    }

    /// Sets up a password and the authenticator that the link offers, and begins a session.
    /// Returns the recovery codes as well; they are never shown again.
    ///
    /// # Errors
    /// The link is not good any more, the password cannot be chosen, or the code is wrong.
    pub async fn set_up(
        &self,
        link: &str,
        password: &str,
        code: &str,
        browser: &Browser,
    ) -> Result<(Begun, Vec<String>), IdentityError> {
        let fingerprint = Fingerprint::of(link);
        let invited = self.store.invited(&fingerprint).await?;
        let who = invited.ok_or(IdentityError::NoLink)?;
        let password = match who.is_sso {
            true => None,
            false => {
                let chosen = Password::choose(password, &who.login);
                Some(chosen.map_err(IdentityError::Invalid)?)
            }
        };
        let (secret, authenticator) = self.offered(link).await?;
        let now = self.store.now().await?;
        let step = authenticator.step(code, now);
        let totp_step = step.ok_or_else(|| IdentityError::Invalid(WRONG_CODE.to_owned()))?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
        let set_up = SetUp {
            password_phc: match &password {
                Some(password) => self.hasher.place(true)?.hash(password).await,
                None => String::new(),
            },
            totp_sealed: self.seal.seal(&who.id, &secret)?,
            totp_step,
            recovery_codes: codes
                .iter()
                .map(|code| Fingerprint::of(&fold_code(code)))
                .collect(),
        };
        let (begun, new) = self.begin(&who.login, browser).await?;
        let is_first = self.store.set_up_operator(&fingerprint, &set_up, &new);
        if !is_first.await? {
            return Err(IdentityError::NoLink);
        }
        tracing::info!(login = who.login, "an operator set up their account");
        Ok((begun, codes))
    }

    /// Invites an operator, and returns the secret of the link.
    ///
    /// # Errors
    /// The login is taken.
    pub async fn invite(
        &self,
        login: &Login,
        grants: &Grants,
        by: impl Into<Actor>,
        link_ms: i64,
    ) -> Result<Token, IdentityError> {
        let by = by.into();
        let (id, link) = (uuid::Uuid::new_v4().to_string(), Token::new());
        let fingerprint = link.fingerprint();
        let link_until = Some((&fingerprint, link_ms));
        let invited = self
            .store
            .invite_operator(&id, login, grants, &by, link_until);
        match invited.await? {
            true => Ok(link),
            false => Err(taken(login)),
        }
    }

    /// Invites an operator by the e-mail address that is their login: they sign in with the
    /// identity provider.
    ///
    /// # Errors
    /// The login is taken, or no address.
    pub async fn invite_by_email(
        &self,
        login: &Login,
        grants: &Grants,
        by: impl Into<Actor>,
    ) -> Result<(), IdentityError> {
        check_email(login)?;
        let id = uuid::Uuid::new_v4().to_string();
        let by = by.into();
        let invited = self.store.invite_operator(&id, login, grants, &by, None);
        match invited.await? {
            true => Ok(()),
            false => Err(taken(login)),
        }
    }

    /// Takes password, authenticator, recovery codes and sessions from an operator, and
    /// returns the secret of the link by which they set up anew.
    ///
    /// # Errors
    /// There is no such operator.
    pub async fn reset(&self, login: &Login) -> Result<Token, IdentityError> {
        let by = host_actor();
        let link = Token::new();
        let fingerprint = link.fingerprint();
        let reset = self.store.reset_operator(&by, login, &fingerprint, LINK_MS);
        if reset.await? {
            return Ok(link);
        }
        Err(no_such(login))
    }

    /// Who was reset not long ago. While the database does not answer, nobody.
    pub async fn resets(&self) -> Vec<(String, Timestamp)> {
        let resets = self.store.resets(SHOWN_MS).await;
        resets.unwrap_or_default()
    }

    /// Takes the same from an operator, who signs in with the identity provider from then on.
    ///
    /// # Errors
    /// There is no such operator, or the login is no e-mail address.
    pub async fn reset_by_email(&self, login: &Login) -> Result<(), IdentityError> {
        check_email(login)?;
        self.reset(login).await?;
        match self.store.invite_oidc(login, false).await? {
            true => Ok(()),
            false => Err(no_such(login)),
        }
    }
}

fn check_email(login: &Login) -> Result<(), IdentityError> {
    match login.as_str().split_once('@') {
        Some((name, domain)) if !name.is_empty() && !domain.is_empty() => Ok(()),
        _ => {
            let message =
                format!("{login} is not an e-mail address: single sign-on knows people by theirs.");
            Err(IdentityError::Invalid(message))
        }
    }
}

fn taken(login: &Login) -> IdentityError {
    IdentityError::Invalid(format!("There is an operator {login} already."))
}

pub(super) fn no_such(login: &Login) -> IdentityError {
    IdentityError::Invalid(format!("There is no operator {login}."))
}
