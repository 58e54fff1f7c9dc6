//! The hashes that tie a job to its review.
//!
//! The *plan hash* covers the plan's id, its action, the directory and every item with
//! its verdict: what the operator reviewed. The *execution hash* covers the plan hash and
//! all that was chosen with Execute. Both are computed again from the rows, under the lock
//! of the job, before anything is carried out: rows that were changed after the review,
//! by whatever means, are never sent.
//!
//! The encoding is that of [`FieldHash`], with a version in its tag.

use super::super::pool::{on_pool, on_tx};
use super::super::{Store, StoreError, Tx};
use super::{action_of, options_of};
use crate::domain::action::Action;
use crate::domain::job::JobId;
use crate::domain::plan::Execution;
use crate::server::field_hash::FieldHash;

/// The version of the encoding. Version 2 was used before there were actions other than to
/// deprovision. Jobs of version 1 can not be verified.
pub(super) const VERSION: i64 = 3;

/// The oldest version that can be verified.
const OLDEST: i64 = 2;

/// The items of a plan in total.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PlanContent {
    pub hash: String,
    pub total: u64,
    pub eligible: u64,
}

/// The hash of what Execute asks for: the reviewed plan and the operator's choices, which are
/// the column `options` and the note.
pub(super) fn execution_hash(plan_hash: &str, options: &str, note: &str) -> String {
    let mut hash = FieldHash::new("sunset execution 3");
    for field in [plan_hash, options, note] {
        hash.field(field);
    }
    hash.finish()
}

/// The same in the encoding of version 2, which has an action's reason and whether it erases.
fn execution_hash_2(plan_hash: &str, action: &Action, note: &str) -> String {
    let Action::Deprovision {
        reason, powerwash, ..
    } = action
    else {
        // There was no other.
        return String::new();
    };
    let mut hash = FieldHash::new("sunset execution 2");
    for field in [plan_hash, reason.api_value(), note] {
        hash.field(field);
    }
    hash.number(i64::from(*powerwash));
    hash.finish()
}

/// The execution hash of an [`Execution`].
pub(super) fn hash_of(execution: &Execution) -> Result<String, StoreError> {
    let options = options_of(&execution.action)?;
    Ok(execution_hash(&execution.hash, &options, &execution.note))
}

/// Reads the items in order and hashes them. What the job itself did to an item since
/// (its state, its outcome) is not part of the hash.
pub(super) async fn read_content(tx: &mut Tx, id: &JobId) -> Result<PlanContent, StoreError> {
    const CHUNK: i64 = 10_000;
    const PLAN: &str = "
        SELECT action, planned_at, authority, hash_version FROM job WHERE id = $1";
    const ITEMS: &str = "
        SELECT device, device_id, serial, asset_id, org_unit, model, annotated_user, location,
            license, snap_status, snap_enrolled, snap_last_sync, rule
        FROM job_item WHERE job_id = $1 AND device > $2 ORDER BY device LIMIT $3";
    #[derive(sqlx::FromRow)]
    struct Item {
        device: i32,
        device_id: String,
        serial: String,
        asset_id: String,
        org_unit: String,
        model: String,
        annotated_user: String,
        location: String,
        license: String,
        snap_status: String,
        snap_enrolled: i64,
        snap_last_sync: i64,
        rule: String,
    }

    let (action, planned_at, authority, version): (String, i64, String, i64) = on_tx!(tx, |conn| {
        sqlx::query_as(PLAN)
            .bind(id.as_str())
            .fetch_one(conn)
            .await?
    });
    let is_old = version == OLDEST;
    let mut hash = FieldHash::new(if is_old {
        "sunset plan 2"
    } else {
        "sunset plan 3"
    });
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
        for it in &items {
            hash.number(i64::from(it.device));
            for field in [&it.device_id, &it.serial, &it.asset_id, &it.org_unit] {
                hash.field(field);
            }
            if !is_old {
                for field in [&it.model, &it.annotated_user, &it.location] {
                    hash.field(field);
                }
            }
            for field in [&it.license, &it.snap_status, &it.rule] {
                hash.field(field);
            }
            hash.number(it.snap_enrolled);
            hash.number(it.snap_last_sync);
            content.total += 1;
            content.eligible += u64::from(it.rule.is_empty());
        }
        match items.last() {
            Some(last) if items.len() as i64 == CHUNK => after = i64::from(last.device),
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
            .bind(OLDEST)
            .fetch_one(conn)
            .await?
    });
    Ok(same && is_as_reviewed(tx, job).await?)
}

/// Whether a started job still is what was reviewed and executed. Jobs that were started
/// before there was an execution hash are taken as they are.
async fn is_as_reviewed(tx: &mut Tx, job: &JobId) -> Result<bool, StoreError> {
    const JOB: &str = "
        SELECT hash_version, plan_hash, execution_hash, options, note FROM job WHERE id = $1";
    let (version, plan_hash, execution, options, note): (i64, String, String, String, String) =
        on_tx!(tx, |conn| {
            sqlx::query_as(JOB)
                .bind(job.as_str())
                .fetch_one(conn)
                .await?
        });
    if version < OLDEST {
        return Ok(execution.is_empty());
    }
    let executed = if version == OLDEST {
        execution_hash_2(&plan_hash, &action_of(&options)?, &note)
    } else {
        execution_hash(&plan_hash, &options, &note)
    };
    Ok(execution == executed && read_content(tx, job).await?.hash == plan_hash)
}

impl Store {
    /// The numbers of the started jobs that are not what was reviewed.
    pub(in crate::server::store) async fn jobs_not_as_reviewed(
        &self,
    ) -> Result<Vec<i32>, StoreError> {
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
        let of = |options, note| execution_hash("plan", options, note);
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_ne!(of("", "abc"), of("abc", ""));
        assert_eq!(of("a", "b"), of("a", "b"));
    }
}
