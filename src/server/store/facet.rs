//! The values that filters offer, remembered while the inventory does not change: every
//! page brings some of them along, and a district has a thousand org units.

use std::sync::{Arc, Mutex, PoisonError};

use super::pool::on_pool;
use super::{Store, StoreError};

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

/// The different values of org units, models and statuses, each in order.
type FacetValues = Arc<[Vec<String>; 3]>;

/// Values, true for one generation of the inventory.
#[derive(Debug, Default)]
pub struct FacetCache(Mutex<Option<(i64, FacetValues)>>);

impl Store {
    /// The different values of org units, models and statuses.
    pub async fn facets(&self) -> Result<FacetValues, StoreError> {
        let generation = self.generation().await?;
        let known = self
            .facets
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((_, values)) = known.filter(|(read_at, _)| *read_at == generation) {
            return Ok(values);
        }
        let values = Arc::new([
            self.distinct_values(Facet::OrgUnit).await?,
            self.distinct_values(Facet::Model).await?,
            self.distinct_values(Facet::Status).await?,
        ]);
        let mut known = self.facets.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((generation, Arc::clone(&values)));
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
}
