//! API tokens. Each use goes to the database, so that what ends a token ends it in every
//! process at once.

use super::pool::{Tx, on_pool, on_tx};
use super::roles::grants_of;
use super::{Store, StoreError};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::permission::Grants;
use crate::domain::time::Timestamp;
use crate::server::identity::secret::Fingerprint;

/// Tokens of one operator at the same time.
pub const MAX_TOKENS: u32 = 20;

/// That a token is used is noted this often.
const NOTE_MS: i64 = 60_000;

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    pub operator_id: String,
    pub login: String,
    pub grants: Grants,
    /// What is kept of the token.
    pub token: Fingerprint,
}

impl TokenOwner {
    /// Who this is to the audit.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.operator_id.clone(),
            name: self.login.clone(),
            session: self.token.start(),
            ip: String::new(),
        }
    }
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLine {
    pub token: Fingerprint,
    pub name: String,
    pub created_at: Timestamp,
    pub ends_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub ip: String,
}

impl Store {
    /// Whose token this is, if it is still good. Notes that it is used, and from where.
    pub async fn token_owner(
        &self,
        token: &Fingerprint,
        ip: &str,
    ) -> Result<Option<TokenOwner>, StoreError> {
        const READ: &str = "
            SELECT operator.id, login, CLOCK() - used_at,
                (SELECT CAST(COALESCE(LISTS(LIST(role, org_unit)), '[]') AS TEXT)
                    FROM operator_grant WHERE operator_id = operator.id)
            FROM api_token JOIN operator ON operator.id = api_token.operator_id
            WHERE sha256 = $1 AND state = 'active' AND CLOCK() < ends_at";
        const NOTE: &str = "UPDATE api_token SET used_at = CLOCK(), ip = $2 WHERE sha256 = $1";
        let row: Option<(String, String, i64, String)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(READ))
                .bind(token.as_str())
                .fetch_optional(pool)
                .await?
        });
        let Some((operator_id, login, unused, grants)) = row else {
            return Ok(None);
        };
        if NOTE_MS <= unused {
            let mut tx = self.begin().await?;
            let sql = tx.sql(NOTE);
            on_tx!(&mut tx, |conn| {
                sqlx::query(sql)
                    .bind(token.as_str())
                    .bind(ip)
                    .execute(conn)
                    .await?;
            });
            tx.commit().await?;
        }
        Ok(Some(TokenOwner {
            operator_id,
            login,
            grants: grants_of(&grants)?,
            token: token.clone(),
        }))
    }

    /// The operator's tokens that are still good, the newest first.
    pub async fn tokens(&self, operator: &str) -> Result<Vec<TokenLine>, StoreError> {
        const LIST: &str = "
            SELECT sha256, name, created_at, ends_at, used_at, ip FROM api_token
            WHERE operator_id = $1 AND CLOCK() < ends_at
            ORDER BY created_at DESC, sha256";
        let rows: Vec<(String, String, i64, i64, i64, String)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(LIST))
                .bind(operator)
                .fetch_all(pool)
                .await?
        });
        let line = |(token, name, created_at, ends_at, used_at, ip)| TokenLine {
            token: Fingerprint::from_stored(token),
            name,
            created_at: Timestamp(created_at),
            ends_at: Timestamp(ends_at),
            used_at: (used_at != 0).then_some(Timestamp(used_at)),
            ip,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Keeps a new token of the operator, good for so long. `false` if they have
    /// [`MAX_TOKENS`] already. Forgets those whose time is over.
    pub async fn create_token(
        &self,
        by: &Actor,
        token: &Fingerprint,
        name: &str,
        lasts_ms: i64,
    ) -> Result<bool, StoreError> {
        const FORGET: &str = "DELETE FROM api_token WHERE ends_at <= CLOCK()";
        // The operator's row is locked, so that two requests are counted one after the other,
        // and whoever was signed out meanwhile gets none.
        const LOCK: &str = "
            UPDATE operator SET id = id WHERE id = $1 AND state = 'active' AND EXISTS (
                SELECT 1 FROM session WHERE operator_id = $1
                    AND substr(token_sha256, 1, length($2)) = $2)";
        const INSERT: &str = "
            INSERT INTO api_token (sha256, operator_id, name, created_at, ends_at, used_at, ip)
            SELECT $1, $2, $3, CLOCK(), CLOCK() + $4, 0, ''
            WHERE (SELECT COUNT(*) FROM api_token WHERE operator_id = $2) < $5";
        let mut tx = self.begin().await?;
        let (forget, insert) = (tx.sql(FORGET), tx.sql(INSERT));
        let kept = on_tx!(&mut tx, |conn| {
            let is_in = sqlx::query(LOCK)
                .bind(by.id.as_str())
                .bind(by.session.as_str())
                .execute(&mut *conn)
                .await?
                .rows_affected();
            if is_in == 0 {
                return Ok(false);
            }
            sqlx::query(forget).execute(&mut *conn).await?;
            sqlx::query(insert)
                .bind(token.as_str())
                .bind(by.id.as_str())
                .bind(name)
                .bind(lasts_ms)
                .bind(i64::from(MAX_TOKENS))
                .execute(conn)
                .await?
                .rows_affected()
        });
        if kept == 0 {
            return Ok(false);
        }
        let event = Event::new(by, Act::TokenCreated).on(token.start());
        tx.record(event.with("name", name).with("lasts_ms", lasts_ms));
        tx.commit().await?;
        Ok(true)
    }

    /// Ends one of the operator's tokens.
    pub async fn revoke_token(&self, by: &Actor, token: &Fingerprint) -> Result<(), StoreError> {
        const END: &str = "
            DELETE FROM api_token WHERE operator_id = $1 AND sha256 = $2 RETURNING name";
        let mut tx = self.begin().await?;
        let name: Option<String> = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(END)
                .bind(by.id.as_str())
                .bind(token.as_str())
                .fetch_optional(conn)
                .await?
        });
        if let Some(name) = name {
            let event = Event::new(by, Act::TokenRevoked).on(token.start());
            tx.record(event.with("name", name));
        }
        tx.commit().await
    }
}

/// Ends all tokens of an operator who is kept out.
pub(super) async fn delete_tokens(tx: &mut Tx, operator: &str) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM api_token WHERE operator_id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(DELETE).bind(operator).execute(conn).await?;
    });
    Ok(())
}
