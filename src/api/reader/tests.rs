//! What both readers of JSON read and refuse.

use std::fmt::Debug;

use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Number(i64);

#[derive(Debug, PartialEq, Deserialize)]
struct Thing {
    name: String,
    count: u32,
    change: Number,
    open: bool,
    note: Option<String>,
    kinds: Vec<Kind>,
    #[serde(default)]
    later: u32,
    pair: (u64, String),
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    Plain,
    One(u8),
    Two(u8, bool),
    Named { share: f64 },
}

fn both<T: DeserializeOwned + PartialEq + Debug>(json: &str) -> Option<T> {
    let strict = serde_json::from_str::<T>(json).ok();
    let ours = read(json.as_bytes()).ok();
    assert_eq!(ours, strict, "{json}");
    ours
}

#[test]
fn both_readers_read_the_same() {
    let thing = r#"{"name": "é", "count": 3, "change": -4, "open": true, "note": null,
        "kinds": ["Plain", {"One": 1}, {"Two": [2, false]}, {"Named": {"share": 0.5}}],
        "pair": [18446744073709551615, ""], "new": {"in": ["a", "later", "version"]}}"#;
    assert!(both::<Thing>(thing).is_some());
    let named = r#"{"pair": [0, ""], "name": "", "kinds": [], "later": 7, "open": false,
        "note": "n", "count": 0, "change": 0}"#;
    assert_eq!(both::<Thing>(named).map(|it| it.later), Some(7));
    let list = r#"["é", 3, -4, true, null, [], 5, [0, ""]]"#;
    assert!(both::<Thing>(list).is_some());
    assert!(both::<Result<(), Kind>>(r#"{"Ok": null}"#).is_some());
    assert!(both::<Result<(), Kind>>(r#"{"Err": "Plain"}"#).is_some());
}

#[test]
fn both_readers_refuse_the_same() {
    for json in ["300", "-1", "\"1\"", "null", "[1]", "{}", "1.5"] {
        assert_eq!(both::<u8>(json), None);
    }
    for json in ["1", "{}", "\"Other\"", "{\"One\": \"1\"}", "[]"] {
        assert_eq!(both::<Kind>(json), None);
    }
    assert_eq!(both::<Thing>("{\"name\": \"\"}"), None);
}
