//! The texts of the account menu, and of what asks to sign in again.

pub use crate::ui::entrance::words::{CODE, CODE_HINT, LOGIN, PASSWORD, SIGN_IN};
pub use crate::ui::words::{SHORTCUTS, SIGN_OUT};

pub const TITLE: &str = "Account";

// Who is signed in.
pub const SESSIONS_AND_PASSWORD: &str = "Sessions and password";
pub const OPERATORS: &str = "Operators";
pub const APPROVALS: &str = "Approvals";

// A session that has ended.
pub const ENDED: &str = "Sign in again";
pub const ENDED_WHY: &str = "Your session has ended, or this step needs your password and code once \
                             more. Nothing that you selected or typed is lost.";

// A session that is about to end.
pub const ENDING: &str = "You will be signed out soon";
pub const ENDING_UNUSED: &str = "Nothing was done here for almost 30 minutes. In less than two \
                                 minutes your session ends.";
pub const ENDING_LONGEST: &str = "A session lasts 10 hours. In less than two minutes yours ends. \
                                  Sign in again to go on without a break.";
pub const STAY: &str = "Stay signed in";

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
