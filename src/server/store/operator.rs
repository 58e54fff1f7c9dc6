//! The operators: who there is, and how one begins and begins again.

use super::api_token::delete_tokens;
use super::job::may_approve_from;
use super::oidc::INVITATION_MS;
use super::pool::{Tx, on_pool, on_tx, text_list};
use super::roles::{grants_of, in_words, insert_grants};
use super::session::{IDLE_MS, NewSession};
use super::{Store, StoreError};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::login::Login;
use crate::domain::permission::{Grants, Role};
use crate::domain::time::Timestamp;
use crate::server::identity::host_actor;
use crate::server::identity::secret::Fingerprint;

/// An operator, as `sunset operator list` shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorLine {
    pub login: String,
    pub state: String,
    pub created_at: Timestamp,
    /// When they last used the console; `None` where no session is left.
    pub seen_at: Option<Timestamp>,
    pub grants: Grants,
    /// They sign in with the identity provider.
    pub is_sso: bool,
    /// Browsers in which they are signed in.
    pub sessions: u32,
    /// API tokens that are good.
    pub tokens: u32,
}

/// Somebody who has opened a set-up link.
#[derive(Clone, Debug)]
pub struct Invited {
    pub id: String,
    pub login: String,
    /// They sign in with the identity provider, so they choose no password.
    pub is_sso: bool,
}

/// What signing in looks at.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub id: String,
    pub login: String,
    pub epoch: i64,
    pub password_phc: String,
    pub totp_sealed: String,
}

impl Credentials {
    /// Who this is to the audit, in the session that begins.
    pub(super) fn actor(&self, new: &NewSession) -> Actor {
        new.actor(&self.id, &self.login)
    }
}

pub(super) type CredentialsRow = (String, String, i64, String, String);

pub(super) fn credentials(row: CredentialsRow) -> Credentials {
    let (id, login, epoch, password_phc, totp_sealed) = row;
    Credentials {
        id,
        login,
        epoch,
        password_phc,
        totp_sealed,
    }
}

