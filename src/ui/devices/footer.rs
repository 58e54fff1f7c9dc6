//! The line below the grid: where it stands, what is selected, and the pages.

use leptos::prelude::*;

use super::listing::Shown;
use super::pager_links::{PageSizes, Pager};
use super::words;
use crate::domain::number::grouped;
use crate::domain::pager::range_text;
use crate::ui::browser;
use crate::ui::derived::{derived, memo};
use crate::ui::state::{Console, use_console};

/// The footer: "Skip table" leads here.
pub const FOOTER_ID: &str = "grid-footer";

/// The button that is there whatever else comes and goes.
const SELECTED_ONLY_ID: &str = "show-selected-only";

/// Counts, Show Selected Only, Clear selection, page size and pages.
#[component]
pub fn GridFooter(shown: Shown, on_selected_only: Callback<bool>) -> impl IntoView {
    let console = use_console();
    let selected = memo(move || console.selection.read().len());
    let elsewhere = derived(move || console.selection.read().count_outside(&shown.ids.read()));
    let some = memo(move || selected.get() != 0);
    let listed = derived(move || shown.total.get().is_some_and(|total| total != 0));

    view! {
        <div class="grid-footer">
            <section
                class="grid-footer__counts"
                id=FOOTER_ID
                tabindex="-1"
                aria-label=words::SELECTION
            >
                <p class="grid-footer__range" hidden=move || !listed.get()>
                    {move || {
                        range_text(&shown.view.read(), shown.total.get().unwrap_or_default())
                    }}
                </p>
                <p class="grid-footer__selected" role="status" aria-label=words::SELECTION>
                    {move || grouped(selected.get())}
                    {words::SELECTED}
                    <Show when=move || elsewhere.get() != 0>
                        ", "
                        {move || grouped(elsewhere.get())}
                        {words::NOT_IN_VIEW}
                    </Show>
                </p>
                <SelectedOnly shown some on_selected_only />
                <Show when=move || some.get()>
                    <button
                        type="button"
                        class="link-button"
                        on:click=move |_| {
                            browser::focus(SELECTED_ONLY_ID);
                            clear_selection(console);
                        }
                    >
                        {words::CLEAR_SELECTION}
                    </button>
                </Show>
            </section>
            <div class="grid-footer__pages" hidden=move || !listed.get()>
                <PageSizes view=shown.view />
                <Pager view=shown.view total=shown.total />
            </div>
        </div>
    }
}

/// Show Selected Only, or Show All while only the selected ones show.
#[component]
fn SelectedOnly(
    shown: Shown,
    /// Something is selected.
    #[prop(into)]
    some: Signal<bool>,
    on_selected_only: Callback<bool>,
) -> impl IntoView {
    const WHY_NOT_ID: &str = "show-selected-only-why-not";

    let console = use_console();
    let active = derived(move || shown.view.read().selected_only);
    let idle = derived(move || !some.get() && !active.get());
    view! {
        <button
            type="button"
            class="button button--small"
            id=SELECTED_ONLY_ID
            data-active=move || active.get().then_some("")
            disabled=move || !console.hydrated.get()
            aria-disabled=move || idle.get().then_some("true")
            aria-describedby=move || idle.get().then_some(WHY_NOT_ID)
            on:click=move |_| {
                if !idle.get_untracked() {
                    on_selected_only.run(!active.get_untracked());
                }
            }
        >
            {move || if active.get() { words::SHOW_ALL } else { words::SHOW_SELECTED_ONLY }}
        </button>
        <span class="visually-hidden" id=WHY_NOT_ID hidden=move || !idle.get()>
            {words::NOTHING_SELECTED}
        </span>
    }
}

/// Empties the selection, and offers it back for a while.
pub fn clear_selection(console: Console) {
    let before = console.selection.get_untracked();
    let provenance = console.provenance.get_value().text();
    console.select(words::HOW_CLEARED_ALL, |selection| {
        *selection = Default::default();
    });
    console.matched.set(None);
    console
        .snackbar
        .say_with(words::SELECTION_CLEARED, words::UNDO, move || {
            // What was ticked since stays ticked.
            console.select(&words::how_restored(&provenance), |selection| {
                selection.add_all(&before);
            });
        });
}
