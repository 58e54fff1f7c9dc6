//! Query strings, read without ever dropping a part of them.

/// Parts `a=1&b=x%20y` into names and decoded values.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// Puts names and values together, encoded, without a leading `?`.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        out.append_pair(name, &value);
    }
    out.finish()
}

/// A parameter that could not be used, and why, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}={value}: {why}")]
pub struct BadParameter {
    pub name: String,
    pub value: String,
    pub why: String,
}

impl BadParameter {
    pub fn new(name: &str, value: &str, why: impl Into<String>) -> Self {
        let mut shown: String = value.chars().take(80).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self {
            name: name.to_owned(),
            value: shown,
            why: why.into(),
        }
    }
}
