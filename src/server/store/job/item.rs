//! A job's devices, and how each ended.

use std::collections::HashMap;

use sqlx::FromRow;

use super::super::effect::kind_of;
use super::super::pool::{id_list, on_pool};
use super::super::row::{count, device_id, instant};
use super::super::{Store, StoreError};
use super::plan::rule_of;
use crate::domain::action::command::Reply;
use crate::domain::action::license::LicenseType;
use crate::domain::chrome_os::OsType;
use crate::domain::device::DeviceId;
use crate::domain::eligibility::Rule;
use crate::domain::job::outcome::Cause;
use crate::domain::job::{ItemEffect, ItemState, JobId, JobItem, SuccessKind};
use crate::domain::plan::RECENT_SYNC_DAYS;
use crate::domain::selection::Selection;
use crate::domain::status::DeviceStatus;

/// Where a device stands: as its last effect, or as the plan has it.
const STATE: &str = "COALESCE(effect.state, \
    CASE item.rule WHEN '' THEN 'planned' ELSE 'skipped' END)";

/// The devices of jobs, with the effect that decides where each stands.
const ITEMS: &str = "job_item item LEFT JOIN effect ON effect.job_id = item.job_id \
    AND effect.device = item.device AND effect.is_current";

const ITEM_COLUMNS: &str = "item.device, item.device_id, serial, asset_id, org_unit, model, \
    annotated_user, location, license, os_type, snap_status, item.rule";

#[derive(FromRow)]
struct ItemRow {
    device: i32,
    device_id: String,
    serial: String,
    asset_id: String,
    org_unit: String,
    model: String,
    annotated_user: String,
    location: String,
    license: String,
    os_type: String,
    snap_status: String,
    rule: String,
    state: String,
}

#[derive(FromRow)]
struct EffectRow {
    device: i32,
    kind: String,
    state: String,
    how: String,
    rule: String,
    cause: String,
    words: String,
    attempt: i32,
    external_id: String,
    reply: String,
    finished_at: i64,
}

fn rule_if_any(rule: &str) -> Result<Option<Rule>, StoreError> {
    match rule {
        "" => Ok(None),
        rule => Ok(Some(rule_of(rule)?)),
    }
}

fn state_of(state: &str) -> Result<ItemState, StoreError> {
    ItemState::from_word(state)
        .ok_or_else(|| StoreError::invalid_data(format!("the state of a device {state}")))
}

impl TryFrom<ItemRow> for JobItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        Ok(Self {
            device: device_id(row.device)?,
            device_id: row.device_id,
            serial: row.serial,
            asset_id: row.asset_id,
            org_unit: row.org_unit,
            model: row.model,
            user: row.annotated_user,
            location: row.location,
            license: LicenseType::from(row.license.as_str()),
            os_type: OsType::from(row.os_type),
            before: DeviceStatus::from(row.snap_status),
            rule: rule_if_any(&row.rule)?,
            state: state_of(&row.state)?,
            effects: Vec::new(),
        })
    }
}

impl TryFrom<EffectRow> for ItemEffect {
    type Error = StoreError;

    fn try_from(row: EffectRow) -> Result<Self, StoreError> {
        Ok(Self {
            kind: kind_of(&row.kind)?,
            state: state_of(&row.state)?,
            how: SuccessKind::from_word(&row.how),
            rule: rule_if_any(&row.rule)?,
            cause: Cause::from_word(&row.cause),
            words: row.words,
            attempt: row.attempt as u32,
            command_id: row.external_id,
            reply: Reply::from_word(&row.reply),
            finished_at: instant(row.finished_at),
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
        let counted = format!(
            "SELECT COUNT(*) FROM {ITEMS} WHERE item.job_id = $1 AND ($2 = '' OR {STATE} = $2)"
        );
        let sql = format!(
            "SELECT {ITEM_COLUMNS}, {STATE} AS state FROM {ITEMS}
             WHERE item.job_id = $1 AND ($2 = '' OR {STATE} = $2)
             ORDER BY serial, item.device LIMIT $3 OFFSET $4"
        );
        let state = state.map_or("", ItemState::as_str);
        let total: i64 = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&counted))
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
        Ok((self.with_effects(job, rows).await?, count(total)))
    }

