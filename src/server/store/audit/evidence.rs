//! What evidence of a job holds besides its results and its part of the audit: what was
//! reviewed and executed, and how each effect ended.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::super::pool::on_pool;
use super::super::{Store, StoreError};
use crate::domain::job::JobId;

/// A job as it was reviewed and executed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, Deserialize)]
pub struct EvidencePlan {
    pub id: String,
    pub number: i32,
    pub operator: String,
    pub action: String,
    /// The action with all that was chosen for it, as it was hashed.
    pub options: String,
    pub note: String,
    pub provenance: String,
    pub authority: String,
    /// The job that this one tries again, or nothing.
    pub parent_id: String,
    pub plan_hash: String,
    pub hash_version: i64,
    pub execution_hash: String,
    pub planned_at: i64,
    pub started_at: i64,
    pub finished_at: i64,
    pub state: String,
    pub total: i64,
    pub eligible: i64,
}

/// A device as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceItem {
    pub device: i32,
    pub device_id: String,
    pub serial: String,
    pub asset_id: String,
    pub org_unit: String,
    pub model: String,
    pub annotated_user: String,
    pub location: String,
    pub license: String,
    pub snap_status: String,
    pub snap_enrolled: i64,
    pub snap_last_sync: i64,
    pub rule: String,
}

/// How an effect on a device stands.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct EvidenceOutcome {
    pub device: i32,
    pub device_id: String,
    pub ordinal: i32,
    pub kind: String,
    pub state: String,
    /// How it succeeded, by which rule it was skipped, or why it failed.
    pub why: String,
    pub call_id: String,
    pub finished_at: i64,
}

impl Store {
    pub async fn evidence_plan(&self, job: &JobId) -> Result<Option<EvidencePlan>, StoreError> {
        const PLAN: &str = "
            SELECT id, number, operator, action, options, note, provenance, authority, parent_id,
                plan_hash, hash_version, execution_hash, planned_at, started_at, finished_at,
                state, total, eligible
            FROM job WHERE id = $1";
        Ok(on_pool!(self, |pool| {
            sqlx::query_as(PLAN)
                .bind(job.as_str())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// The next devices of a job, as they were reviewed.
    pub async fn evidence_items(
        &self,
        job: &JobId,
        after: i32,
        limit: u32,
    ) -> Result<Vec<EvidenceItem>, StoreError> {
        const ITEMS: &str = "
            SELECT device, device_id, serial, asset_id, org_unit, model, annotated_user, location,
                license, snap_status, snap_enrolled, snap_last_sync, rule
            FROM job_item WHERE job_id = $1 AND device > $2 ORDER BY device LIMIT $3";
        Ok(on_pool!(self, |pool| {
            sqlx::query_as(ITEMS)
                .bind(job.as_str())
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        }))
    }

    /// The next effects of a job, by device and step.
    pub async fn evidence_outcomes(
        &self,
        job: &JobId,
        after: (i32, i32),
        limit: u32,
    ) -> Result<Vec<EvidenceOutcome>, StoreError> {
        const OUTCOMES: &str = "
            SELECT effect.device, item.device_id, ordinal, kind, state,
                how || effect.rule || cause AS why, call_id, finished_at
            FROM effect JOIN job_item item
                ON item.job_id = effect.job_id AND item.device = effect.device
            WHERE effect.job_id = $1
                AND (effect.device > $2 OR (effect.device = $2 AND ordinal > $3))
            ORDER BY effect.device, ordinal LIMIT $4";
        Ok(on_pool!(self, |pool| {
            sqlx::query_as(OUTCOMES)
                .bind(job.as_str())
                .bind(after.0)
                .bind(after.1)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        }))
    }
}
