//! The texts of Device Search.

mod actions;
mod columns;
mod filters;
mod grid;
mod pages;
mod paste;
mod tools;

pub use self::actions::*;
pub use self::columns::*;
pub use self::filters::*;
pub use self::grid::*;
pub use self::pages::*;
pub use self::paste::*;
pub use self::tools::*;
pub use crate::ui::words::{
    CHECKING, COPY_BLOCKED, COPY_SERIALS, DEVICE_SEARCH, DEVICES, DISMISS, HOW_INDIVIDUALLY,
    LAST_REFRESHED, LOADING, MODEL, NEXT_PAGE, NOT_REFRESHED, PAGES, PREVIOUS_PAGE, REFRESH_CACHE,
    STATUS, and_more, in_utc,
};
