//! The texts of the account menu.

pub use crate::ui::words::SHORTCUTS;

pub const TITLE: &str = "Account";

// Theme.
pub const THEME: &str = "Theme";
pub const THEME_SYSTEM: &str = "System";
pub const THEME_LIGHT: &str = "Light";
pub const THEME_DARK: &str = "Dark";

// Time zone.
pub const ZONE: &str = "Time zone";
pub const ZONE_UTC: &str = "UTC";

pub fn browser_zone(name: &str) -> String {
    format!("Browser ({name})")
}

// Density of rows.
pub const DENSITY: &str = "Density";
pub const DENSITY_COMPACT: &str = "Compact";
pub const DENSITY_DEFAULT: &str = "Default";
pub const DENSITY_COMFORTABLE: &str = "Comfortable";

// The navigation.
pub const NAVIGATION: &str = "Navigation with words";
pub const NAVIGATION_COLLAPSE: &str = "Collapse navigation";
pub const NAVIGATION_EXPAND: &str = "Expand navigation";
