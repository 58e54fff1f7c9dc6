//! The first operator, made by a link: once, by whoever opens it first.

use super::job::may_approve_from;
use super::operator::insert_operator;
use super::pool::{Tx, on_pool, on_tx};
use super::roles::in_words;
use super::{Store, StoreError};
use crate::domain::audit::{Act, Actor, Event};
use crate::domain::login::Login;
use crate::domain::permission::Grants;
use crate::server::identity::secret::Fingerprint;

/// As long as there is no operator.
const NOBODY: &str = "NOT EXISTS (SELECT 1 FROM operator WHERE kind = 'human')";

impl Store {
    /// Lets this link make the first operator, and no link of before. `false` if there is one.
    pub async fn set_first_link(
        &self,
        link: &Fingerprint,
        link_ms: i64,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "INSERT INTO first_link (id, sha256, ends_at)
            SELECT 1, $1, CLOCK() + $2 WHERE {NOBODY}
            ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256, ends_at = excluded.ends_at"
        );
        let mut tx = self.begin().await?;
        let sql = tx.sql(&sql);
        let made = on_tx!(&mut tx, |conn| {
            sqlx::query(sql)
                .bind(link.as_str())
                .bind(link_ms)
                .execute(conn)
                .await?
                .rows_affected()
        });
        tx.commit().await?;
        Ok(made == 1)
    }

    /// Whether this link would make the first operator.
    pub async fn is_first_link(&self, link: &Fingerprint) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM first_link
                WHERE sha256 = $1 AND CLOCK() < ends_at) AND {NOBODY}"
        );
        Ok(on_pool!(self, |pool| sqlx::query_scalar(
            self.pool.sql(&sql)
        )
        .bind(link.as_str())
        .fetch_one(pool)
        .await?))
    }

    /// Makes the first operator, who sets up by the other link, and uses this one up. `false`
    /// if it was used, or somebody has become the first otherwise.
    pub async fn make_first_operator(
        &self,
        first: &Fingerprint,
        id: &str,
        login: &Login,
        grants: &Grants,
        link: (&Fingerprint, i64),
    ) -> Result<bool, StoreError> {
        let now = self.now().await?;
        let may_approve_from = may_approve_from((&Grants::default(), 0), grants, now);
        let mut tx = self.begin().await?;
        if !use_first_link(&mut tx, first).await? {
            return Ok(false);
        }
        const BY: &str = "first link";
        let link = Some(link);
        if !insert_operator(&mut tx, id, login, grants, BY, link, may_approve_from).await? {
            return Ok(false);
        }
        let event = Event::new(&Actor::named(BY), Act::OperatorInvited).on(login.as_str());
        tx.record(event.with("roles", in_words(grants)));
        tx.commit().await?;
        Ok(true)
    }
}

async fn use_first_link(tx: &mut Tx, link: &Fingerprint) -> Result<bool, StoreError> {
    let sql =
        format!("DELETE FROM first_link WHERE sha256 = $1 AND CLOCK() < ends_at AND {NOBODY}");
    let sql = tx.sql(&sql);
    let used = on_tx!(tx, |conn| {
        let query = sqlx::query(sql).bind(link.as_str());
        query.execute(conn).await?.rows_affected()
    });
    Ok(used == 1)
}