impl Store {
    /// Whether anybody is there who could sign in, now or after setting up.
    pub async fn has_operators(&self) -> Result<bool, StoreError> {
        const ANY: &str = "SELECT EXISTS (SELECT 1 FROM operator WHERE kind = 'human')";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(ANY)
            .fetch_one(pool)
            .await?))
    }

    /// The secret of some authenticator and whose it is, where there is one.
    pub async fn any_sealed(&self) -> Result<Option<(String, String)>, StoreError> {
        const ANY: &str = "SELECT id, totp_sealed FROM operator WHERE totp_sealed <> '' LIMIT 1";
        Ok(on_pool!(self, |pool| sqlx::query_as(ANY)
            .fetch_optional(pool)
            .await?))
    }

    /// Who was reset within these milliseconds, and when; the last first.
    pub async fn resets(&self, within_ms: i64) -> Result<Vec<(String, Timestamp)>, StoreError> {
        const RESETS: &str = "
            SELECT login, reset_at FROM operator
            WHERE kind = 'human' AND reset_at <> 0 AND CLOCK() < reset_at + $1
            ORDER BY reset_at DESC, login";
        let rows: Vec<(String, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(RESETS))
                .bind(within_ms)
                .fetch_all(pool)
                .await?
        });
        let reset = |(login, at)| (login, Timestamp(at));
        Ok(rows.into_iter().map(reset).collect())
    }

    pub async fn operators(&self) -> Result<Vec<OperatorLine>, StoreError> {
        const LIST: &str = "
            SELECT login, state, operator.created_at, COALESCE(MAX(session.seen_at), 0),
                (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
                    FROM operator_grant WHERE operator_id = operator.id),
                oidc_sub <> '' OR oidc_until <> 0,
                (SELECT COUNT(*) FROM session WHERE operator_id = operator.id
                    AND epoch = operator.epoch AND CLOCK() < ends_at AND CLOCK() < seen_at + $1),
                (SELECT COUNT(*) FROM api_token WHERE operator_id = operator.id
                    AND CLOCK() < ends_at)
            FROM operator LEFT JOIN session ON session.operator_id = operator.id
            WHERE kind = 'human'
            GROUP BY operator.id, login, state, operator.created_at, oidc_sub, oidc_until
            ORDER BY login";
        type Row = (String, String, i64, i64, String, bool, i64, i64);
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(LIST))
                .bind(IDLE_MS)
                .fetch_all(pool)
                .await?
        });
        let line = |row: Row| {
            let (login, state, created_at, seen_at, grants, is_sso, sessions, tokens) = row;
            Ok(OperatorLine {
                login,
                state,
                created_at: Timestamp(created_at),
                seen_at: (seen_at != 0).then_some(Timestamp(seen_at)),
                grants: grants_of(&grants)?,
                is_sso,
                sessions: sessions as u32,
                tokens: tokens as u32,
            })
        };
        rows.into_iter().map(line).collect()
    }

    /// Invites an operator, who sets up password and authenticator by a link that is good for
    /// so long, or without one signs in with the identity provider. `false` if the login is
    /// taken.
    pub async fn invite_operator(
        &self,
        id: &str,
        login: &Login,
        grants: &Grants,
        by: &Actor,
        link: Option<(&Fingerprint, i64)>,
    ) -> Result<bool, StoreError> {
        let now = self.now().await?;
        let may_approve_from = may_approve_from((&Grants::default(), 0), grants, now);
        let mut tx = self.begin().await?;
        let by_name = by.name.as_str();
        let is_new =
            insert_operator(&mut tx, id, login, grants, by_name, link, may_approve_from).await?;
        if is_new {
            let event = Event::new(by, Act::OperatorInvited).on(login.as_str());
            tx.record(event.with("roles", in_words(grants)));
            tx.commit().await?;
        }
        Ok(is_new)
    }

    /// Takes everything from an operator by which they could sign in, and lets them set it
    /// up anew. `false` if there is no such operator.
    pub async fn reset_operator(
        &self,
        by: &Actor,
        login: &Login,
        link: &Fingerprint,
        link_ms: i64,
    ) -> Result<bool, StoreError> {
        const RESET: &str = "
            UPDATE operator SET state = 'invited', epoch = epoch + 1, password_phc = '',
                totp_sealed = '', totp_last_step = 0, link_sha256 = $2, link_until = CLOCK() + $3,
                oidc_issuer = '', oidc_sub = '', oidc_until = 0, reset_at = CLOCK()
            WHERE login = $1 AND kind = 'human' RETURNING id";
        let mut tx = self.begin().await?;
        let sql = tx.sql(RESET);
        let id: Option<String> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(sql)
                .bind(login.as_str())
                .bind(link.as_str())
                .bind(link_ms)
                .fetch_optional(conn)
                .await?
        });
        let Some(id) = id else { return Ok(false) };
        delete_codes(&mut tx, &id).await?;
        delete_sessions(&mut tx, &id).await?;
        delete_tokens(&mut tx, &id).await?;
        tx.record(Event::new(by, Act::OperatorReset).on(login.as_str()));
        tx.commit().await?;
        Ok(true)
    }

    /// Lets an operator approve at once what they may approve. `false` if they may approve
    /// nothing.
    pub async fn let_approve_now(&self, login: &Login) -> Result<bool, StoreError> {
        const NOW: &str = "
            UPDATE operator SET may_approve_from = CLOCK()
            WHERE login = $1 AND kind = 'human' AND may_approve_from > 0";
        let mut tx = self.begin().await?;
        let sql = tx.sql(NOW);
        let found = on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(login.as_str())
                .execute(conn)
                .await?
                .rows_affected()
        });
        if found == 1 {
            let event = Event::new(&host_actor(), Act::RolesChanged).on(login.as_str());
            tx.record(event.with("approves", "at once"));
        }
        tx.commit().await?;
        Ok(found == 1)
    }

    /// An operator who may sign in with a password.
    pub async fn credentials(&self, login: &str) -> Result<Option<Credentials>, StoreError> {
        const BY_LOGIN: &str = "
            SELECT id, login, epoch, password_phc, totp_sealed FROM operator
            WHERE login = $1 AND kind = 'human' AND state = 'active' AND password_phc <> ''";
        let row: Option<CredentialsRow> = on_pool!(self, |pool| {
            sqlx::query_as(BY_LOGIN)
                .bind(login)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(credentials))
    }

    /// Makes a new link for an operator who has not set up yet, and has no role but these.
    /// `false` if there is no such operator.
    pub async fn invite_again(
        &self,
        by: &Actor,
        login: &Login,
        only: &[Role],
        link: &Fingerprint,
        link_ms: i64,
    ) -> Result<bool, StoreError> {
        const AGAIN: &str = "
            UPDATE operator SET link_sha256 = $2, link_until = CLOCK() + $3
            WHERE login = $1 AND kind = 'human' AND state = 'invited' AND oidc_sub = ''
                AND oidc_until = 0 AND NOT EXISTS (
                SELECT 1 FROM operator_grant
                WHERE operator_id = operator.id AND role NOT IN TEXTS($4))";
        let mut tx = self.begin().await?;
        let sql = tx.sql(AGAIN);
        let made = on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(login.as_str())
                .bind(link.as_str())
                .bind(link_ms)
                .bind(text_list(only.iter().map(|role| role.as_str())))
                .execute(conn)
                .await?
                .rows_affected()
        });
        if made == 1 {
            tx.record(Event::new(by, Act::OperatorInvitedAgain).on(login.as_str()));
        }
        tx.commit().await?;
        Ok(made == 1)
    }

    /// Whose set-up link this is, while it is good.
    pub async fn invited(&self, link: &Fingerprint) -> Result<Option<Invited>, StoreError> {
        const BY_LINK: &str = "
            SELECT id, login, oidc_sub <> '' FROM operator
            WHERE link_sha256 = $1 AND state = 'invited' AND CLOCK() < link_until";
        let row: Option<(String, String, bool)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(BY_LINK))
                .bind(link.as_str())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|(id, login, is_sso)| Invited { id, login, is_sso }))
    }
}

