//! Lists as people paste them.

use proptest::prelude::*;

use super::*;

/// Three devices: 1 has serial 5CD1 and asset id 5, 2 and 3 share the asset id 77.
fn known() -> Names {
    let names = [
        ("5cd1", 1, By::Serial),
        ("5", 1, By::AssetId),
        ("5cd2", 2, By::Serial),
        ("77", 2, By::AssetId),
        ("5cd3", 3, By::Serial),
        ("77", 3, By::AssetId),
        ("cart 9", 3, By::AssetId),
    ];
    let mut known = Names::new();
    for (name, id, by) in names {
        let devices = known.entry(name.to_owned()).or_default();
        devices.push((DeviceId(id), by));
    }
    known
}

fn paste(text: &str) -> Pasted {
    resolve(&entries(text).unwrap(), &known())
}

fn ids(pasted: &Pasted) -> Vec<u32> {
    pasted.matched.iter().map(|id| id.0).collect()
}

#[test]
fn entries_are_parted_by_anything_and_cleaned() {
    let pasted = paste("\u{feff}5cd1, “5CD2”;\t'5Cd\u{200b}3'\r\n\n");
    assert_eq!(ids(&pasted), [1, 2, 3]);
    assert_eq!(ids(&paste("5CD1 5CD2\u{a0}5CD3")), [1, 2, 3]);
}

#[test]
fn an_entry_for_several_devices_means_none() {
    let pasted = paste("77\n5CD1\n77");
    assert_eq!(ids(&pasted), [1]);
    assert_eq!(pasted.ambiguous, ["77"]);
    assert_eq!(pasted.duplicates, ["77"]);
}

#[test]
fn the_same_device_twice_is_a_duplicate() {
    let pasted = paste("5CD1\n5cd1\n5\nnope\nNOPE");
    assert_eq!(ids(&pasted), [1]);
    assert_eq!(pasted.duplicates, ["5cd1", "5", "NOPE"]);
    assert_eq!(pasted.not_found, ["nope"]);
}

#[test]
fn a_line_that_is_not_understood_adds_nothing() {
    let pasted = paste("Cart 5\nnotes about 5CD2");
    assert_eq!(ids(&pasted), [2]);
    assert_eq!(pasted.not_found, ["Cart", "5", "notes", "about"]);
    assert_eq!(ids(&paste("5CD2 5")), [2]);
    assert_eq!(ids(&paste("cart 9")), [3]);
    assert_eq!(paste("\"Cart 5\"").not_found, ["Cart 5"]);
}

#[test]
fn beside_a_serial_number_no_other_number_is_an_asset_id() {
    for text in [
        "5\t5CD2",
        "5\t5CD2\nx\t5CD3\tnote",
        "5  5CD2   77",
        "5\u{2003}5CD2",
        "5\u{3000}5CD2",
        "5\u{2028}5CD2",
        "5\u{b}5CD2",
        "5CD2;5",
        "Serial number\n5CD2, 5",
        "Serial number\n5CD2\n5",
        "5CD2, 5\n5 5",
    ] {
        assert!(!ids(&paste(text)).contains(&1), "{text:?}");
        assert!(paste(text).not_found.contains(&"5".to_owned()), "{text:?}");
    }
    // Nor beside something that nobody knows.
    assert_eq!(ids(&paste("5\t5CD999")), [] as [u32; 0]);
    // By itself, or among its like, it is one.
    assert_eq!(ids(&paste("5CD2\n5")), [1, 2]);
    assert_eq!(ids(&paste("5, cart 9")), [1, 3]);
}

#[test]
fn a_heading_is_no_entry() {
    assert_eq!(paste("Serial number\n5CD1").not_found, [] as [&str; 0]);
    assert_eq!(paste("Serial number").not_found, ["Serial", "number"]);
}

#[test]
fn a_list_that_cannot_be_read_is_refused_whole() {
    assert_eq!(entries(" \n;,\"\"\n"), Err(BadList::Empty));
    let long = "x ".repeat(MAX_ENTRIES + 1);
    let message = entries(&long).unwrap_err();
    assert_eq!(
        message.to_string(),
        "The list has 50,001 entries. The limit is 50,000."
    );
}

proptest! {
    #[test]
    fn whatever_is_pasted_only_its_own_names_are_matched(text in "[5cd1237 ,;\"\n\tx]{0,40}") {
        if let Ok(entries) = entries(&text) {
            let asked = names(&entries);
            for id in resolve(&entries, &known()).matched.iter() {
                let has = |name: &String| {
                    known().get(name).is_some_and(|it| it.len() == 1 && it[0].0 == id)
                };
                prop_assert!(asked.iter().any(has));
            }
        }
    }
}
