//! Single keys as shortcuts, and the help that lists them and switches them off: who
//! dictates, or hits keys by accident, must be able to (WCAG 2.1.4).

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::browser;
use super::components::Dialog;
use super::state::use_console;
use super::words;
use crate::domain::shortcut::{HELP, Shortcut};

/// Where the browser keeps that they are switched off.
const KEY: &str = "sunset.shortcuts";

/// The button that opens the help.
pub const SHORTCUTS_BUTTON_ID: &str = "keyboard-shortcuts";

/// The rows, for `j` and `k`.
pub const ROWS_ID: &str = "grid-rows";

/// The second of two keys counts for so long.
const PAUSE_MS: f64 = 1500.0;

/// Listens to single keys; a button opens the help.
#[component]
pub fn Keyboard() -> impl IntoView {
    let console = use_console();
    let open = RwSignal::new(false);
    let went = StoredValue::new(0.0);
    let navigate = use_navigate();

    Effect::new(move |_| {
        console
            .shortcuts
            .set(browser::local_get(KEY).as_deref() != Some("off"));
        let navigate = navigate.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            if !browser::is_plain_key(&event) {
                return;
            }
            // Menus and dialogs keep their own Escape, so this one is for what lies below.
            if event.key() == "Escape" {
                browser::click(":root:not(:has(.drawer)) #show-selected-only[data-active]");
            }
            if !console.shortcuts.get_untracked() {
                return;
            }
            let now = browser::now_ms();
            let after_go = now - went.get_value() < PAUSE_MS;
            went.set_value(0.0);
            let Some(shortcut) = Shortcut::of(&event.key(), after_go) else {
                return;
            };
            event.prevent_default();
            match shortcut {
                Shortcut::Go => went.set_value(now),
                Shortcut::GoToOverview => navigate("/overview", Default::default()),
                Shortcut::GoToDevices => navigate("/devices", Default::default()),
                Shortcut::GoToJobs => navigate("/jobs", Default::default()),
                Shortcut::Help => open.set(true),
                Shortcut::Search => {
                    browser::focus("quick-search");
                }
                Shortcut::NextRow => browser::step_focus(ROWS_ID, "input", true),
                Shortcut::PreviousRow => browser::step_focus(ROWS_ID, "input", false),
                Shortcut::Actions => browser::click("#actions-button"),
                Shortcut::SelectedOnly => browser::click("#show-selected-only"),
                Shortcut::Refresh => browser::click("#refresh-cache"),
                Shortcut::NextPage => browser::click(&by_label(words::NEXT_PAGE)),
                Shortcut::PreviousPage => browser::click(&by_label(words::PREVIOUS_PAGE)),
            }
        });
        on_cleanup(move || handle.remove());
    });
    let switch = move |on: bool| {
        console.shortcuts.set(on);
        browser::local_set(KEY, if on { "on" } else { "off" });
    };

    view! {
        <button
            type="button"
            class="button button--icon"
            id=SHORTCUTS_BUTTON_ID
            aria-label=words::SHORTCUTS
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            "?"
        </button>
        <Dialog id="keyboard-help" title=words::SHORTCUTS open>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || console.shortcuts.get()
                    on:change=move |event| switch(event_target_checked(&event))
                />
                <span>
                    {words::SHORTCUTS_SWITCH}
                    <span class="choice__detail">{words::SHORTCUTS_HINT}</span>
                </span>
            </label>
            <dl class="keys">
                {HELP
                    .map(|(keys, what)| {
                        view! {
                            <div>
                                <dt>
                                    {keys
                                        .split(' ')
                                        .map(|key| view! { <kbd>{key}</kbd> })
                                        .collect_view()}
                                </dt>
                                <dd>{what}</dd>
                            </div>
                        }
                    })}
            </dl>
            <p class="hint">{words::SHORTCUTS_LIST}</p>
        </Dialog>
    }
}

/// Finds a link by the words that stand for it.
fn by_label(label: &str) -> String {
    ["[aria-label='", label, "']"].concat()
}
