//! Who signs in, and how: password and authenticator, sessions, and the link by which an
//! operator sets both up.
//!
//! As long as nobody is in the database, whoever sits at this computer is served. From the
//! first operator on, nobody is without a session.

mod api_token;
mod authenticator;
mod command;
mod device_cookie;
mod error;
mod first;
mod password;
pub mod provider;
mod roles;
mod seal;
pub mod secret;
mod set_up;
mod sso;
pub mod throttle;
mod visitor;

use std::sync::Arc;

pub use api_token::ApiToken;
pub use command::host_actor;
pub use device_cookie::KNOWN_DAYS;
pub use error::IdentityError;
pub use roles::GIVEN;
pub use seal::{KeyError, SealKey};
pub use set_up::{LINK_MS, SetUpData};
pub use sso::{SsoCallback, SsoRedirect, SsoResult};
pub use visitor::{AccessStatus, Visitor};

use tokio::sync::OnceCell;

use self::authenticator::{Authenticator, is_code};
use self::device_cookie::{device_cookie, known_until, throttle_key};
use self::password::{Hasher, Password, Place};
use self::provider::Provider;
use self::secret::{Fingerprint, Token, fold_code};
use self::visitor::Known;
use super::audit::RefusalCounter;
use super::store::{Credentials, NewSession, Proof, SignedIn, Store};
use crate::domain::audit::{Act, Actor, Event, EventOutcome};
use crate::domain::login::Login;
use crate::domain::time::Timestamp;

/// The longest name of a browser that is kept.
const LONGEST_AGENT: usize = 200;

/// What somebody typed to sign in.
pub struct Attempt {
    pub login: String,
    pub password: String,
    /// The authenticator's, or a recovery code.
    pub code: String,
}

/// The browser that somebody sits at.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    pub ip: String,
    pub agent: String,
    /// The cookie by which it is known, if it has one.
    pub device: Option<String>,
}

/// A session that has begun: what the browser is to keep.
#[derive(Debug)]
pub struct Begun {
    pub session: Token,
    pub device: String,
}

/// Everything about signing in.
#[derive(Clone, Debug)]
pub struct Identity {
    store: Arc<Store>,
    seal: SealKey,
    hasher: Hasher,
    known: Known,
    /// Where what is refused is put on record.
    pub(super) refusals: RefusalCounter,
    provider: Option<Provider>,
    /// The database's epoch. It does not change while the database is open.
    epoch: Arc<OnceCell<String>>,
}

impl Identity {
    pub fn new(store: Arc<Store>) -> Self {
        Self {
            refusals: RefusalCounter::new(store.clone()),
            store,
            seal: SealKey::default(),
            hasher: Hasher::default(),
            known: Known::default(),
            provider: None,
            epoch: Arc::default(),
        }
    }

    /// The same with a key to seal with.
    pub fn with_seal_key(self, seal: SealKey) -> Self {
        Self { seal, ..self }
    }

    /// The same with an identity provider.
    pub fn with_provider(self, provider: Provider) -> Self {
        Self {
            provider: Some(provider),
            ..self
        }
    }

