//! What several screens use.

pub mod page_heading;
pub mod snackbar;
pub mod theme_switch;

pub use page_heading::PageHeading;
