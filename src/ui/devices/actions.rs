//! The Actions menu.

use leptos::prelude::*;
use leptos::{ev, html};

use super::action_items::FIRST_ITEM_ID;
use super::words;
use crate::ui::action::ACTIONS_BUTTON_ID;
use crate::ui::browser::{self, AtEnd};
use crate::ui::derived::memo;
use crate::ui::lazy::{LazyState, LazyView, lazy};
use crate::ui::state::use_console;

/// The menu, for the button that opens it.
const MENU_ID: &str = "actions-menu";

/// What the arrow keys move between.
const ITEM: &str = "[role=menuitem]";

/// The menu of what can be done with the selected devices.
#[component]
pub fn ActionsMenu() -> impl IntoView {
    let console = use_console();
    let selected = memo(move || console.selection.read().len());
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();

    let show = move || {
        open.set(true);
        browser::focus_soon(FIRST_ITEM_ID);
    };
    let close = Callback::new(move |()| {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    let on_button_key = move |event: ev::KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            show();
        }
    };
    let on_menu_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close.run(());
        }
        "Tab" => open.set(false),
        // From the menu's empty space the arrow leads to its first item.
        key if !browser::move_focus(&event, ITEM, AtEnd::Wrap) && key == "ArrowDown" => {
            browser::step_focus(MENU_ID, ITEM, true);
        }
        _ => {}
    };
    let menu = NodeRef::<html::Div>::new();
    // The effect keeps the listener, and drops it with the menu.
    Effect::new(move |_| {
        let menu = menu.get()?;
        let is_open = move || open.try_get_untracked() == Some(true);
        let hide = move || {
            open.try_set(false);
        };
        browser::close_from_outside(&menu, is_open, hide)
    });

    view! {
        <div class="menu" node_ref=menu>
            <button
                type="button"
                class="button button--primary"
                id=ACTIONS_BUTTON_ID
                node_ref=button
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-controls=MENU_ID
                disabled=move || console.lazy.get() != LazyState::Loaded
                aria-disabled=move || (console.lazy.get() == LazyState::Missing).then_some("true")
                on:click=move |_| if open.get_untracked() { close.run(()) } else { show() }
                on:keydown=on_button_key
            >
                {move || match selected.get() {
                    0 => words::ACTIONS.to_owned(),
                    count => words::actions(count),
                }}
            </button>
            <div
                class="menu__list"
                id=MENU_ID
                role="menu"
                // Pressing its empty space focuses it: Escape is still heard there.
                tabindex="-1"
                aria-labelledby=ACTIONS_BUTTON_ID
                hidden=move || !open.get()
                on:keydown=on_menu_key
            >
                <Show when=move || console.hydrated.get()>
                    {lazy(LazyView::ActionItems(open, close))}
                </Show>
            </div>
        </div>
    }
}
