//! The values that filters offer, with their counts.

use sqlx::QueryBuilder;

use super::device_filter::{Way, push_filter};
use super::pool::on_pool;
use super::row::count;
use super::{Store, StoreError};
use crate::api::devices::{Counted, Facets, Values};
use crate::domain::date_range::DateRange;
use crate::domain::filter::DeviceFilter;
use crate::domain::os_version::{is_within, milestone, newest_first};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

impl Store {
    /// Every value that a filter offers, counted among what the other facets match.
    pub async fn facets(
        &self,
        filter: &DeviceFilter,
        today: Date,
        limit: usize,
    ) -> Result<Facets, StoreError> {
        let without = |change: fn(&mut DeviceFilter)| {
            let mut rest = filter.clone();
            change(&mut rest);
            rest
        };
        let never_synced = DeviceFilter {
            last_sync: DateRange::default(),
            never_synced: true,
            ..filter.clone()
        };
        let in_job = DeviceFilter {
            in_job: true,
            ..filter.clone()
        };
        let of =
            async |column: &str, rest: DeviceFilter| self.count_values(column, &rest, today).await;
        let versions = of("os_version", without(|it| it.os_versions.clear())).await?;
        Ok(Facets {
            org_units: values(
                of("org_unit", without(|it| it.org_units.clear())).await?,
                &filter.org_units,
                limit,
            ),
            models: values(
                of("model", without(|it| it.models.clear())).await?,
                &filter.models,
                limit,
            ),
            os_versions: values(
                milestones(versions, &filter.os_versions),
                &filter.os_versions,
                limit,
            ),
            statuses: values(
                of("status", without(|it| it.statuses.clear())).await?,
                filter.statuses.iter().map(DeviceStatus::as_str),
                limit,
            ),
            licenses: values(
                of("license", without(|it| it.licenses.clear())).await?,
                filter.licenses.iter().map(|it| it.as_str()),
                limit,
            ),
            never_synced: self.count_devices(&never_synced, today).await?,
            in_job: self.count_devices(&in_job, today).await?,
        })
    }

    async fn count_values(
        &self,
        column: &str,
        filter: &DeviceFilter,
        today: Date,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = on_pool!(self, |pool| {
            let mut query = QueryBuilder::new(format!("SELECT {column}, COUNT(*) FROM device"));
            push_filter(&mut query, filter, today, Way::Gather);
            query.push(format!(" GROUP BY {column} ORDER BY {column}"));
            query.build_query_as().fetch_all(pool).await?
        });
        Ok(rows
            .into_iter()
            .filter(|(value, _)| !value.is_empty())
            .map(|(value, devices)| (value, count(devices)))
            .collect())
    }
}

fn values<T: AsRef<str>>(
    mut counted: Vec<(String, u64)>,
    chosen: impl IntoIterator<Item = T>,
    limit: usize,
) -> Values {
    let chosen: Vec<T> = chosen.into_iter().collect();
    for value in &chosen {
        if counted.iter().all(|(known, _)| known != value.as_ref()) {
            counted.push((value.as_ref().to_owned(), 0));
        }
    }
    let total = counted.len();
    let is_chosen = |value: &str| chosen.iter().any(|it| it.as_ref() == value);
    let listed = counted.into_iter().enumerate();
    Values {
        listed: listed
            .filter(|(at, (value, _))| *at < limit || is_chosen(value))
            .map(|(_, (value, count))| Counted { value, count })
            .collect(),
        total,
    }
}

/// Versions by their milestone, newest first, then those parts of versions that are chosen.
fn milestones(versions: Vec<(String, u64)>, chosen: &[String]) -> Vec<(String, u64)> {
    let chosen: Vec<(String, u64)> = chosen
        .iter()
        .map(|part| {
            let within = versions.iter().filter(|(it, _)| is_within(it, part));
            (part.clone(), within.map(|(_, devices)| devices).sum())
        })
        .collect();
    let mut milestones: Vec<(String, u64)> = Vec::new();
    for (version, devices) in versions {
        let milestone = milestone(&version);
        match milestones.iter_mut().find(|(known, _)| known == milestone) {
            Some((_, sum)) => *sum += devices,
            None => milestones.push((milestone.to_owned(), devices)),
        }
    }
    milestones.sort_by(|(one, _), (other, _)| newest_first(one, other));
    for part in chosen {
        if milestones.iter().all(|(known, _)| *known != part.0) {
            milestones.push(part);
        }
    }
    milestones
}
