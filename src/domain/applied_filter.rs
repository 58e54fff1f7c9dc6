//! A filter taken apart: each value in words, and the filter that is left without
//! it. The grid's chips are made of these.

use super::date_range::{DateBound, DateRange};
use super::filter::DeviceFilter;
use super::number::devices;
use super::query::BadParameter;

/// One value that the filter asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedFilter {
    /// `Status`.
    pub facet: &'static str,
    /// `Active`.
    pub value: String,
    /// The filter without this value.
    pub rest: DeviceFilter,
}

/// `Status: Active, Organizational unit: /Retired and child units`, or `all devices`.
pub fn in_words(filter: &DeviceFilter) -> String {
    let words: Vec<String> = applied(filter)
        .into_iter()
        .map(|AppliedFilter { facet, value, .. }| format!("{facet}: {value}"))
        .collect();
    match words.is_empty() {
        true => "all devices".to_owned(),
        false => words.join(", "),
    }
}

/// Everything the filter asks for, in the order of the controls.
pub fn applied(filter: &DeviceFilter) -> Vec<AppliedFilter> {
    let mut all = Vec::new();
    let mut add = |facet, value: String, change: &dyn Fn(&mut DeviceFilter)| {
        let mut rest = filter.clone();
        change(&mut rest);
        all.push(AppliedFilter { facet, value, rest });
    };

    if !filter.search.is_empty() {
        add("Search", filter.search.clone(), &|rest| rest.search.clear());
    }
    for status in &filter.statuses {
        add("Status", status.label().to_owned(), &|rest| {
            rest.statuses.retain(|it| it != status);
        });
    }
    for path in &filter.org_units {
        let reach = if filter.org_units_only {
            "only"
        } else {
            "and child units"
        };
        add("Organizational unit", format!("{path} {reach}"), &|rest| {
            rest.org_units.retain(|it| it != path);
            // Without a unit the restriction to units themselves means nothing.
            rest.org_units_only &= !rest.org_units.is_empty();
        });
    }
    for model in &filter.models {
        add("Model", model.clone(), &|rest| {
            rest.models.retain(|it| it != model);
        });
    }
    for version in &filter.os_versions {
        add("OS version", version.clone(), &|rest| {
            rest.os_versions.retain(|it| it != version);
        });
    }
    for license in &filter.licenses {
        let value = license.label().to_owned();
        add("License", value, &|rest| {
            rest.licenses.retain(|it| it != license);
        });
    }
    if let Some(value) = sync_text(filter) {
        add("Last sync", value, &|rest| {
            rest.last_sync = DateRange::default();
            rest.never_synced = false;
        });
    }
    if let Some(value) = range_text(&filter.auto_update) {
        add("Auto-update expiration", value, &|rest| {
            rest.auto_update = DateRange::default();
        });
    }
    if let Some(value) = range_text(&filter.enrolled) {
        add("Enrollment date", value, &|rest| {
            rest.enrolled = DateRange::default();
        });
    }
    for state in &filter.extended {
        add("Extended updates", state.label().to_owned(), &|rest| {
            rest.extended.retain(|it| it != state);
        });
    }
    if filter.in_job {
        add("Job", "in a running job".to_owned(), &|rest| {
            rest.in_job = false;
        });
    }
    if !filter.list.is_empty() {
        add("Pasted list", devices(filter.listed().len()), &|rest| {
            rest.list.clear();
        });
    }
    all
}

/// The filter with one value of a facet more or less, as a checkbox asks for it.
///
/// # Errors
/// The value does not parse.
pub fn with_value(
    filter: &DeviceFilter,
    name: &str,
    value: &str,
    on: bool,
) -> Result<DeviceFilter, BadParameter> {
    let mut changed = filter.clone();
    if on {
        changed.take(name, value)?;
        return Ok(changed);
    }
    match name {
        "status" => changed.statuses.retain(|it| it.as_str() != value),
        "ou" => changed.org_units.retain(|it| it != value),
        "model" => changed.models.retain(|it| it != value),
        "os" => changed.os_versions.retain(|it| it != value),
        "sync" => changed.never_synced = false,
        "in_job" => changed.in_job = false,
        "extended" => changed.extended.retain(|it| it.as_str() != value),
        "license" => changed.licenses.retain(|it| it.as_str() != value),
        _ => {}
    }
    Ok(changed)
}

