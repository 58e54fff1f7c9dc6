//! What an address and JSON may ask for.

use proptest::prelude::*;

use super::super::query;
use super::*;
use crate::domain::device::DeviceId;
use crate::domain::grid::GridView;
use crate::domain::time::Date;

fn parse(query: &str) -> Result<DeviceFilter, BadParameter> {
    let mut filter = DeviceFilter::default();
    for (name, value) in query::pairs(query) {
        assert!(filter.take(&name, &value)?, "{name} is a filter");
    }
    Ok(filter)
}

#[test]
fn a_filter_reads_back_from_its_own_url() {
    let query = "q=lab+3&status=ACTIVE&status=DISABLED&ou=%2FRetired&ou_children=no\
        &model=HP+11&model=C2&os=126&os=99.0&license=kioskUpgrade&license=education&sync_from=-90d&sync_to=2026-11-23\
        &aue_to=30d&enrolled_from=2019-07-01&enrolled_to=-1825d&in_job=yes&extended=on&extended=unknown";
    let filter = parse(query).unwrap();
    let written = query::encode(filter.to_pairs());
    assert_eq!(parse(&written).unwrap(), filter);
    assert_eq!(filter.last_sync.from, Some(DateBound::FromToday(-90)));
    // And from that of the list, in which most parameters stand once.
    let listed = GridView::parse(&written);
    assert_eq!((listed.view.filter, listed.bad), (filter, vec![]));
}

#[test]
fn a_value_that_does_not_parse_is_an_error() {
    for bad in [
        "ou=Retired",
        "ou_children=maybe",
        "license=gold",
        "sync=always",
        "in_job=no",
        "extended=maybe",
        "list=x",
        "list=OjAAAAEAAAAAAAAAEAAAAAEA!",
        "sync_from=yesterday",
        "aue_to=2026-02-30",
        "enrolled_from=summer",
        "os=%00",
        "status=A%1bB",
        "sync_to=999999999d",
    ] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_blank_field_asks_nothing() {
    let query = "q=&status=&ou=&sync_from=&aue_to=";
    assert!(parse(query).unwrap().is_empty());
}

#[test]
fn a_status_that_only_the_directory_knows_is_a_value_like_any_other() {
    for word in ["In repair", "en réparation", "retired", "A&B=C"] {
        let status = DeviceStatus::from(word);
        let query = query::encode([("status", word.to_owned())]);
        assert_eq!(parse(&query).unwrap().statuses, [status]);
    }
}

#[test]
fn a_slash_at_the_end_of_an_org_unit_means_nothing() {
    let filter = parse("ou=/Students/&ou=/Students&ou=/&ou=/+/").unwrap();
    assert_eq!(filter.org_units, ["/Students", "/"]);
}

#[test]
fn a_filter_has_a_hundred_values_of_two_hundred_characters() {
    let many = |count: usize| {
        let pairs = (0..count).map(|i| (["model", "os"][i % 2], i.to_string()));
        query::encode(pairs)
    };
    assert!(parse(&many(100)).is_ok());
    // A value that the filter has already takes no room.
    assert!(parse(&(many(100) + "&model=0")).is_ok());
    let message = parse(&many(101)).unwrap_err();
    assert_eq!(message.why, TOO_MANY_VALUES);
    assert!(parse(&format!("q={}", "é".repeat(200))).is_ok());
    assert!(parse(&format!("model={}", "é".repeat(201))).is_err());
    let listed = GridView::parse(&many(300));
    assert_eq!(listed.bad.len(), 1, "it is said once");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        "/[a-zA-Z /]{0,12}",
        Just("\u{0}".to_owned()),
        "[a-z]{195,205}",
    ]
}

fn any_range() -> impl Strategy<Value = DateRange> {
    let bound = prop_oneof![
        (-40_000i32..40_000).prop_map(DateBound::FromToday),
        (-900_000i32..3_000_000).prop_map(|day| DateBound::On(Date(day))),
    ];
    (
        proptest::option::of(bound.clone()),
        proptest::option::of(bound),
    )
        .prop_map(|(from, to)| DateRange { from, to })
}

fn any_list() -> impl Strategy<Value = String> {
    let listed = prop::collection::vec(0u32..1_000_000, 1..50).prop_map(|ids| {
        let listed: Selection = ids.into_iter().map(DeviceId).collect();
        listed.to_address()
    });
    prop_oneof![Just(String::new()), listed, any_text()]
}

fn any_fields() -> impl Strategy<Value = DeviceFilter> {
    let texts = || prop::collection::vec(any_text(), 0..4);
    let licenses = prop::sample::subsequence(LicenseType::ALL.to_vec(), 0..3);
    (
        (any_text(), texts(), texts(), texts(), texts()),
        (licenses, any_range(), any_range(), any_range(), any_list()),
        (any::<bool>(), any::<bool>(), any::<bool>()),
    )
        .prop_map(
            |((search, statuses, org_units, models, os_versions), more, flags)| {
                let statuses = statuses.into_iter().map(DeviceStatus::from).collect();
                let (licenses, last_sync, auto_update, enrolled, list) = more;
                DeviceFilter {
                    search,
                    statuses,
                    org_units,
                    org_units_only: flags.0,
                    models,
                    os_versions,
                    licenses,
                    last_sync,
                    never_synced: flags.1,
                    auto_update,
                    enrolled,
                    in_job: flags.2,
                    extended: vec![ExtendedState::Off],
                    list,
                }
            },
        )
}

proptest! {
    #[test]
    fn what_json_is_accepted_means_the_same_in_the_url(sent in any_fields()) {
        let json = serde_json::to_string(&sent).unwrap();
        let Ok(read) = serde_json::from_str::<DeviceFilter>(&json) else {
            // What JSON may not hold, the URL may not hold either, or leaves it out.
            let listed = GridView::parse(&query::encode(sent.to_pairs()));
            prop_assert!(!listed.bad.is_empty() || listed.view.filter != sent);
            return Ok(());
        };
        let listed = GridView::parse(&query::encode(read.to_pairs()));
        prop_assert_eq!(listed.bad, vec![]);
        prop_assert_eq!(&listed.view.filter, &read);
        // And again as JSON: what was accepted once stays as it is.
        let json = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<DeviceFilter>(&json).unwrap(), read);
    }
}
