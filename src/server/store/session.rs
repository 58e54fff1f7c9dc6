//! Sessions. Each check goes to the database, so that what ends a session ends it in every
//! process at once.

use super::pool::{Tx, on_pool, on_tx};
use super::roles::grants_of;
use super::{Store, StoreError};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::permission::Grants;
use crate::domain::time::Timestamp;
use crate::server::identity::secret::Fingerprint;

/// A session ends after so long without a request, and after so long in any case.
pub const IDLE_MS: i64 = 30 * 60_000;
const LONGEST_MS: i64 = 10 * 3_600_000;

/// For so long after password and code were given nobody asks for them again.
pub const STRONG_MS: i64 = 5 * 60_000;

/// That a session is used is noted this often.
const NOTE_MS: i64 = 60_000;

/// A session that is to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub token: Fingerprint,
    /// Where the browser is, and what it calls itself.
    pub ip: String,
    pub agent: String,
    /// When they proved who they are, if not now: with the identity provider.
    pub strong_at: Option<Timestamp>,
}

impl NewSession {
    /// Whose session it is to be, as the audit has them.
    pub(super) fn actor(&self, id: &str, login: &str) -> Actor {
        Actor {
            id: id.to_owned(),
            name: login.to_owned(),
            session: self.token.start(),
            ip: self.ip.clone(),
        }
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub operator_id: String,
    pub login: String,
    pub name: String,
    pub grants: Grants,
    /// They signed in with the identity provider, and have no password.
    pub is_sso: bool,
    /// When they last gave password and code.
    pub strong_at: Timestamp,
    pub session: Fingerprint,
}

impl SignedIn {
    /// Who this is to the audit.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.operator_id.clone(),
            name: self.login.clone(),
            session: self.session.start(),
            ip: String::new(),
        }
    }
}

/// In how long a session ends, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLeft {
    /// Unless there is a request.
    pub unused: i64,
    /// In any case.
    pub in_all: i64,
}

/// A session as its operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    pub session: Fingerprint,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub ip: String,
    pub agent: String,
}

impl Store {
    /// Whose session this is, if it is not over. Notes that it is used.
    pub async fn use_session(&self, token: &Fingerprint) -> Result<Option<SignedIn>, StoreError> {
        const NOTE: &str = "UPDATE session SET seen_at = CLOCK() WHERE token_sha256 = $1";
        let Some((who, left)) = self.session(token).await? else {
            return Ok(None);
        };
        if left.unused <= IDLE_MS - NOTE_MS {
            let mut tx = self.begin().await?;
            let sql = tx.sql(NOTE);
            on_tx!(&mut tx, |conn| {
                sqlx::query(sql).bind(token.as_str()).execute(conn).await?;
            });
            tx.commit().await?;
        }
        Ok(Some(who))
    }

    /// Whose session this is, if it is not over, and in how long it ends.
    pub async fn session(
        &self,
        token: &Fingerprint,
    ) -> Result<Option<(SignedIn, TimeLeft)>, StoreError> {
        const READ: &str = "
            SELECT operator.id, login, name, seen_at + $2 - CLOCK(), ends_at - CLOCK(), strong_at,
                (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
                    FROM operator_grant WHERE operator_id = operator.id),
                oidc_sub <> '' AND password_phc = ''
            FROM session JOIN operator ON operator.id = session.operator_id
            WHERE token_sha256 = $1 AND state = 'active' AND session.epoch = operator.epoch
                AND CLOCK() < ends_at AND CLOCK() < seen_at + $2";
        type Row = (String, String, String, i64, i64, i64, String, bool);
        let row: Option<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(READ))
                .bind(token.as_str())
                .bind(IDLE_MS)
                .fetch_optional(pool)
                .await?
        });
        let Some((operator_id, login, name, unused, in_all, strong_at, grants, is_sso)) = row
        else {
            return Ok(None);
        };
        let who = SignedIn {
            operator_id,
            login,
            name,
            grants: grants_of(&grants)?,
            is_sso,
            strong_at: Timestamp(strong_at),
            session: token.clone(),
        };
        Ok(Some((who, TimeLeft { unused, in_all })))
    }

    /// The operator's sessions that are not over, the last used first.
    pub async fn sessions(&self, operator: &str) -> Result<Vec<SessionLine>, StoreError> {
        const LIST: &str = "
            SELECT token_sha256, session.created_at, seen_at, ip, agent
            FROM session JOIN operator ON operator.id = session.operator_id
            WHERE operator_id = $1 AND session.epoch = operator.epoch
                AND CLOCK() < ends_at AND CLOCK() < seen_at + $2
            ORDER BY seen_at DESC, token_sha256";
        let rows: Vec<(String, i64, i64, String, String)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(LIST))
                .bind(operator)
                .bind(IDLE_MS)
                .fetch_all(pool)
                .await?
        });
        let line = |(session, created_at, seen_at, ip, agent)| SessionLine {
            session: Fingerprint::from_stored(session),
            created_at: Timestamp(created_at),
            seen_at: Timestamp(seen_at),
            ip,
            agent,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Ends one of the operator's sessions. It is their own that they sign out of.
    pub async fn end_session(&self, by: &Actor, session: &Fingerprint) -> Result<(), StoreError> {
        const END: &str = "DELETE FROM session WHERE operator_id = $1 AND token_sha256 = $2";
        let mut tx = self.begin().await?;
        let ended = on_tx!(&mut tx, |conn| {
            sqlx::query(END)
                .bind(by.id.as_str())
                .bind(session.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if ended != 0 {
            let act = match session.start() == by.session {
                true => Act::SignedOut,
                false => Act::SessionEnded,
            };
            tx.record(Event::new(by, act).on(session.start()));
        }
        tx.commit().await
    }

    /// Ends all of the operator's sessions but this one.
    pub async fn end_other_sessions(
        &self,
        by: &Actor,
        but: &Fingerprint,
    ) -> Result<(), StoreError> {
        const END: &str = "DELETE FROM session WHERE operator_id = $1 AND token_sha256 <> $2";
        let mut tx = self.begin().await?;
        let ended = on_tx!(&mut tx, |conn| {
            sqlx::query(END)
                .bind(by.id.as_str())
                .bind(but.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        tx.record(Event::new(by, Act::OtherSessionsEnded).with("sessions", ended));
        tx.commit().await
    }
}

/// Begins a session, and forgets those that are over.
pub(super) async fn insert_session(
    tx: &mut Tx,
    operator: &str,
    epoch: i64,
    new: &NewSession,
) -> Result<(), StoreError> {
    const FORGET: &str = "DELETE FROM session WHERE ends_at <= CLOCK()";
    const INSERT: &str = "
        INSERT INTO session (token_sha256, operator_id, epoch, created_at, seen_at, ends_at,
            strong_at, ip, agent)
        VALUES ($1, $2, $3, CLOCK(), CLOCK(), CLOCK() + $4,
            COALESCE($7, CLOCK()), $5, $6)";
    let (forget, insert) = (tx.sql(FORGET), tx.sql(INSERT));
    on_tx!(tx, |conn| {
        sqlx::query(forget).execute(&mut *conn).await?;
        sqlx::query(insert)
            .bind(new.token.as_str())
            .bind(operator)
            .bind(epoch)
            .bind(LONGEST_MS)
            .bind(new.ip.as_str())
            .bind(new.agent.as_str())
            .bind(new.strong_at.map(|at| at.0))
            .execute(conn)
            .await?;
    });
    Ok(())
}
