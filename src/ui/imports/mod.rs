//! Import devices: a file is uploaded and checked, its effect is shown, and only then is it
//! taken.

mod checked;
mod choose;
mod follow;
mod import_page;
mod rows;
mod to_google;
mod words;
mod working;

pub use self::import_page::ImportPage;
