//! The pages of the grid, and how long they are.

pub const FIRST_PAGE: &str = "First page";
pub const LAST_PAGE: &str = "Last page";
pub const GO_TO_PAGE: &str = "Go to page";
pub const GO_TO_PAGE_HINT: &str = "Page";
pub const GO: &str = "Go";
pub const PAGE_SIZES: &str = "Rows per page";
pub const PAGE_SIZES_LABEL: &str = "Rows";

pub fn page(number: u32) -> String {
    format!("Page {number}")
}

pub fn page_size(rows: u32) -> String {
    format!("{rows} rows per page")
}
