//! Reading the audit, a piece at a time.

use sqlx::FromRow;

use super::super::pool::{on_pool, on_tx};
use super::super::{Store, StoreError};
use crate::domain::audit::{Act, AuditRow};
use crate::server::audit::Checkpoint;

const COLUMNS: &str = "n, at, actor_id, actor, session, ip, action, target, outcome, detail, salt,
    prev, hash";

#[derive(FromRow)]
struct Row {
    n: i64,
    at: i64,
    actor_id: String,
    actor: String,
    session: String,
    ip: String,
    action: String,
    target: String,
    outcome: String,
    detail: String,
    salt: String,
    prev: String,
    hash: String,
}

impl From<Row> for AuditRow {
    fn from(row: Row) -> Self {
        Self {
            n: row.n,
            at: row.at,
            actor_id: row.actor_id,
            actor: row.actor,
            session: row.session,
            ip: row.ip,
            action: row.action,
            target: row.target,
            outcome: row.outcome,
            detail: row.detail,
            salt: row.salt,
            prev: row.prev,
            hash: row.hash,
        }
    }
}

#[derive(FromRow)]
struct CheckpointRow {
    n: i64,
    hash: String,
    at: i64,
    key_id: String,
    public_key: String,
    signature: String,
}

impl From<CheckpointRow> for Checkpoint {
    fn from(row: CheckpointRow) -> Self {
        Self {
            n: row.n,
            hash: row.hash,
            at: row.at,
            key_id: row.key_id,
            public_key: row.public_key,
            signature: row.signature,
        }
    }
}

/// Which rows of the audit are asked for; what is empty or `None` asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// A part of the actor's name, in lower case.
    pub actor: String,
    pub action: String,
    /// The whole of what it was done to.
    pub target: String,
    /// Milliseconds since 1970: from, and before.
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Store {
    /// The number of the last row, 0 if there is none.
    pub async fn audit_end(&self) -> Result<i64, StoreError> {
        const END: &str = "SELECT COALESCE(MAX(n), 0) FROM audit";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(END)
            .fetch_one(pool)
            .await?))
    }

    /// The next rows after this one, in their order.
    pub async fn audit_after(&self, n: i64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE n > $1 ORDER BY n LIMIT $2");
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(n)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    /// The last rows before this one that the filter wants, the newest first.
    pub async fn audit_before(
        &self,
        filter: &AuditFilter,
        n: i64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit
            WHERE n < $1 AND ($2 = '' OR lower(actor) LIKE $3 ESCAPE '\\')
                AND ($4 = '' OR action = $4) AND ($5 = '' OR target = $5)
                AND $6 <= at AND at < $7
            ORDER BY n DESC LIMIT $8"
        );
        let special = |c| matches!(c, '%' | '_' | '\\');
        let mut part = String::from("%");
        for c in filter.actor.chars() {
            if special(c) {
                part.push('\\');
            }
            part.push(c);
        }
        part.push('%');
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(n)
                .bind(filter.actor.as_str())
                .bind(part.as_str())
                .bind(filter.action.as_str())
                .bind(filter.target.as_str())
                .bind(filter.from.unwrap_or(i64::MIN))
                .bind(filter.until.unwrap_or(i64::MAX))
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(AuditRow::from).collect())
    }

    /// The last row about this target that tells of this act.
    pub async fn last_act(&self, target: &str, act: Act) -> Result<Option<AuditRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE target = $1 AND action = $2
            ORDER BY n DESC LIMIT 1"
        );
        let row: Option<Row> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(target)
                .bind(act.as_str())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(AuditRow::from))
    }

    /// The first and last row about this target.
    pub async fn audit_range(&self, target: &str) -> Result<Option<(i64, i64)>, StoreError> {
        const RANGE: &str = "SELECT MIN(n), MAX(n) FROM audit WHERE target = $1";
        let range: (Option<i64>, Option<i64>) = on_pool!(self, |pool| {
            sqlx::query_as(RANGE).bind(target).fetch_one(pool).await?
        });
        Ok(range.0.zip(range.1))
    }

    /// The next checkpoints at this row or after it, in their order.
    pub async fn checkpoints_from(
        &self,
        n: i64,
        limit: u32,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        const NEXT: &str = "
            SELECT n, hash, at, key_id, public_key, signature FROM audit_checkpoint
            WHERE n >= $1 ORDER BY n LIMIT $2";
        let rows: Vec<CheckpointRow> = on_pool!(self, |pool| {
            sqlx::query_as(NEXT)
                .bind(n)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(Checkpoint::from).collect())
    }

    pub async fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        const LAST: &str = "
            SELECT n, hash, at, key_id, public_key, signature FROM audit_checkpoint
            ORDER BY n DESC LIMIT 1";
        let row: Option<CheckpointRow> = on_pool!(self, |pool| sqlx::query_as(LAST)
            .fetch_optional(pool)
            .await?);
        Ok(row.map(Checkpoint::from))
    }

    /// Keeps a checkpoint, unless another process has made one at this row.
    pub async fn keep_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        const KEEP: &str = "
            INSERT INTO audit_checkpoint (n, hash, at, key_id, public_key, signature)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (n) DO NOTHING";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(KEEP)
                .bind(checkpoint.n)
                .bind(checkpoint.hash.as_str())
                .bind(checkpoint.at)
                .bind(checkpoint.key_id.as_str())
                .bind(checkpoint.public_key.as_str())
                .bind(checkpoint.signature.as_str())
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}
