//! What a view is in an address, and in JSON.

use super::*;

#[test]
fn of_a_parameter_that_is_given_twice_none_is_dropped_in_silence() {
    let parsed = GridView::parse("q=a&status=ACTIVE&status=DISABLED&q=b");
    let message: Vec<String> = parsed.bad.iter().map(ToString::to_string).collect();
    assert_eq!(message, ["q=b: used more than once"]);
    assert_eq!(parsed.view.filter.statuses.len(), 2);
}

#[test]
fn a_view_reads_back_from_its_own_url() {
    let query =
        "q=5CD&status=ACTIVE&sort=-last_sync&size=200&view=selected&cols=serial+user&page=7";
    let parsed = GridView::parse(query);
    assert!(parsed.bad.is_empty() && parsed.unknown.is_empty());
    assert_eq!(parsed.view.to_query(), query);
    assert_eq!(GridView::parse("").view.to_query(), "");
}

#[test]
fn what_cannot_be_used_is_said() {
    let parsed = GridView::parse("page=0&size=7&sort=color&utm_source=x&ou=nope&cols=hue");
    let bad: Vec<_> = parsed.bad.iter().map(|bad| bad.name.as_str()).collect();
    assert_eq!(bad, ["page", "size", "sort", "ou", "cols"]);
    assert_eq!(parsed.unknown[0].name, "utm_source");
}

#[test]
fn of_an_address_without_end_only_that_is_said() {
    for endless in ["page=0&", "x=1&", "model=&", "cols=serial&"] {
        let parsed = GridView::parse(&endless.repeat(1000));
        assert_eq!(parsed.bad.len(), 1, "{endless}");
        assert_eq!(parsed.unknown.len(), 0, "{endless}");
    }
}

#[test]
fn json_is_held_to_the_rules_of_the_url() {
    let query = "q=north&status=ACTIVE&ou=%2FSouth&sort=-model&page=3&size=100&cols=serial+model";
    let view = GridView::parse(query).view;
    let json = serde_json::to_string(&view).unwrap();
    assert_eq!(serde_json::from_str::<GridView>(&json).unwrap(), view);
    assert_eq!(
        serde_json::to_string(&GridView::default()).unwrap(),
        r#""""#
    );
    for bad in [
        "page=0",
        "page=4000000000",
        "size=7",
        "cols=serial+color",
        "q=a%00b",
        "surprise=1",
    ] {
        let read = serde_json::from_value::<GridView>(bad.into());
        assert!(read.is_err(), "{bad}: {read:?}");
    }
    for bad in ["7", "null", "{}"] {
        assert!(serde_json::from_str::<GridView>(bad).is_err(), "{bad}");
    }
}

#[test]
fn sorting_twice_turns_the_order_round() {
    let once = GridView::default().sorted_by(SortKey::Model);
    assert!(!once.sort.descending);
    assert!(once.sorted_by(SortKey::Model).sort.descending);
}

#[test]
fn show_selected_only_pauses_the_filter_and_keeps_it() {
    let view = GridView::parse("q=lab&status=ACTIVE&sort=model&page=4").view;
    let selected = view.only_selected();
    assert_eq!(
        selected.to_query(),
        "status=ACTIVE&sort=model&view=selected"
    );
    assert_eq!(selected.with_all().to_query(), "status=ACTIVE&sort=model");
}

#[test]
fn no_rows_are_one_page() {
    assert_eq!(page_count(0, 50), 1);
    assert_eq!(page_count(50, 50), 1);
    assert_eq!(page_count(51, 50), 2);
}
