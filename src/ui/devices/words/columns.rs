//! The box in which columns are chosen.

pub const COLUMNS: &str = "Columns";
pub const APPLY_COLUMNS: &str = "Apply columns";
pub const RESET_COLUMNS: &str = "Reset columns";

pub fn move_left(column: &str) -> String {
    format!("Move {column} left")
}

pub fn move_right(column: &str) -> String {
    format!("Move {column} right")
}

pub fn make_narrower(column: &str) -> String {
    format!("Make {column} narrower")
}

pub fn make_wider(column: &str) -> String {
    format!("Make {column} wider")
}
