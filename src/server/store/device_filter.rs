//! The one place where a filter becomes SQL. `DeviceFilter::matches` is the rule
//! that it must equal, and a property test holds them together.

use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::domain::filter::{DateBound, DateRange, DeviceFilter, fold};
use crate::domain::grid::{Sort, SortKey};
use crate::domain::status::DeviceStatus;
use crate::domain::time::Date;

/// Appends the conditions, beginning with the one on `gone`, to a statement over
/// `device` that ends where `WHERE` goes.
pub fn push_filter<'q, DB>(query: &mut QueryBuilder<DB>, filter: &DeviceFilter, today: Date)
where
    DB: Database,
    String: Encode<'q, DB> + Type<DB>,
    i64: Encode<'q, DB> + Type<DB>,
{
    query.push(" WHERE gone = FALSE");
    if !filter.search.is_empty() {
        query.push(" AND search LIKE ");
        query.push_bind(contains_pattern(&fold(&filter.search)));
        query.push(" ESCAPE '\\'");
    }
    push_any(
        query,
        "status",
        filter.statuses.iter().map(|s: &DeviceStatus| s.as_str()),
    );
    push_org_units(query, filter);
    push_any(query, "model", filter.models.iter().map(String::as_str));
    push_any(
        query,
        "licence",
        filter.licences.iter().map(|licence| licence.as_str()),
    );
    if filter.never_synced {
        query.push(" AND last_sync = 0");
    }
    let first_ms = |date: Date| date.start().0;
    push_range(query, "last_sync", &filter.last_sync, today, first_ms);
    push_range(query, "auto_update", &filter.auto_update, today, |date| {
        i64::from(date.0)
    });
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

/// The order, as the indexes of the migrations have it.
pub fn order_by(sort: Sort) -> &'static str {
    match (sort.key, sort.descending) {
        (SortKey::Serial, false) => " ORDER BY lower(serial), id",
        (SortKey::Serial, true) => " ORDER BY lower(serial) DESC, id DESC",
        (SortKey::AssetId, false) => " ORDER BY lower(asset_id), id",
        (SortKey::AssetId, true) => " ORDER BY lower(asset_id) DESC, id DESC",
        (SortKey::Status, false) => " ORDER BY status, id",
        (SortKey::Status, true) => " ORDER BY status DESC, id DESC",
        (SortKey::OrgUnit, false) => " ORDER BY org_unit, id",
        (SortKey::OrgUnit, true) => " ORDER BY org_unit DESC, id DESC",
        (SortKey::Model, false) => " ORDER BY model, id",
        (SortKey::Model, true) => " ORDER BY model DESC, id DESC",
        (SortKey::User, false) => " ORDER BY lower(annotated_user), id",
        (SortKey::User, true) => " ORDER BY lower(annotated_user) DESC, id DESC",
        (SortKey::LastSync, false) => " ORDER BY last_sync, id",
        (SortKey::LastSync, true) => " ORDER BY last_sync DESC, id DESC",
        (SortKey::AutoUpdate, false) => " ORDER BY auto_update, id",
        (SortKey::AutoUpdate, true) => " ORDER BY auto_update DESC, id DESC",
    }
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

    #[test]
    fn wildcards_in_a_search_mean_themselves() {
        assert_eq!(contains_pattern(r"50%_\"), r"%50\%\_\\%");
    }
}
