//! A view of the grid that an operator keeps under a name.

use serde::{Deserialize, Serialize};

use super::grid::GridView;

/// The longest name, in characters.
pub const MAX_NAME: usize = 60;

/// The most views of one operator.
pub const MAX_VIEWS: usize = 50;

/// A name, and the query string it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub name: String,
    pub query: String,
}

impl SavedView {
    /// A view as it is kept: from its first page, and of the whole list, as a
    /// selection is the tab's and not the view's.
    ///
    /// # Errors
    /// Why it cannot be kept, in words for the operator.
    pub fn new(name: &str, query: &str) -> Result<Self, String> {
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || MAX_NAME < length || name.chars().any(char::is_control) {
            return Err(format!("Enter a name of 1 to {MAX_NAME} characters."));
        }
        let parsed = GridView::parse(query);
        if !parsed.bad.is_empty() {
            return Err("This link has a filter we can't read. Remove it first.".to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            query: parsed.view.with_all().to_query(),
        })
    }

    pub fn href(&self) -> String {
        GridView::parse(&self.query).view.href()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_kept_from_its_first_page_and_without_what_is_not_its_own() {
        let query =
            "status=ACTIVE&sort=-model&cols=serial+model&page=4&view=selected&panel=x&utm=1";
        let view = SavedView::new("  Active by model ", query).unwrap();
        assert_eq!(view.name, "Active by model");
        assert_eq!(view.query, "status=ACTIVE&sort=-model&cols=serial+model");
        assert_eq!(
            view.href(),
            "/devices?status=ACTIVE&sort=-model&cols=serial+model"
        );
    }

    #[test]
    fn a_view_that_cannot_be_understood_is_not_kept() {
        assert!(SavedView::new("x", "ou=nope").is_err());
        assert!(SavedView::new(" ", "").is_err());
        assert!(SavedView::new(&"x".repeat(61), "").is_err());
        assert!(SavedView::new("a\u{0}b", "").is_err());
    }
}
