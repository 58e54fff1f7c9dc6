//! The values that filters offer, remembered while the inventory does not change: every
//! page brings some of them along, and a district has a thousand org units.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::device::Generation;
use super::pool::on_pool;
use super::{Store, StoreError};
use crate::domain::os_version::{milestone, newest_first};

/// A column whose different values a filter offers.
#[derive(Clone, Copy, Debug)]
pub enum Facet {
    OrgUnit,
    Model,
    Status,
}

impl Facet {
    fn column(self) -> &'static str {
        match self {
            Self::OrgUnit => "org_unit",
            Self::Model => "model",
            Self::Status => "status",
        }
    }
}

/// The different values of org units, models, milestones of the OS, and statuses, each in
/// order.
type FacetValues = [Arc<Vec<String>>; 4];

/// Values, true for one generation of the inventory.
#[derive(Debug, Default)]
pub struct FacetCache(Mutex<Option<(Generation, FacetValues)>>);

impl Store {
    /// The different values of org units, models, milestones of the OS, and statuses.
    pub async fn facets(&self) -> Result<FacetValues, StoreError> {
        let generation = self.generation().await?;
        let known = self.facets.lock().clone();
        let [org_units, models, milestones] = match known {
            Some((read_at, values)) if read_at == generation => return Ok(values),
            Some((read_at, [org_units, models, milestones, _]))
                if read_at.reading == generation.reading =>
            {
                [org_units, models, milestones]
            }
            _ => [
                Arc::new(self.distinct_values(Facet::OrgUnit).await?),
                Arc::new(self.distinct_values(Facet::Model).await?),
                Arc::new(self.milestones().await?),
            ],
        };
        let statuses = Arc::new(self.distinct_values(Facet::Status).await?);
        let values = [org_units, models, milestones, statuses];
        *self.facets.lock() = Some((generation, values.clone()));
        Ok(values)
    }

    /// The different values of an indexed column, in order. Each is one step into
    /// the index, however many devices share it.
    pub async fn distinct_values(&self, facet: Facet) -> Result<Vec<String>, StoreError> {
        let column = facet.column();
        let sql = format!(
            "WITH RECURSIVE facet(value) AS (
                 SELECT MIN({column}) FROM device WHERE gone = FALSE
                 UNION ALL
                 SELECT (SELECT MIN({column}) FROM device
                         WHERE gone = FALSE AND {column} > facet.value)
                 FROM facet WHERE facet.value IS NOT NULL)
             SELECT value FROM facet WHERE value <> ''"
        );
        Ok(on_pool!(self, |pool| {
            sqlx::query_scalar(self.pool.sql(&sql))
                .fetch_all(pool)
                .await?
        }))
    }

    /// The milestones of all OS versions, newest first. Each is one step into the index,
    /// however many versions it has.
    async fn milestones(&self) -> Result<Vec<String>, StoreError> {
        let mut milestones = Vec::new();
        let mut after = String::new();
        loop {
            let next: Option<String> = on_pool!(self, |pool| {
                sqlx::query_scalar(
                    "SELECT MIN(os_version) FROM device WHERE gone = FALSE AND os_version > $1",
                )
                .bind(after)
                .fetch_one(pool)
                .await?
            });
            let Some(version) = next else { break };
            let milestone = milestone(&version).to_owned();
            after = match milestone.len() < version.len() {
                true => format!("{milestone}/"),
                false => version,
            };
            milestones.push(milestone);
        }
        milestones.retain(|milestone| !milestone.is_empty());
        milestones.sort_by(|one, other| newest_first(one, other));
        milestones.dedup();
        Ok(milestones)
    }
}

impl FacetCache {
    fn lock(&self) -> MutexGuard<'_, Option<(Generation, FacetValues)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
