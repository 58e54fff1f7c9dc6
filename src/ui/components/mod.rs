//! What several screens use.

mod badge;
mod close_picture;
mod copy_button;
mod dialog;
mod disclosure;
mod field_error;
mod job_counts;
mod link_state;
mod load_error;
mod local_time;
mod no_devices;
mod page_heading;
mod page_link;
mod pages;
pub mod snackbar;
mod snackbar_content;
mod table;
mod words;

pub use badge::{Badge, Tone, badge};
pub use close_picture::ClosePicture;
pub use copy_button::{CopyButton, Lines};
pub use dialog::Dialog;
pub use disclosure::Disclosure;
pub use field_error::FieldError;
pub use job_counts::JobCounts;
pub use link_state::LinkState;
pub use load_error::LoadError;
pub use local_time::{LocalTime, Precision, local_time};
pub use no_devices::NoDevices;
pub use page_heading::{HEADING_ID, PageHeading};
pub use page_link::page_link;
pub use pages::Pages;
pub use snackbar::SnackbarRegion;
pub use snackbar_content::SnackbarContent;
pub use table::Table;
