//! The one place where a filter becomes SQL. `DeviceFilter::matches` is the rule
//! that it must equal, and a property test holds them together.

use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::domain::date_range::{DateBound, DateRange};
use crate::domain::filter::{DeviceFilter, fold};
use crate::domain::grid::{Sort, SortKey};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

/// Appends the conditions, beginning with the one on `gone`, to a statement over
/// `device` that ends where `WHERE` goes.
///
/// Every index begins with `gone`, and SQLite takes one for that alone. Where what decides
/// is in the rows only, `NOT gone`, which it takes none for, has them read in a row.
pub fn push_filter<'q, DB>(
    query: &mut QueryBuilder<DB>,
    filter: &DeviceFilter,
    today: Date,
    way: Way,
) where
    DB: Database,
    String: Encode<'q, DB> + Type<DB>,
    i64: Encode<'q, DB> + Type<DB>,
{
    let in_rows =
        !filter.search.is_empty() || !filter.licenses.is_empty() || !filter.enrolled.is_open();
    let scanned = way == Way::Gather && in_rows && !has_index(filter);
    query.push(if scanned {
        " WHERE NOT gone"
    } else {
        " WHERE gone = FALSE"
    });
    if !filter.search.is_empty() {
        let pattern = contains_pattern(&fold(&filter.search));
        query.push(" AND (search LIKE ").push_bind(pattern.clone());
        query.push(" ESCAPE '\\' OR lower(model) LIKE ");
        query.push_bind(pattern).push(" ESCAPE '\\')");
    }
    push_any(
        query,
        "status",
        filter.statuses.iter().map(|s: &DeviceStatus| s.as_str()),
    );
    push_org_units(query, filter);
    push_any(query, "model", filter.models.iter().map(String::as_str));
    push_os_versions(query, &filter.os_versions);
    push_any(
        query,
        "license",
        filter.licenses.iter().map(|license| license.as_str()),
    );
    let first_ms = |date: Date| date.start().0;
    if filter.never_synced {
        query.push(" AND (last_sync = 0");
        if !filter.last_sync.is_open() {
            query.push(" OR (TRUE");
            push_range(query, "last_sync", &filter.last_sync, today, first_ms);
            query.push(")");
        }
        query.push(")");
    } else {
        push_range(query, "last_sync", &filter.last_sync, today, first_ms);
    }
    if filter.in_job {
        query.push(
            " AND id IN (SELECT device FROM job_item \
             WHERE state IN ('pending', 'sent', 'unconfirmed'))",
        );
    }
    push_range(query, "auto_update", &filter.auto_update, today, |date| {
        i64::from(date.0)
    });
    push_range(query, "last_enrolled", &filter.enrolled, today, first_ms);
}

fn push_any<'q, 'v, DB>(
    query: &mut QueryBuilder<DB>,
    column: &str,
    values: impl ExactSizeIterator<Item = &'v str>,
) where
    DB: Database,
    String: Encode<'q, DB> + Type<DB>,
{
    if values.len() == 0 {
        return;
    }
    query.push(format_args!(" AND {column} IN ("));
    for (i, value) in values.enumerate() {
        if i != 0 {
            query.push(", ");
        }
        query.push_bind(value.to_owned());
    }
    query.push(")");
}

/// An org unit's children are one range of bytes: from `/Path/` up to `/Path0`,
/// as `0` follows `/`.
fn push_org_units<'q, DB>(query: &mut QueryBuilder<DB>, filter: &DeviceFilter)
where
    DB: Database,
    String: Encode<'q, DB> + Type<DB>,
{
    if filter.org_units.is_empty() {
        return;
    }
    query.push(" AND (");
    for (i, path) in filter.org_units.iter().enumerate() {
        if i != 0 {
            query.push(" OR ");
        }
        query.push("org_unit = ");
        query.push_bind(path.clone());
        if !filter.org_units_only {
            let below = path.trim_end_matches('/');
            query.push(" OR (org_unit >= ");
            query.push_bind(format!("{below}/"));
            query.push(" AND org_unit < ");
            query.push_bind(format!("{below}0"));
            query.push(")");
        }
    }
    query.push(")");
}

/// Versions that begin with `126.` are one range of bytes: up to `126/`, as `/` follows `.`.
fn push_os_versions<'q, DB>(query: &mut QueryBuilder<DB>, asked: &[String])
where
    DB: Database,
    String: Encode<'q, DB> + Type<DB>,
{
    for (i, version) in asked.iter().enumerate() {
        query.push(if i == 0 { " AND (" } else { " OR " });
        query.push("os_version = ");
        query.push_bind(version.clone());
        query.push(" OR (os_version >= ");
        query.push_bind(format!("{version}."));
        query.push(" AND os_version < ");
        query.push_bind(format!("{version}/"));
        query.push(")");
    }
    if !asked.is_empty() {
        query.push(")");
    }
}

