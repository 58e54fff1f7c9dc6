//! The org units of a job's devices, as they were reviewed: whoever sees all of them sees the
//! job, and to others it is not there.

use super::super::pool::{on_pool, on_tx, text_list};
use super::super::{Store, StoreError, Tx};
use crate::domain::job::JobId;
use crate::domain::scope::Scope;

/// The jobs that somebody may see, as [`VISIBLE`] asks for them.
#[derive(Debug)]
pub(super) struct Visible {
    pub everything: bool,
    /// A list for `TEXTS`.
    pub org_units: String,
}

/// Whether a job may be seen, with the fields of [`Visible`] bound as `$1` and `$2`.
pub(super) const VISIBLE: &str = "($1 OR NOT EXISTS (SELECT 1 FROM job_org_unit unit
    WHERE unit.job_id = job.id AND unit.org_unit NOT IN TEXTS($2)))";

impl Store {
    /// The org units of a job's devices; none if there is no such job.
    pub async fn job_org_units(&self, job: &JobId) -> Result<Vec<String>, StoreError> {
        const UNITS: &str = "SELECT org_unit FROM job_org_unit WHERE job_id = $1";
        self.org_units(UNITS, job).await
    }

    /// The org units of the devices that a plan would change.
    pub async fn eligible_org_units(&self, plan: &JobId) -> Result<Vec<String>, StoreError> {
        const UNITS: &str = "
            SELECT DISTINCT org_unit FROM job_item WHERE job_id = $1 AND rule = ''";
        self.org_units(UNITS, plan).await
    }

    async fn org_units(&self, sql: &'static str, job: &JobId) -> Result<Vec<String>, StoreError> {
        Ok(on_pool!(self, |pool| sqlx::query_scalar(sql)
            .bind(job.as_str())
            .fetch_all(pool)
            .await?))
    }

    /// What a query for the jobs that are seen in this scope asks for.
    pub(super) async fn visible_jobs(&self, scope: &Scope) -> Result<Visible, StoreError> {
        const KNOWN: &str = "SELECT DISTINCT org_unit FROM job_org_unit";
        let mut known: Vec<String> = Vec::new();
        if *scope != Scope::All {
            known = on_pool!(self, |pool| sqlx::query_scalar(KNOWN)
                .fetch_all(pool)
                .await?);
        }
        Ok(Visible {
            everything: *scope == Scope::All,
            org_units: text_list(known.iter().filter(|unit| scope.covers(unit))),
        })
    }
}

/// Puts the org units of a job's devices on record.
pub(super) async fn insert_org_units(tx: &mut Tx, job: &JobId) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job_org_unit (job_id, org_unit)
        SELECT DISTINCT job_id, org_unit FROM job_item WHERE job_id = $1";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT).bind(job.as_str()).execute(conn).await?;
    });
    Ok(())
}

/// Puts on record that a job moves devices there.
pub(super) async fn insert_destination(
    tx: &mut Tx,
    job: &JobId,
    org_unit: &str,
) -> Result<(), StoreError> {
    const INSERT: &str = "
        INSERT INTO job_org_unit (job_id, org_unit) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    on_tx!(tx, |conn| {
        sqlx::query(INSERT)
            .bind(job.as_str())
            .bind(org_unit)
            .execute(conn)
            .await?;
    });
    Ok(())
}
