//! What operators are told until they dismiss it.

use super::pool::{on_pool, on_tx};
use super::{Store, StoreError, Tx};
use crate::domain::job::JobId;
use crate::domain::live::Notice;
use crate::domain::time::Timestamp;

type Row = (i32, i64, String, bool, String, bool);

fn notice((number, at, text, good, job, seen): Row) -> Notice {
    Notice {
        number: number as u32,
        at: Timestamp(at),
        text,
        good,
        job: (!job.is_empty()).then_some(JobId(job)),
        seen,
    }
}

impl Store {
    /// The operator's notices that were not dismissed, oldest first, the newest
    /// twenty.
    pub async fn open_notices(&self, operator: &str) -> Result<Vec<Notice>, StoreError> {
        const OPEN: &str = "
            SELECT number, at, body, good, job_id, seen_at <> 0 FROM notice
            WHERE operator = $1 AND dismissed_at = 0 ORDER BY number DESC LIMIT 20";
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(OPEN).bind(operator).fetch_all(pool).await?
        });
        Ok(rows.into_iter().rev().map(notice).collect())
    }

    /// The number of the newest notice; 0 before the first.
    pub async fn newest_notice(&self) -> Result<u32, StoreError> {
        const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) FROM notice";
        let newest: i32 = on_pool!(self, |pool| sqlx::query_scalar(NEWEST)
            .fetch_one(pool)
            .await?);
        Ok(newest as u32)
    }

    /// The notices with a higher number, oldest first, each with whose it is.
    pub async fn notices_since(&self, number: u32) -> Result<Vec<(String, Notice)>, StoreError> {
        const SINCE: &str = "
            SELECT operator, number, at, body, good, job_id, seen_at <> 0 FROM notice
            WHERE number > $1 AND dismissed_at = 0 ORDER BY number LIMIT 100";
        type Addressed = (String, i32, i64, String, bool, String, bool);
        let rows: Vec<Addressed> = on_pool!(self, |pool| {
            sqlx::query_as(SINCE)
                .bind(number as i32)
                .fetch_all(pool)
                .await?
        });
        let notices = rows.into_iter().map(|row| {
            let (operator, number, at, text, good, job, seen) = row;
            (operator, notice((number, at, text, good, job, seen)))
        });
        Ok(notices.collect())
    }

    /// The operator's notices since then, dismissed or not, newest first, at most a
    /// hundred.
    pub async fn recent_notices(
        &self,
        operator: &str,
        since: Timestamp,
    ) -> Result<Vec<Notice>, StoreError> {
        const RECENT: &str = "
            SELECT number, at, body, good, job_id, seen_at <> 0 FROM notice
            WHERE operator = $1 AND at >= $2 ORDER BY number DESC LIMIT 100";
        let rows: Vec<Row> = on_pool!(self, |pool| {
            sqlx::query_as(RECENT)
                .bind(operator)
                .bind(since.0)
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(notice).collect())
    }

    /// Marks the operator's notices up to this number as seen.
    pub async fn see_notices(
        &self,
        operator: &str,
        up_to: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SEE: &str = "
            UPDATE notice SET seen_at = $3
            WHERE operator = $1 AND number <= $2 AND seen_at = 0";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(SEE)
                .bind(operator)
                .bind(i64::from(up_to))
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }

    /// What was dismissed has been seen.
    pub async fn dismiss_notice(
        &self,
        operator: &str,
        number: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const DISMISS: &str = "
            UPDATE notice SET dismissed_at = $3,
                seen_at = CASE seen_at WHEN 0 THEN $3 ELSE seen_at END
            WHERE operator = $1 AND number = $2 AND dismissed_at = 0";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(DISMISS)
                .bind(operator)
                .bind(i64::from(number))
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}

/// Puts a notice on record, in the transaction that made it true.
pub(super) async fn insert_notice(
    tx: &mut Tx,
    operator: &str,
    at: Timestamp,
    text: &str,
    good: bool,
    job: &JobId,
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO notice (number, operator, at, body, good, job_id, dismissed_at, seen_at)
        SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3, $4, $5, 0, 0 FROM notice";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(operator)
            .bind(at.0)
            .bind(text)
            .bind(good)
            .bind(job.as_str())
            .execute(conn)
            .await?;
    });
    Ok(())
}