    /// The items after this device, for a result file, a piece at a time.
    pub async fn job_items_after(
        &self,
        job: &JobId,
        after: Option<DeviceId>,
        limit: u32,
    ) -> Result<Vec<JobItem>, StoreError> {
        let sql = format!(
            "SELECT {ITEM_COLUMNS}, {STATE} AS state FROM {ITEMS}
             WHERE item.job_id = $1 AND item.device > $2 ORDER BY item.device LIMIT $3"
        );
        let rows: Vec<ItemRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(job.as_str())
                .bind(after.map_or(-1, |id| i64::from(id.0)))
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        self.with_effects(job, rows).await
    }

    /// A device of a job; `None` if the job does not have it.
    pub async fn item_of_device(
        &self,
        job: &JobId,
        device: DeviceId,
    ) -> Result<Option<JobItem>, StoreError> {
        let sql = format!(
            "SELECT {ITEM_COLUMNS}, {STATE} AS state FROM {ITEMS}
             WHERE item.job_id = $1 AND item.device = $2"
        );
        let rows: Vec<ItemRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(&sql))
                .bind(job.as_str())
                .bind(device.0 as i32)
                .fetch_all(pool)
                .await?
        });
        Ok(self.with_effects(job, rows).await?.pop())
    }

    /// The items with what came of each effect.
    async fn with_effects(
        &self,
        job: &JobId,
        rows: Vec<ItemRow>,
    ) -> Result<Vec<JobItem>, StoreError> {
        const EFFECTS: &str = "
            SELECT device, kind, state, how, rule, cause, words, attempt, external_id, reply,
                finished_at
            FROM effect WHERE job_id = $1 AND device IN IDS($2) ORDER BY device, ordinal";
        let devices = id_list(rows.iter().map(|row| row.device as u32));
        let effects: Vec<EffectRow> = on_pool!(self, |pool| {
            sqlx::query_as(self.pool.sql(EFFECTS))
                .bind(job.as_str())
                .bind(devices.as_str())
                .fetch_all(pool)
                .await?
        });
        let mut by_device: HashMap<i32, Vec<ItemEffect>> = HashMap::new();
        for row in effects {
            let of_device = by_device.entry(row.device).or_default();
            of_device.push(ItemEffect::try_from(row)?);
        }
        rows.into_iter()
            .map(|row| {
                let effects = by_device.remove(&row.device).unwrap_or_default();
                let mut item = JobItem::try_from(row)?;
                item.effects = effects;
                item.rule = item.rule.or(item.current().and_then(|effect| effect.rule));
                Ok(item)
            })
            .collect()
    }

    /// The job's devices in one state.
    pub async fn devices_in_state(
        &self,
        job: &JobId,
        state: ItemState,
    ) -> Result<Selection, StoreError> {
        let sql =
            format!("SELECT item.device FROM {ITEMS} WHERE item.job_id = $1 AND {STATE} = $2");
        let ids: Vec<i32> = on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&sql))
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
            WHERE job_id = $1 AND rule = ''
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
            SELECT COUNT(*) FROM effect WHERE job_id = $1 AND state = 'failed' AND cause = $2";
        Ok(count(on_pool!(self, |pool| sqlx::query_scalar(COUNT)
            .bind(job.as_str())
            .bind(Cause::Refused.as_str())
            .fetch_one(pool)
            .await?)))
    }

    /// Why effects failed or were left out, largest group first. What the plan had left out
    /// already is not among them.
    pub async fn job_causes(&self, job: &JobId) -> Result<Vec<(String, u64)>, StoreError> {
        const CAUSES: &str = "
            SELECT rule, cause, words, COUNT(*) AS devices FROM effect
            WHERE job_id = $1 AND state IN ('failed', 'skipped')
            GROUP BY rule, cause, words
            ORDER BY devices DESC, rule, cause, words LIMIT 20";
        let rows: Vec<(String, String, String, i64)> = on_pool!(self, |pool| {
            sqlx::query_as(CAUSES)
                .bind(job.as_str())
                .fetch_all(pool)
                .await?
        });
        rows.into_iter()
            .map(|(rule, cause, words, devices)| {
                let sentence = match (Cause::from_word(&cause), rule_if_any(&rule)?) {
                    (Some(cause), _) => cause.sentence_with(&words),
                    (None, rule) => rule.map_or("", Rule::sentence).to_owned(),
                };
                Ok((sentence, count(devices)))
            })
            .collect()
    }
}
