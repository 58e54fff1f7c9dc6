//! One device of the inventory.

use super::pool::on_pool;
use super::row::{DIRECTORY_COLUMNS, DeviceRow};
use super::{Store, StoreError};
use crate::domain::device::Device;

/// A row that is not gone was seen by the last complete refresh at the least.
pub(super) const COLUMNS_OF_ROW: &str =
    "CASE WHEN gone = FALSE AND read_at < (SELECT complete_as_of
        FROM inventory) THEN (SELECT complete_as_of FROM inventory) ELSE read_at END AS read_at,
    version, gone,
    (SELECT job.number FROM effect JOIN job ON job.id = effect.job_id
     WHERE effect.device = device.id
       AND effect.state IN ('pending', 'sent', 'unconfirmed')) AS in_job";

impl Store {
    /// One device by the directory's id, gone or not.
    pub async fn device(&self, directory_id: &str) -> Result<Option<Device>, StoreError> {
        let sql = format!(
            "SELECT id, {DIRECTORY_COLUMNS}, {COLUMNS_OF_ROW} FROM device WHERE device_id = $1"
        );
        let row: Option<DeviceRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(directory_id)
                .fetch_optional(pool)
                .await?
        });
        row.map(Device::try_from).transpose()
    }
}
