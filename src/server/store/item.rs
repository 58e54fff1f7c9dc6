//! A job's devices, and how each ended.

use sqlx::FromRow;

use super::plan::rule_of;
use super::pool::on_pool;
use super::row::{count, device_id, instant};
use super::{Store, StoreError};
use crate::domain::chrome_os::OsType;
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::job::{How, ItemState, JobId, JobItem};
use crate::domain::license::LicenseType;
use crate::domain::plan::RECENT_SYNC_DAYS;
use crate::domain::powerwash::Powerwash;
use crate::domain::selection::Selection;
use crate::domain::settlement::Cause;
use crate::domain::status::DeviceStatus;

const ITEM_COLUMNS: &str = "device, device_id, serial, asset_id, org_unit, license, os_type, snap_status, state, \
    how, rule, message, attempt, finished_at, \
    COALESCE((SELECT state FROM powerwash WHERE powerwash.job_id = job_item.job_id \
        AND powerwash.device = job_item.device), '') AS powerwash, \
    COALESCE((SELECT message FROM powerwash WHERE powerwash.job_id = job_item.job_id \
        AND powerwash.device = job_item.device), '') AS powerwash_message";

#[derive(FromRow)]
struct ItemRow {
    device: i32,
    device_id: String,
    serial: String,
    asset_id: String,
    org_unit: String,
    license: String,
    os_type: String,
    snap_status: String,
    state: String,
    how: String,
    rule: String,
    message: String,
    attempt: i32,
    finished_at: i64,
    powerwash: String,
    powerwash_message: String,
}

impl TryFrom<ItemRow> for JobItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let rule = match row.rule.as_str() {
            "" => None,
            rule => Some(rule_of(rule)?),
        };
        Ok(Self {
            device: device_id(row.device)?,
            device_id: row.device_id,
            serial: row.serial,
            asset_id: row.asset_id,
            org_unit: row.org_unit,
            license: LicenseType::from(row.license.as_str()),
            os_type: OsType::from(row.os_type),
            before: DeviceStatus::from(row.snap_status),
            state: ItemState::from_word(&row.state)
                .ok_or_else(|| StoreError::nonsense(format!("the item state {}", row.state)))?,
            how: How::from_word(&row.how),
            rule,
            message: row.message,
            attempt: row.attempt as u32,
            finished_at: instant(row.finished_at),
            powerwash: Powerwash::from_word(&row.powerwash),
            powerwash_message: row.powerwash_message,
        })
    }
}

