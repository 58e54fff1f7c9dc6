//! Who a request comes from.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Identity;
use super::secret::Fingerprint;
use crate::domain::audit::Actor;
use crate::domain::live::SessionEnd;
use crate::server::store::{SessionLine, SignedIn, StoreError, TimeLeft, TokenOwner};

/// For how long it is taken for true that nobody could sign in.
const LASTS: Duration = Duration::from_secs(1);

/// How long before a session ends its pages say so, in milliseconds.
const WARN_MS: i64 = 2 * 60_000;

/// Who a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// Nobody could sign in: whoever sits at this computer.
    AtThisComputer,
    SignedIn(SignedIn),
    /// A script with an API token.
    Token(TokenOwner),
    /// Nobody that we know.
    Unknown,
}

/// What has become of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessStatus {
    /// They would be let in, and their session may end within two minutes.
    Allowed(Option<SessionEnd>),
    Denied,
}

/// Says why a session ends, if it ends soon.
fn ends_soon(left: TimeLeft) -> Option<SessionEnd> {
    match left {
        TimeLeft { in_all, .. } if in_all <= WARN_MS => Some(SessionEnd::Longest),
        TimeLeft { unused, .. } if unused <= WARN_MS => Some(SessionEnd::Unused),
        _ => None,
    }
}

/// Whether there are operators. They do not become none again. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    some: AtomicBool,
    /// When the database last said that there are none.
    none_at: Mutex<Option<Instant>>,
}

impl Identity {
    /// Who has this session.
    ///
    /// # Errors
    /// The database does not answer, so nobody can be let in.
    pub async fn visitor(&self, cookie: Option<&str>) -> Result<Visitor, StoreError> {
        if !self.has_operators().await? {
            return Ok(Visitor::AtThisComputer);
        }
        let Some(cookie) = cookie else {
            return Ok(Visitor::Unknown);
        };
        let session = self.store.use_session(&Fingerprint::of(cookie)).await?;
        Ok(session.map_or(Visitor::Unknown, Visitor::SignedIn))
    }

    /// Whether this visitor would still be let in, and for how long. Does not count as a visit.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn access_status(&self, visitor: &Visitor) -> Result<AccessStatus, StoreError> {
        let is_still = match visitor {
            Visitor::AtThisComputer => !self.has_operators().await?,
            Visitor::SignedIn(who) => match self.store.session(&who.session).await? {
                Some((now, left)) if now == *who => {
                    return Ok(AccessStatus::Allowed(ends_soon(left)));
                }
                _ => false,
            },
            // No script listens for longer than one answer.
            Visitor::Token(_) | Visitor::Unknown => false,
        };
        Ok(match is_still {
            true => AccessStatus::Allowed(None),
            false => AccessStatus::Denied,
        })
    }

    /// While the database does not answer, it counts what it said before: there is nothing
    /// to be had without it.
    async fn has_operators(&self) -> Result<bool, StoreError> {
        let Known(known) = &self.known;
        if known.some.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let none_at = || known.none_at.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *none_at();
        if before.is_some_and(|at| at.elapsed() < LASTS) {
            return Ok(false);
        }
        match self.store.has_operators().await {
            Ok(true) => {
                known.some.store(true, Ordering::Relaxed);
                Ok(true)
            }
            Err(error) if before.is_none() => Err(error),
            Ok(false) | Err(_) => {
                *none_at() = Some(Instant::now());
                Ok(false)
            }
        }
    }

    /// The sessions of somebody who is signed in.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sessions(&self, who: &SignedIn) -> Result<Vec<SessionLine>, StoreError> {
        self.store.sessions(&who.operator_id).await
    }

    /// Ends one of their own sessions.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end_session(&self, by: &Actor, session: &Fingerprint) -> Result<(), StoreError> {
        self.store.end_session(by, session).await
    }

    /// Ends all their other sessions.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn end_other_sessions(&self, by: &Actor, who: &SignedIn) -> Result<(), StoreError> {
        self.store.end_other_sessions(by, &who.session).await
    }
}
