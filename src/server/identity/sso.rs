//! Sign-in with the identity provider. The provider authenticates a person; Sunset admits only
//! people who were invited, because everybody in an organization has an account there.

use super::provider::{Attempt, Provider, ProviderError};
use super::secret::{Fingerprint, Token};
use super::set_up::LINK_MS;
use super::{Begun, Browser, Identity, IdentityError, Proof, refused};
use crate::domain::login::Login;
use crate::domain::time::Timestamp;
use crate::server::error::chain;
use crate::server::store::{OidcAttempt, OidcOperator, STRONG_MS, SignedIn};

/// A sign-in that goes on at the provider.
pub struct SsoRedirect {
    /// Where to send the browser.
    pub address: String,
    /// What the browser keeps meanwhile.
    pub cookie: Token,
}

/// What the browser brings back.
pub struct SsoCallback {
    pub state: String,
    pub code: String,
    pub issuer: Option<String>,
}

/// What came of a sign-in.
pub enum SsoResult {
    /// They are in, and go on to this path.
    SignedIn(Begun, String),
    /// They set up their authenticator first, by this link.
    SetUp(Token),
}

impl Identity {
    /// The provider, if there is one.
    pub fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// Begins a sign-in with the provider, which leads back to `redirect`.
    ///
    /// # Errors
    /// There is no provider, or it cannot be reached.
    pub async fn begin_sso(
        &self,
        return_path: &str,
        redirect: &str,
    ) -> Result<SsoRedirect, IdentityError> {
        let provider = self.provider().ok_or(IdentityError::NoProvider)?;
        let (state, cookie) = (Token::new(), Token::new());
        let attempt = attempt(state.as_str(), cookie.as_str(), redirect);
        let address = provider.address(&attempt).await;
        let address = address.map_err(|error| failed(provider, error))?;
        let noted = OidcAttempt {
            state: state.fingerprint(),
            browser: cookie.fingerprint(),
            return_path: return_path.to_owned(),
        };
        match self.store.begin_oidc(&noted).await? {
            true => Ok(SsoRedirect { address, cookie }),
            false => Err(IdentityError::Busy),
        }
    }

    /// Ends a sign-in with what the browser brought back. `cookie` is what it kept.
    ///
    /// # Errors
    /// It was not begun here, the provider's answer proves nothing, or they are no operator.
    pub async fn finish_sso(
        &self,
        back: &SsoCallback,
        cookie: Option<&str>,
        redirect: &str,
        browser: &Browser,
    ) -> Result<SsoResult, IdentityError> {
        let provider = self.provider().ok_or(IdentityError::NoProvider)?;
        let cookie = cookie.ok_or(IdentityError::NotBegun)?;
        let (state, kept) = (Fingerprint::of(&back.state), Fingerprint::of(cookie));
        let return_path = self.store.take_oidc(&state, &kept).await?;
        let return_path = return_path.ok_or(IdentityError::NotBegun)?;
        let attempt = attempt(&back.state, cookie, redirect);
        let issuer = back.issuer.as_deref();
        let account = provider.account(&attempt, back.code.clone(), issuer).await;
        let account = account.map_err(|error| failed(provider, error))?;
        let nobody = || {
            let (subject, email) = (&account.subject, account.email.as_deref());
            tracing::warn!(
                subject,
                email,
                "no operator has this account of the provider"
            );
            IdentityError::NotInvited
        };
        if !account.is_ours {
            return Err(nobody());
        }
        let link = Token::new();
        let fingerprint = link.fingerprint();
        let found = self.store.oidc_operator(&account, &fingerprint, LINK_MS);
        let who = match found.await? {
            OidcOperator::Active(who) => who,
            OidcOperator::Invited { login } => {
                tracing::info!(login, "signed in with the provider, and sets up");
                return Ok(SsoResult::SetUp(link));
            }
            OidcOperator::Nobody => return Err(nobody()),
        };
        let (begun, mut new) = self.begin(&who.login, browser).await?;
        let now = self.store.now().await?;
        new.strong_at = Some(strong_at(account.authenticated_at, now));
        if !self
            .store
            .begin_session(&who, &Proof::Provider, "", &new)
            .await?
        {
            return Err(refused(&who));
        }
        tracing::info!(login = who.login, "signed in with the provider");
        Ok(SsoResult::SignedIn(begun, return_path))
    }

    /// Takes the code of somebody who is signed in with the provider, who has no password to
    /// give. A new session replaces theirs.
    ///
    /// # Errors
    /// Not now, or the code is wrong.
    pub async fn confirm(
        &self,
        who: &SignedIn,
        code: &str,
        browser: &Browser,
    ) -> Result<Begun, IdentityError> {
        let login: Login = who.login.parse().map_err(IdentityError::Invalid)?;
        let (_place, key) = self.turn(&who.login, browser).await?;
        let credentials = self.store.oidc_credentials(&login).await?;
        let credentials = credentials.ok_or(IdentityError::Wrong)?;
        let Some(proof) = self.proof(&credentials, code).await? else {
            return Err(refused(&credentials));
        };
        let (begun, new) = self.begin(&who.login, browser).await?;
        if !self
            .store
            .begin_session(&credentials, &proof, &key, &new)
            .await?
        {
            return Err(refused(&credentials));
        }
        self.store.end_session(&who.actor(), &who.session).await?;
        Ok(begun)
    }
}

/// The secrets of an attempt. Those that the provider hands back are made of what the browser
/// keeps, so that nobody else can use what comes back, and the database has none of them.
fn attempt(state: &str, cookie: &str, redirect: &str) -> Attempt {
    let made = |what: &str| {
        Fingerprint::of(&format!("{what} {cookie}"))
            .as_str()
            .to_owned()
    };
    Attempt {
        state: state.to_owned(),
        nonce: made("nonce"),
        verifier: made("verifier"),
        redirect: redirect.to_owned(),
    }
}

/// Since when somebody counts as having just proved who they are: not because they come from
/// the provider, where they may have signed in days ago, but if it says when that was.
fn strong_at(authenticated_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let at = authenticated_at.filter(|at| now.0 < at.0 + STRONG_MS);
    Timestamp(at.map_or(0, |at| at.0.min(now.0)))
}

/// What somebody is told; the log says more.
fn failed(provider: &Provider, error: ProviderError) -> IdentityError {
    let name = provider.name().to_owned();
    tracing::error!(provider = name, cause = %chain(&error), "nobody was signed in");
    match error {
        ProviderError::Refused(_) => IdentityError::Distrusted { name },
        ProviderError::Unreachable(_) | ProviderError::Unusable(_) => {
            IdentityError::NoAnswer { name }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sign_in_of_a_moment_ago_spares_the_code() {
        let now = Timestamp(1_800_000_000_000);
        let at = |ms: i64| Some(Timestamp(now.0 + ms));
        assert_eq!(strong_at(None, now), Timestamp(0));
        assert_eq!(strong_at(at(-STRONG_MS), now), Timestamp(0));
        assert_eq!(strong_at(at(-60_000), now), Timestamp(now.0 - 60_000));
        // A clock that goes ahead does not make it last longer.
        assert_eq!(strong_at(at(50_000), now), now);
    }

    #[test]
    fn the_secrets_of_an_attempt_differ_and_are_long_enough() {
        let attempt = attempt("state", "cookie", "");
        assert_ne!(attempt.nonce, attempt.verifier);
        // RFC 7636: 43 to 128 characters.
        assert_eq!(attempt.verifier.len(), 43);
    }
}
