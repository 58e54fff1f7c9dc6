//! The views that operators keep.

use super::pool::{on_pool, on_tx};
use super::{Store, StoreError};
use crate::domain::saved_view::{MAX_VIEWS, SavedView};
use crate::domain::time::Timestamp;

impl Store {
    /// The operator's views by name.
    pub async fn saved_views(&self, operator: &str) -> Result<Vec<SavedView>, StoreError> {
        const VIEWS: &str = "
            SELECT name, query FROM saved_view WHERE operator = $1 ORDER BY lower(name), name";
        let rows: Vec<(String, String)> = on_pool!(self, |pool| {
            sqlx::query_as(VIEWS).bind(operator).fetch_all(pool).await?
        });
        let view = |(name, query)| SavedView { name, query };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Keeps a view, in the place of one of the same name. `false` if there is no room
    /// for another one.
    pub async fn save_view(
        &self,
        operator: &str,
        view: &SavedView,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const OTHERS: &str = "
            SELECT COUNT(*) FROM saved_view WHERE operator = $1 AND name <> $2";
        const SAVE: &str = "
            INSERT INTO saved_view (operator, name, query, saved_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (operator, name)
            DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at";
        let mut tx = self.begin().await?;
        let others: i64 = on_tx!(&mut tx, |conn| {
            sqlx::query_scalar(OTHERS)
                .bind(operator)
                .bind(view.name.as_str())
                .fetch_one(conn)
                .await?
        });
        if MAX_VIEWS as i64 <= others {
            return Ok(false);
        }
        on_tx!(&mut tx, |conn| {
            sqlx::query(SAVE)
                .bind(operator)
                .bind(view.name.as_str())
                .bind(view.query.as_str())
                .bind(now.0)
                .execute(conn)
                .await?;
        });
        tx.commit().await?;
        Ok(true)
    }

    pub async fn delete_view(&self, operator: &str, name: &str) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM saved_view WHERE operator = $1 AND name = $2";
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(DELETE)
                .bind(operator)
                .bind(name)
                .execute(conn)
                .await?;
        });
        tx.commit().await
    }
}
