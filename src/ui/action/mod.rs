//! The side panel that carries an action out on a selection, step by step.
//!
//! Whether it is open, and where it stands, is in the URL (`domain::panel`). The
//! shell shows it over the screen: it must stay alive while the screen is inert.

mod acknowledge;
mod check_again;
mod execute;
mod fields;
mod frame;
mod job_panel;
mod job_result;
mod note;
mod offline;
mod open;
mod org_unit;
mod panel;
mod progress;
mod reason;
mod recheck;
mod review_notes;
mod review_panel;
mod review_totals;
mod step_heading;
mod step_list;
mod wizard;
mod words;

pub use open::{OpenAction, use_open_action};
pub use panel::ActionPanel;
pub use progress::JobProgress;

/// The id of the button that opens the Actions menu: it gets the focus back.
pub const ACTIONS_BUTTON_ID: &str = "actions-button";