impl Store {
    /// A page of a job's items by serial, all or those in one state; and how many
    /// there are.
    pub async fn job_items(
        &self,
        job: &JobId,
        state: Option<ItemState>,
        page: u32,
        size: u32,
    ) -> Result<(Vec<JobItem>, u64), StoreError> {
        const COUNT: &str = "
            SELECT COUNT(*) FROM job_item WHERE job_id = $1 AND ($2 = '' OR state = $2)";
        let sql = format!(
            "SELECT {ITEM_COLUMNS} FROM job_item
             WHERE job_id = $1 AND ($2 = '' OR state = $2)
             ORDER BY serial, device LIMIT $3 OFFSET $4"
        );
        let state = state.map_or("", ItemState::as_str);
        let total: i64 = on_pool!(self, |pool| {
            sqlx::query_scalar(COUNT)
                .bind(job.as_str())
                .bind(state)
                .fetch_one(pool)
                .await?
        });
        let rows: Vec<ItemRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(job.as_str())
                .bind(state)
                .bind(i64::from(size))
                .bind(i64::from(page.saturating_sub(1)) * i64::from(size))
                .fetch_all(pool)
                .await?
        });
        let items = rows
            .into_iter()
            .map(JobItem::try_from)
            .collect::<Result<_, _>>()?;
        Ok((items, count(total)))
    }

    /// The items after this device, for a result file, a piece at a time.
    pub async fn job_items_after(
        &self,
        job: &JobId,
        after: Option<DeviceId>,
        limit: u32,
    ) -> Result<Vec<JobItem>, StoreError> {
        let sql = format!(
            "SELECT {ITEM_COLUMNS} FROM job_item
             WHERE job_id = $1 AND device > $2 ORDER BY device LIMIT $3"
        );
        let rows: Vec<ItemRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(job.as_str())
                .bind(after.map_or(-1, |id| i64::from(id.0)))
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        rows.into_iter().map(JobItem::try_from).collect()
    }

    /// One device's items in all started jobs, by job.
    pub async fn item_of_device(
        &self,
        job: &JobId,
        device: DeviceId,
    ) -> Result<Option<JobItem>, StoreError> {
        let sql = format!("SELECT {ITEM_COLUMNS} FROM job_item WHERE job_id = $1 AND device = $2");
        let row: Option<ItemRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(job.as_str())
                .bind(i64::from(device.0))
                .fetch_optional(pool)
                .await?
        });
        row.map(JobItem::try_from).transpose()
    }

    /// The job's devices in one state.
    pub async fn devices_in_state(
        &self,
        job: &JobId,
        state: ItemState,
    ) -> Result<Selection, StoreError> {
        const DEVICES: &str = "SELECT device FROM job_item WHERE job_id = $1 AND state = $2";
        let ids: Vec<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar(DEVICES)
                .bind(job.as_str())
                .bind(state.as_str())
                .fetch_all(pool)
                .await?
        });
        ids.into_iter().map(device_id).collect()
    }

    /// The plan's devices that this rule left out, or all of them.
    pub async fn devices_by_rule(
        &self,
        job: &JobId,
        rule: Option<Rule>,
    ) -> Result<Selection, StoreError> {
        const DEVICES: &str =
            "SELECT device FROM job_item WHERE job_id = $1 AND ($2 = '' OR rule = $2)";
        let ids: Vec<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar(DEVICES)
                .bind(job.as_str())
                .bind(rule.map_or("", Rule::id))
                .fetch_all(pool)
                .await?
        });
        ids.into_iter().map(device_id).collect()
    }

    /// The eligible devices of a plan that had synced shortly before the review.
    pub async fn recently_synced(&self, plan: &JobId) -> Result<Selection, StoreError> {
        const DEVICES: &str = "
            SELECT device FROM job_item JOIN job ON job.id = job_item.job_id
            WHERE job_id = $1 AND (rule = '' OR job_item.finished_at <> 0)
                AND snap_last_sync >= planned_at - $2";
        let ids: Vec<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar(DEVICES)
                .bind(plan.as_str())
                .bind(RECENT_SYNC_DAYS * 86_400_000)
                .fetch_all(pool)
                .await?
        });
        ids.into_iter().map(device_id).collect()
    }

    /// How many failed devices another attempt may help.
    pub async fn count_retryable(&self, job: &JobId) -> Result<u64, StoreError> {
        const COUNT: &str = "
            SELECT COUNT(*) FROM job_item WHERE job_id = $1 AND state = 'failed' AND cause = $2";
        Ok(count(on_pool!(self, |pool| sqlx::query_scalar(COUNT)
            .bind(job.as_str())
            .bind(Cause::Refused.as_str())
            .fetch_one(pool)
            .await?)))
    }

    /// Why devices ended otherwise than deprovisioned, largest group first. What the
    /// plan had left out already is not among them.
    pub async fn job_causes(&self, job: &JobId) -> Result<Vec<(String, u64)>, StoreError> {
        const CAUSES: &str = "
            SELECT rule, message, COUNT(*) AS devices FROM job_item
            WHERE job_id = $1 AND state IN ('failed', 'skipped', 'unconfirmed', 'not_attempted')
                AND finished_at <> 0
            GROUP BY rule, message
            UNION ALL
            SELECT '' AS rule, message, COUNT(*) AS devices FROM powerwash
            WHERE job_id = $1 AND message <> '' GROUP BY message
            ORDER BY devices DESC, rule, message LIMIT 20";
        let rows: Vec<(String, String, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(CAUSES)
                .bind(job.as_str())
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(rule, message, devices)| {
                let cause = match rule.as_str() {
                    "" => message,
                    rule => rule_of(rule)?.sentence().to_owned(),
                };
                Ok((cause, count(devices)))
            })
            .collect()
    }
}