/// Makes an operator, who is invited. `false` if the login is taken.
pub(super) async fn insert_operator(
    tx: &mut Tx,
    id: &str,
    login: &Login,
    grants: &Grants,
    by: &str,
    link: Option<(&Fingerprint, i64)>,
    may_approve_from: i64,
) -> Result<bool, StoreError> {
    const BY_LINK: &str = "
        INSERT INTO operator (id, login, name, kind, state, epoch, password_phc,
            totp_sealed, totp_last_step, link_sha256, link_until, oidc_issuer, oidc_sub,
            created_by, created_at, may_approve_from)
        VALUES ($1, $2, $2, 'human', 'invited', 0, '', '', 0, $3, CLOCK() + $4, '', '', $5,
            CLOCK(), $6)
        ON CONFLICT (login) DO NOTHING";
    const BY_PROVIDER: &str = "
        INSERT INTO operator (id, login, name, kind, state, epoch, password_phc,
            totp_sealed, totp_last_step, link_sha256, link_until, oidc_issuer, oidc_sub,
            oidc_until, created_by, created_at, may_approve_from)
        VALUES ($1, $2, $2, 'human', 'invited', 0, '', '', 0, '', 0, '', '', CLOCK() + $3, $4,
            CLOCK(), $5)
        ON CONFLICT (login) DO NOTHING";
    let (by_link, by_provider) = (tx.sql(BY_LINK), tx.sql(BY_PROVIDER));
    let made = on_tx!(tx, |conn| match link {
        Some((link, link_ms)) => {
            let query = sqlx::query(by_link).bind(id).bind(login.as_str());
            let query = query.bind(link.as_str()).bind(link_ms).bind(by);
            let query = query.bind(may_approve_from);
            query.execute(conn).await?.rows_affected()
        }
        None => {
            let query = sqlx::query(by_provider).bind(id).bind(login.as_str());
            let query = query.bind(INVITATION_MS).bind(by).bind(may_approve_from);
            query.execute(conn).await?.rows_affected()
        }
    });
    if made == 1 {
        insert_grants(tx, id, grants).await?;
    }
    Ok(made == 1)
}

pub(super) async fn delete_codes(tx: &mut Tx, operator: &str) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM recovery_code WHERE operator_id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(DELETE).bind(operator).execute(conn).await?;
    });
    Ok(())
}

pub(super) async fn delete_sessions(tx: &mut Tx, operator: &str) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM session WHERE operator_id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(DELETE).bind(operator).execute(conn).await?;
    });
    Ok(())
}
