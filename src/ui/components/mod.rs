//! What several screens use.

mod badge;
mod link_state;
mod page_heading;
pub mod snackbar;
mod theme_switch;

pub use badge::{Badge, Tone};
pub use link_state::LinkState;
pub use page_heading::{HEADING_ID, PageHeading};
pub use snackbar::SnackbarRegion;
pub use theme_switch::ThemeSwitch;
