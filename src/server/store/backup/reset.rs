//! Resets a restored database: its epoch changes and its open jobs are paused.

use uuid::Uuid;

use crate::domain::audit::{Act, Event};
use crate::domain::job::JobId;
use crate::server::identity::host_actor;
use crate::server::store::pool::{on_pool, on_tx};
use crate::server::store::{Store, StoreError};

/// The reason shown for a paused job.
const RESTORED: &str = "This database was restored from a backup, and more of the job may have \
    been done since. Resume it when no other Sunset works on it.";

impl Store {
    /// Changes the epoch, which voids device cookies, and pauses all open jobs; those
    /// that wait for approval are stopped. Returns the number of paused jobs.
    pub(super) async fn reset_after_restore(&self) -> Result<u64, StoreError> {
        const OPEN: &str = "
            SELECT id FROM job WHERE state IN ('queued', 'running') ORDER BY number";
        const EPOCH: &str = "UPDATE instance SET epoch = $1";
        let epoch = Uuid::new_v4().simple().to_string();
        let mut tx = self.begin().await?;
        on_tx!(&mut tx, |conn| {
            sqlx::query(EPOCH).bind(&epoch).execute(conn).await?;
        });
        let event = Event::new(&host_actor(), Act::Restored);
        tx.record(event.with("epoch", &*epoch));
        tx.commit().await?;
        // Who was asked to approve looked at another database.
        for job in self.jobs_awaiting_approval().await? {
            self.stop_job(&job, &host_actor(), self.now().await?)
                .await?;
        }
        let open: Vec<String> = on_pool!(self, |pool| sqlx::query_scalar(OPEN)
            .fetch_all(pool)
            .await?);
        let now = self.now().await?;
        let by = host_actor();
        for job in &open {
            self.pause_job(&JobId(job.clone()), &by, RESTORED, now)
                .await?;
        }
        Ok(open.len() as u64)
    }

    /// The epoch of this database. It changes when a backup is restored.
    pub async fn instance_epoch(&self) -> Result<String, StoreError> {
        const EPOCH: &str = "SELECT epoch FROM instance";
        Ok(on_pool!(self, |pool| sqlx::query_scalar(EPOCH)
            .fetch_one(pool)
            .await?))
    }
}
