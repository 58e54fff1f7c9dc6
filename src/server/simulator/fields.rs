//! The `fields` parameter: which parts of an answer are wanted.

use std::collections::BTreeMap;

use serde_json::Value;

/// A mask such as `nextPageToken,chromeosdevices(deviceId,status)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask(BTreeMap<String, Mask>);

impl Mask {
    /// `None` if it cannot be read.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mask = parse_list(&mut rest)?;
        rest.is_empty().then_some(mask)
    }

    /// What of a value is wanted. An empty mask wants all of it.
    pub fn apply(&self, value: Value) -> Value {
        if self.0.is_empty() || self.0.contains_key("*") {
            return value;
        }
        match value {
            Value::Object(fields) => fields
                .into_iter()
                .filter_map(|(name, value)| Some((name.clone(), self.0.get(&name)?.apply(value))))
                .collect(),
            Value::Array(values) => values.into_iter().map(|value| self.apply(value)).collect(),
            value => value,
        }
    }
}

fn parse_list(rest: &mut &str) -> Option<Mask> {
    let mut mask = Mask::default();
    loop {
        let end = rest.find([',', '(', ')', '/']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        *rest = after;
        let below = if let Some(after) = rest.strip_prefix('(') {
            *rest = after;
            let below = parse_list(rest)?;
            *rest = rest.strip_prefix(')')?;
            below
        } else if let Some(after) = rest.strip_prefix('/') {
            // `a/b,c` is `a(b),c`.
            let end = after.find([',', ')']).unwrap_or(after.len());
            let below = Mask::parse(&after[..end])?;
            *rest = &after[end..];
            below
        } else {
            Mask::default()
        };
        mask.0.entry(name.to_owned()).or_default().0.extend(below.0);
        match rest.strip_prefix(',') {
            Some(after) => *rest = after,
            None => return Some(mask),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_asked_for_is_answered() {
        let answer = json!({ "etag": 1, "next": 2, "rows": [{ "a": 1, "b": { "c": 2, "d": 3 } }] });
        let apply = |mask| Mask::parse(mask).unwrap().apply(answer.clone());
        assert_eq!(apply("next"), json!({ "next": 2 }));
        let rows = json!({ "next": 2, "rows": [{ "a": 1, "b": { "d": 3 } }] });
        assert_eq!(apply("next,rows(a,b/d)"), rows);
        assert_eq!(
            apply("rows/a,next"),
            json!({ "next": 2, "rows": [{ "a": 1 }] })
        );
        assert_eq!(apply("*"), answer);
        for bad in ["", "a(", "a)", ",a", "a(b", "a(b))"] {
            assert_eq!(Mask::parse(bad), None, "{bad}");
        }
    }
}