/// The facets that ask for something, each once, as they stand within a sentence.
pub fn facets(filter: &DeviceFilter) -> Vec<String> {
    let mut names: Vec<String> = applied(filter)
        .iter()
        .map(|applied| applied.facet.to_ascii_lowercase())
        .collect();
    names.dedup();
    names
}

/// `until 365 days ago or never`.
fn sync_text(filter: &DeviceFilter) -> Option<String> {
    match (range_text(&filter.last_sync), filter.never_synced) {
        (Some(range), true) => Some(range + " or never"),
        (None, true) => Some("never".to_owned()),
        (range, false) => range,
    }
}

/// `from 2026-01-01 until 90 days ago`.
fn range_text(range: &DateRange) -> Option<String> {
    let part = |word: &str, bound: Option<DateBound>| {
        bound.map(|bound| format!("{word} {}", bound_text(bound)))
    };
    let parts = [part("from", range.from), part("until", range.to)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn bound_text(bound: DateBound) -> String {
    match bound {
        DateBound::On(date) => date.to_string(),
        DateBound::FromToday(0) => "today".to_owned(),
        DateBound::FromToday(days) => {
            let noun = if days.abs() == 1 { "day" } else { "days" };
            let side = if days < 0 { "ago" } else { "ahead" };
            format!("{} {noun} {side}", days.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::query;
    use super::*;

    fn filter(text: &str) -> DeviceFilter {
        let mut filter = DeviceFilter::default();
        for (name, value) in query::pairs(text) {
            assert!(filter.take(&name, &value).unwrap());
        }
        filter
    }

    #[test]
    fn every_value_stands_alone_and_can_be_left_out() {
        let whole = filter(
            "q=lab&status=ACTIVE&status=DISABLED&ou=/Retired&ou_children=no&model=HP+11\
             &license=kioskUpgrade&sync=never&sync_from=-90d&sync_to=2026-11-23&aue_to=1d&in_job=yes&extended=off",
        );
        let parts = applied(&whole);
        let words: Vec<_> = parts
            .iter()
            .map(|part| format!("{}: {}", part.facet, part.value))
            .collect();
        assert_eq!(
            words,
            [
                "Search: lab",
                "Status: Active",
                "Status: Disabled",
                "Organizational unit: /Retired only",
                "Model: HP 11",
                "License: Kiosk & Signage Upgrade",
                "Last sync: from 90 days ago until 2026-11-23 or never",
                "Auto-update expiration: until 1 day ahead",
                "Extended updates: Eligible, off",
                "Job: in a running job",
            ]
        );
        for part in &parts {
            assert_eq!(applied(&part.rest).len(), parts.len() - 1, "{}", part.value);
        }
    }

    #[test]
    fn taking_values_out_one_by_one_leaves_no_filter() {
        let mut left = filter("status=ACTIVE&ou=/A&ou=/B&ou_children=no");
        while let Some(part) = applied(&left).pop() {
            left = part.rest;
        }
        assert!(left.is_empty());
    }

    #[test]
    fn a_value_is_put_in_and_taken_out_again() {
        let before = filter("status=ACTIVE&ou=/A");
        for (name, value) in [
            ("status", "DISABLED"),
            ("ou", "/B"),
            ("model", "HP 11"),
            ("os", "126"),
            ("license", "kioskUpgrade"),
            ("sync", "never"),
            ("in_job", "yes"),
            ("extended", "off"),
        ] {
            let with = with_value(&before, name, value, true).unwrap();
            assert_ne!(with, before, "{name}");
            assert_eq!(
                with_value(&with, name, value, false).unwrap(),
                before,
                "{name}"
            );
        }
        assert!(with_value(&before, "license", "gold", true).is_err());
    }

    #[test]
    fn a_facet_is_named_once() {
        let names = facets(&filter(
            "status=ACTIVE&status=DISABLED&ou=/A&sync=never&sync_to=-1d",
        ));
        assert_eq!(names, ["status", "organizational unit", "last sync"]);
    }
}
