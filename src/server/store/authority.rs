//! Which directory the database belongs to. It holds the devices of one: the refresh of
//! another would mark them all as gone, and a job that waits would be sent to the wrong
//! one.

use super::pool::on_tx;
use super::{Store, StoreError};

/// Why a database is not to be used with a directory.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error(
        "The database belongs to {known}, and is not to be mixed with {asked}: name another \
         with --database."
    )]
    Another { known: String, asked: String },
    #[error("The database belongs to {known} as long as jobs on it are unfinished: {jobs} are.")]
    Unfinished { known: String, jobs: i64 },
    #[error("The database could not be read: {0}.")]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes the database this directory's if it is nobody's yet; with `take_over`, also if
    /// it was another's and no job is unfinished.
    ///
    /// # Errors
    /// It is another's, and as it was before.
    pub async fn claim(&self, asked: &str, take_over: bool) -> Result<(), ClaimError> {
        // Locks the row: of two that come at the same time, the second sees the first.
        const KNOWN: &str =
            "UPDATE inventory SET authority = authority WHERE id = 1 RETURNING authority";
        const UNFINISHED: &str = "
            SELECT COUNT(*) FROM job WHERE state IN ('queued', 'running', 'paused', 'cancelling')";
        const CLAIM: &str = "UPDATE inventory SET authority = $1 WHERE id = 1";
        let mut tx = self.begin().await?;
        let known: String = on_tx!(&mut tx, |conn| sqlx::query_scalar(KNOWN)
            .fetch_one(conn)
            .await
            .map_err(StoreError::from)?);
        if known == asked {
            return Ok(());
        }
        if !known.is_empty() {
            let asked = asked.to_owned();
            if !take_over {
                return Err(ClaimError::Another { known, asked });
            }
            let jobs: i64 = on_tx!(&mut tx, |conn| sqlx::query_scalar(UNFINISHED)
                .fetch_one(conn)
                .await
                .map_err(StoreError::from)?);
            if jobs != 0 {
                return Err(ClaimError::Unfinished { known, jobs });
            }
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(CLAIM)
                .bind(asked)
                .execute(conn)
                .await
                .map_err(StoreError::from)?;
        });
        Ok(tx.commit().await?)
    }
}