    /// Whether what is sealed can be opened.
    ///
    /// # Errors
    /// A sentence: nobody could sign in.
    pub async fn check(&self) -> Result<(), String> {
        let sealed = self.store.any_sealed().await;
        let sealed = sealed.map_err(|cause| format!("The operators cannot be read: {cause}."))?;
        match sealed.map(|(owner, sealed)| self.seal.open(&owner, &sealed)) {
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// The clock that sessions are measured by.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn now(&self) -> Result<Timestamp, IdentityError> {
        Ok(self.store.now().await?)
    }

    /// Signs in.
    ///
    /// # Errors
    /// Not now, or not like this.
    pub async fn sign_in(
        &self,
        attempt: &Attempt,
        browser: &Browser,
    ) -> Result<Begun, IdentityError> {
        let login = attempt.login.trim().to_ascii_lowercase();
        let (place, key) = self.turn(&login, browser).await?;
        let who = match login.parse::<Login>() {
            Ok(login) => self.store.credentials(login.as_str()).await?,
            Err(_) => None,
        };
        let known = who.as_ref().map(|who| who.login.clone());
        let proven = self.prove(&place, who, &attempt.password, &attempt.code);
        let Some((who, proof)) = proven.await? else {
            self.note_failure(known, browser);
            return Err(IdentityError::Wrong);
        };
        let (begun, new) = self.begin(&who.login, browser).await?;
        if !self.store.begin_session(&who, &proof, &key, &new).await? {
            self.note_failure(known, browser);
            return Err(refused(&who));
        }
        tracing::info!(login = who.login, "signed in");
        Ok(begun)
    }

    /// Puts a failure on record. What was typed as a login that nobody has may be a
    /// password, so it is not.
    fn note_failure(&self, known: Option<String>, browser: &Browser) {
        let mut nobody = Actor::named("nobody");
        nobody.ip = browser.ip.clone();
        let event = Event::new(&nobody, Act::SignInFailed).outcome(EventOutcome::Refused);
        self.refusals.note(match known {
            Some(login) => event.on(login),
            None => event.with("login", "nobody's"),
        });
    }

    /// Takes a place to hash and a turn to guess, and returns under what it is counted.
    async fn turn(&self, login: &str, browser: &Browser) -> Result<(Place, String), IdentityError> {
        let cookie = browser.device.as_deref();
        let until = known_until(&self.seal, self.epoch().await?, login, cookie)?;
        // Before the database is asked: it must not be kept busy by those who guess.
        let place = self.hasher.place(until.is_some())?;
        let is_known = match until {
            Some(until) => self.store.now().await? < until,
            None => false,
        };
        let key = throttle_key(login, cookie.filter(|_| is_known));
        match self.store.reserve_attempt(&key).await? {
            Ok(()) => Ok((place, key)),
            Err(ms) => Err(IdentityError::Wait { ms }),
        }
    }

    /// Whether the password is theirs, and what the code proves. Takes as long for nobody.
    async fn prove(
        &self,
        place: &Place,
        who: Option<Credentials>,
        password: &str,
        code: &str,
    ) -> Result<Option<(Credentials, Proof)>, IdentityError> {
        let phc = who.as_ref().map(|who| &*who.password_phc);
        let is_right = place.verify(password, phc).await;
        let Some(who) = who else { return Ok(None) };
        match self.proof(&who, code).await? {
            Some(proof) if is_right => Ok(Some((who, proof))),
            _ => {
                refused(&who);
                Ok(None)
            }
        }
    }

    /// What the code proves, if it is one.
    async fn proof(&self, who: &Credentials, code: &str) -> Result<Option<Proof>, IdentityError> {
        if !is_code(code) {
            let code = Fingerprint::of(&fold_code(code));
            return Ok(Some(Proof::RecoveryCode(code)));
        }
        let secret = self.seal.open(&who.id, &who.totp_sealed)?;
        let now = self.store.now().await?;
        Ok(Authenticator::new(&secret).step(code, now).map(Proof::Step))
    }

    async fn epoch(&self) -> Result<&str, IdentityError> {
        let read = || self.store.instance_epoch();
        Ok(self.epoch.get_or_try_init(read).await?)
    }

    async fn begin(
        &self,
        login: &str,
        browser: &Browser,
    ) -> Result<(Begun, NewSession), IdentityError> {
        let now = self.store.now().await?;
        let session = Token::new();
        let new = NewSession {
            token: session.fingerprint(),
            ip: browser.ip.clone(),
            agent: browser.agent.chars().take(LONGEST_AGENT).collect(),
            strong_at: None,
        };
        let device = device_cookie(&self.seal, self.epoch().await?, login, now)?;
        Ok((Begun { session, device }, new))
    }

    /// Changes the password of somebody who is signed in. All their sessions end, and a new
    /// one begins.
    ///
    /// # Errors
    /// The present password or the code is wrong, or the new one cannot be chosen.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        present: &str,
        code: &str,
        new: &str,
        browser: &Browser,
    ) -> Result<Begun, IdentityError> {
        let new = Password::choose(new, &who.login).map_err(IdentityError::Invalid)?;
        let (place, key) = self.turn(&who.login, browser).await?;
        let credentials = self.store.credentials(&who.login).await?;
        let proven = self.prove(&place, credentials, present, code).await?;
        let Some((credentials, proof)) = proven else {
            self.note_failure(Some(who.login.clone()), browser);
            return Err(IdentityError::Wrong);
        };
        let phc = place.hash(&new).await;
        let (begun, session) = self.begin(&who.login, browser).await?;
        let changed = self
            .store
            .change_password(&credentials, &proof, &phc, &key, &session);
        if !changed.await? {
            self.note_failure(Some(who.login.clone()), browser);
            return Err(refused(&credentials));
        }
        tracing::info!(login = who.login, "changed their password");
        Ok(begun)
    }
}

/// What somebody is told whose password or code was not good; the log says whose.
fn refused(who: &Credentials) -> IdentityError {
    tracing::warn!(login = who.login, "a sign-in was refused");
    IdentityError::Wrong
}
