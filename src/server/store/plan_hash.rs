//! The hashes that tie a job to its review.
//!
//! The *plan hash* covers the plan's id, its action, the directory and every item with
//! its verdict: what the operator reviewed. The *execution hash* covers the plan hash and
//! all that was chosen with Execute. Both are computed again from the rows, under the lock
//! of the job, before anything is carried out: rows that were changed after the review,
//! by whatever means, are never sent.
//!
//! Each field is preceded by its length, and the whole by a tag with the version of the
//! encoding. So no two different contents have the same encoding.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::pool::{on_pool, on_tx};
use super::{Store, StoreError, Tx};
use crate::domain::job::JobId;
use crate::domain::plan::Execution;

/// The version of the encoding. Jobs of version 1 (before the first upgrade) can not be
/// verified.
pub(super) const VERSION: i64 = 2;

/// The items of a plan in total.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PlanContent {
    pub hash: String,
    pub total: u64,
    pub eligible: u64,
}

/// A hash over fields, each preceded by its length in bytes.
struct FieldHash(Sha256);

impl FieldHash {
    fn new(tag: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.field(tag);
        hash
    }

    fn field(&mut self, field: &str) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn finish(self) -> String {
        let mut text = String::new();
        for byte in self.0.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// The hash of what Execute asks for: the reviewed plan and the operator's choices.
pub(super) fn execution_hash(plan_hash: &str, reason: &str, note: &str, powerwash: bool) -> String {
    let mut hash = FieldHash::new("sunset execution 2");
    for field in [plan_hash, reason, note] {
        hash.field(field);
    }
    hash.number(i64::from(powerwash));
    hash.finish()
}

/// The execution hash of an [`Execution`].
pub(super) fn hash_of(execution: &Execution) -> String {
    execution_hash(
        &execution.hash,
        execution.reason.api_value(),
        &execution.note,
        execution.powerwash,
    )
}

/// Reads the items in order and hashes them. What the job itself did to an item since
/// (its state, its outcome) is not part of the hash.
pub(super) async fn read_content(tx: &mut Tx, id: &JobId) -> Result<PlanContent, StoreError> {
    const CHUNK: i64 = 10_000;
    const PLAN: &str = "
        SELECT action, planned_at, authority FROM job WHERE id = $1";
    // A rule that the job itself has given an item came after the review.
    const ITEMS: &str = "
        SELECT device, device_id, serial, asset_id, org_unit, license, snap_status,
            snap_enrolled, snap_last_sync,
            CASE WHEN finished_at = 0 THEN rule ELSE '' END AS rule
        FROM job_item WHERE job_id = $1 AND device > $2 ORDER BY device LIMIT $3";
    type Item = (
        i32,
        String,
        String,
        String,
        String,
        String,
        String,
        i64,
        i64,
        String,
    );

    let (action, planned_at, authority): (String, i64, String) = on_tx!(tx, |conn| {
        sqlx::query_as(PLAN)
            .bind(id.as_str())
            .fetch_one(conn)
            .await?
    });
    let mut hash = FieldHash::new("sunset plan 2");
    for field in [id.as_str(), &action, &authority] {
        hash.field(field);
    }
    hash.number(planned_at);
    let mut content = PlanContent::default();
    let mut after = -1i64;
    loop {
        let items: Vec<Item> = on_tx!(tx, |conn| {
            sqlx::query_as(ITEMS)
                .bind(id.as_str())
                .bind(after)
                .bind(CHUNK)
                .fetch_all(conn)
                .await?
        });
        for (device, id, serial, asset, unit, license, status, enrolled, synced, rule) in &items {
            hash.number(i64::from(*device));
            for field in [id, serial, asset, unit, license, status, rule] {
                hash.field(field);
            }
            hash.number(*enrolled);
            hash.number(*synced);
            content.total += 1;
            content.eligible += u64::from(rule.is_empty());
        }
        match items.last() {
            Some(last) if items.len() as i64 == CHUNK => after = i64::from(last.0),
            _ => break,
        }
    }
    content.hash = hash.finish();
    Ok(content)
}

/// Whether a job that can be carried out is what was reviewed and executed, on the
/// directory that it was reviewed for. The caller holds the job's lock.
pub(super) async fn may_be_carried_out(tx: &mut Tx, job: &JobId) -> Result<bool, StoreError> {
    const SAME_DIRECTORY: &str = "
        SELECT hash_version < $2 OR authority = (SELECT authority FROM inventory)
        FROM job WHERE id = $1";
    let same: bool = on_tx!(tx, |conn| {
        sqlx::query_scalar(SAME_DIRECTORY)
            .bind(job.as_str())
            .bind(VERSION)
            .fetch_one(conn)
            .await?
    });
    Ok(same && is_as_reviewed(tx, job).await?)
}

/// Whether a started job still is what was reviewed and executed. Jobs that were started
/// before there was an execution hash are taken as they are.
async fn is_as_reviewed(tx: &mut Tx, job: &JobId) -> Result<bool, StoreError> {
    const JOB: &str = "
        SELECT hash_version, plan_hash, execution_hash, reason, note, powerwash
        FROM job WHERE id = $1";
    let (version, plan_hash, execution, reason, note, powerwash): (
        i64,
        String,
        String,
        String,
        String,
        bool,
    ) = on_tx!(tx, |conn| {
        sqlx::query_as(JOB)
            .bind(job.as_str())
            .fetch_one(conn)
            .await?
    });
    if version < VERSION {
        return Ok(execution.is_empty());
    }
    Ok(
        execution == execution_hash(&plan_hash, &reason, &note, powerwash)
            && read_content(tx, job).await?.hash == plan_hash,
    )
}

impl Store {
    /// The numbers of the started jobs that are not what was reviewed.
    pub(super) async fn jobs_not_as_reviewed(&self) -> Result<Vec<i32>, StoreError> {
        const JOBS: &str = "SELECT id, number FROM job WHERE number > 0 ORDER BY number";
        let jobs: Vec<(String, i32)> =
            on_pool!(self, |pool| sqlx::query_as(JOBS).fetch_all(pool).await?);
        let mut changed = Vec::new();
        for (id, number) in jobs {
            let mut tx = self.begin().await?;
            if !is_as_reviewed(&mut tx, &JobId(id)).await? {
                changed.push(number);
            }
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_cut_elsewhere_have_another_hash() {
        let of = |reason, note| execution_hash("plan", reason, note, false);
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_ne!(of("", "abc"), of("abc", ""));
        assert_ne!(of("a", "b"), execution_hash("plan", "a", "b", true));
        assert_eq!(of("a", "b"), of("a", "b"));
    }
}
