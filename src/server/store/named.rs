//! Devices by what people call them: serial number, asset id, the directory's id.

use std::collections::HashSet;

use super::pool::{id_list, on_pool, text_list};
use super::row::device_id;
use super::{Store, StoreError};
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::job::JobId;
use crate::domain::paste::fold_name;
use crate::domain::paste_table::is_directory_id;
use crate::domain::selection::Selection;

impl Store {
    /// The devices that the directory calls by one of these names, which are in lower case.
    pub async fn devices_by_directory_id(
        &self,
        names: &HashSet<String>,
    ) -> Result<Vec<(String, DeviceId)>, StoreError> {
        const BY_DEVICE_ID: &str = "
            SELECT device_id, id FROM device
            WHERE gone = FALSE AND device_id IN TEXTS($1)";

        // Another system's device ID must not meet a directory's. Directories write their
        // ids in one case, and the index has them as written.
        let ids = || names.iter().filter(|name| is_directory_id(name));
        let upper = ids().map(|name| name.to_ascii_uppercase());
        let either = text_list(ids().cloned().chain(upper));
        let rows: Vec<(String, i32)> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(BY_DEVICE_ID))
                .bind(either.as_str())
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(name, id)| Ok((fold_name(&name), device_id(id)?)))
            .collect()
    }

    /// The serial numbers of these devices, in their order; the directory's id of a device
    /// that has none.
    pub async fn serials_of(&self, selection: &Selection) -> Result<Vec<String>, StoreError> {
        const SERIALS: &str = "
            SELECT CASE serial WHEN '' THEN device_id ELSE serial END FROM device
            WHERE id IN IDS($1) ORDER BY lower(serial), id";
        Ok(on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(SERIALS))
                .bind(id_list(selection.iter().map(|id| id.0)))
                .fetch_all(pool)
                .await?
        }))
    }

    /// The serial numbers of a plan's devices that this rule left out or, without
    /// one, that it would deprovision.
    pub async fn plan_serials(
        &self,
        operator: &str,
        plan: &JobId,
        rule: Option<Rule>,
    ) -> Result<Vec<String>, StoreError> {
        const SERIALS: &str = "
            SELECT CASE item.serial WHEN '' THEN item.device_id ELSE item.serial END
            FROM job_item item JOIN job ON job.id = item.job_id
            WHERE job.id = $1 AND job.operator = $2 AND item.rule = $3
            ORDER BY lower(item.serial), item.device";
        Ok(on_pool!(self, |pool| {
            sqlx::query_scalar(SERIALS)
                .bind(plan.as_str())
                .bind(operator)
                .bind(rule.map_or("", Rule::id))
                .fetch_all(pool)
                .await?
        }))
    }
}
