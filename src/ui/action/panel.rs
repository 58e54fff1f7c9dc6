//! What of the panel is shown, and how it moves.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::ACTIONS_BUTTON_ID;
use super::job_panel::JobPanel;
use super::review_panel::ReviewPanel;
use crate::domain::job::JobId;
use crate::domain::panel::{Panel, Step};
use crate::ui::browser;
use crate::ui::components::HEADING_ID;
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// Where the panel can be.
const SCREEN: &str = "/devices";

/// Moves the panel. `Copy`, and as long-lived as the page.
#[derive(Clone, Copy)]
pub struct Moves {
    go: Callback<(Panel, bool)>,
}

impl Moves {
    /// As a link would: Back leads to where it was.
    pub fn push(self, panel: Panel) {
        self.go.run((panel, false));
    }

    /// In place of where it is.
    pub fn replace(self, panel: Panel) {
        self.go.run((panel, true));
    }
}

/// The panel, over the grid; nothing while it is closed, or before the page is alive.
#[component]
pub fn ActionPanel() -> impl IntoView {
    let console = use_console();
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let navigate = use_navigate();

    let go = Callback::new(move |(panel, replace): (Panel, bool)| {
        let on_screen = *path.read_untracked() == SCREEN;
        let query = if on_screen {
            search.get_untracked()
        } else {
            String::new()
        };
        let query = panel.write_to(&query);
        let mark = if query.is_empty() { "" } else { "?" };
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{SCREEN}{mark}{query}"), options);
    });
    let moves = Moves { go };

    let panel = memo(move || {
        if console.hydrated.get() && *path.read() == SCREEN {
            Panel::parse(&search.read())
        } else {
            Panel::Closed
        }
    });
    let plan = memo(move || match panel.get() {
        Panel::Step { action, plan, .. } => Some((action, plan)),
        _ => None,
    });
    let step = memo(move || match panel.get() {
        Panel::Step { step, .. } => step,
        _ => Step::Acknowledge,
    });
    let job = memo(move || match panel.get() {
        Panel::Job { action, job } => Some((action, job)),
        _ => None,
    });

    // Jobs whose panel was open in this page: Back must not lead into their review.
    let seen = StoredValue::new(Vec::<JobId>::new());
    Effect::new(move |before: Option<Panel>| {
        let now = panel.get();
        console.modal.set(matches!(now, Panel::Step { .. }));
        console.panel_speaks.set(matches!(now, Panel::Job { .. }));
        match &now {
            Panel::Job { job, .. } => seen.update_value(|seen| seen.push(job.clone())),
            Panel::Step { plan, .. } if seen.with_value(|seen| seen.contains(plan)) => {
                moves.replace(Panel::Closed);
            }
            Panel::Closed if before.as_ref().is_some_and(|it| *it != Panel::Closed) => {
                // Rows kept their places for a selection that the job has emptied since.
                let is_after_job = matches!(before, Some(Panel::Job { .. }));
                if is_after_job && console.selection.read_untracked().is_empty() {
                    console.rows_changed();
                }
                browser::focus_first_soon(&[ACTIONS_BUTTON_ID, HEADING_ID]);
            }
            _ => {}
        }
        now
    });

    view! {
        {move || plan
                .get()
                .map(|(action, plan)| view! { <ReviewPanel action plan step moves /> })}
        {move || job.get().map(|(action, job)| view! { <JobPanel action job moves /> })}
    }
}