/// Both days are included; a device without the date (0) is in no bounded range.
fn push_range<'q, DB>(
    query: &mut QueryBuilder<DB>,
    column: &str,
    range: &DateRange,
    today: Date,
    value: impl Fn(Date) -> i64,
) where
    DB: Database,
    i64: Encode<'q, DB> + Type<DB>,
{
    if range.is_open() {
        return;
    }
    query.push(format_args!(" AND {column} <> 0"));
    let resolve = |bound: DateBound| bound.resolve(today);
    if let Some(from) = range.from.map(resolve) {
        query.push(format_args!(" AND {column} >= "));
        query.push_bind(value(from));
    }
    if let Some(to) = range.to.map(resolve) {
        query.push(format_args!(" AND {column} < "));
        query.push_bind(value(to.plus_days(1)));
    }
}

/// The text anywhere, its own `%` and `_` meaning themselves.
fn contains_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// How the rows of a page are reached. Databases guess which is cheaper, and are wrong
/// by the second when few of a million match; here the exact count is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Along the index of the order, past what does not match, until there are enough.
    Walk,
    /// All that match, then sorted.
    Gather,
}

impl Way {
    /// The cheaper way to the first `wanted` of `matching` devices in an order, of `all`
    /// that there are.
    pub fn to(wanted: u64, matching: u64, all: u64, filter: &DeviceFilter) -> Self {
        /// Rows read one after the other, for the price of one that is looked up.
        const IN_A_ROW: u64 = 4;
        if *filter == DeviceFilter::default() {
            return Self::Walk;
        }
        // An index leads to what is alike in the order of the rows.
        let gathered = if has_index(filter) { matching } else { all } / IN_A_ROW;
        // Along the order, of every `all / matching` devices one matches.
        if gathered.saturating_mul(matching) < wanted.saturating_mul(all) {
            Self::Gather
        } else {
            Self::Walk
        }
    }
}

/// Whether an index leads to some of what matches.
fn has_index(filter: &DeviceFilter) -> bool {
    !filter.statuses.is_empty()
        || !filter.org_units.is_empty()
        || !filter.models.is_empty()
        || !filter.os_versions.is_empty()
        || filter.never_synced
        || !filter.last_sync.is_open()
        || !filter.auto_update.is_open()
}

/// The order: to be walked as the indexes of the migrations have it, or to be sorted by
/// something that no index has.
pub fn order_by(sort: Sort, way: Way) -> String {
    let (key, same) = match sort.key {
        SortKey::Serial => ("lower(serial)", " || ''"),
        SortKey::AssetId => ("lower(asset_id)", " || ''"),
        SortKey::Status => ("status", " || ''"),
        SortKey::OrgUnit => ("org_unit", " || ''"),
        SortKey::Model => ("model", " || ''"),
        SortKey::User => ("lower(annotated_user)", " || ''"),
        SortKey::LastSync => ("last_sync", " + 0"),
        SortKey::AutoUpdate => ("auto_update", " + 0"),
    };
    let same = if way == Way::Gather { same } else { "" };
    let direction = if sort.descending { " DESC" } else { "" };
    format!(" ORDER BY {key}{same}{direction}, id{direction}")
}

/// The order from the other end: a deep page is reached from the nearer one.
pub fn reversed(sort: Sort) -> Sort {
    Sort {
        descending: !sort.descending,
        ..sort
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION: u64 = 1_000_000;

    #[test]
    fn few_are_gathered_and_many_are_walked_past() {
        let by_status = DeviceFilter {
            statuses: vec![DeviceStatus::from("SHIPPED")],
            ..DeviceFilter::default()
        };
        let first = |matching| Way::to(50, matching, MILLION, &by_status);
        assert_eq!(first(1), Way::Gather);
        assert_eq!(first(1_000), Way::Gather);
        assert_eq!(first(25_000), Way::Walk);
        // Some thousands that lie near each other are sooner read than a thousand apart.
        let of_fewer = Way::to(50, 4_000, 100_000, &by_status);
        assert_eq!(of_fewer, Way::Gather);
        assert_eq!(first(900_000), Way::Walk);
        // Deep in many there is much to walk past.
        assert_eq!(Way::to(20_000, 100_000, MILLION, &by_status), Way::Gather);
    }

    #[test]
    fn what_no_index_finds_is_walked_past_sooner() {
        let by_search = DeviceFilter {
            search: "5cd1".to_owned(),
            ..DeviceFilter::default()
        };
        let first = |matching| Way::to(50, matching, MILLION, &by_search);
        assert_eq!(first(10), Way::Gather);
        assert_eq!(first(1_000), Way::Walk);
        assert_eq!(
            Way::to(400_000, MILLION, MILLION, &DeviceFilter::default()),
            Way::Walk
        );
    }

    #[test]
    fn wildcards_in_a_search_mean_themselves() {
        assert_eq!(contains_pattern(r"50%_\"), r"%50\%\_\\%");
    }
}
