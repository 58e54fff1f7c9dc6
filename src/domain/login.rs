//! The name by which an operator signs in.

use std::fmt;
use std::str::FromStr;

/// Names that stand for something else in what is on record.
const RESERVED: [&str; 4] = ["before sign-in", "local", "schedule", "sunset"];

/// The most characters.
const MOST: usize = 64;

/// A login in lower case: a short name or an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Login {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let login = text.trim().to_ascii_lowercase();
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".-_+@".contains(c);
        if login.is_empty() || MOST < login.len() || !login.chars().all(is_allowed) {
            return Err(format!(
                "a login has 1 to {MOST} letters a–z, digits, or . - _ + @"
            ));
        }
        if RESERVED.contains(&&*login) {
            return Err(format!("{login} stands for Sunset itself, choose another"));
        }
        Ok(Self(login))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_same_in_any_case() {
        for text in ["Ada@School.example", " ada@school.example "] {
            assert_eq!(
                text.parse::<Login>().unwrap().as_str(),
                "ada@school.example"
            );
        }
    }

    #[test]
    fn what_cannot_be_told_from_other_logins_is_none() {
        let long = "a".repeat(65);
        for text in ["", "  ", "a b", "a\nb", "аda", "local", "Schedule", &long] {
            assert!(text.parse::<Login>().is_err(), "{text}");
        }
    }
}
