//! The columns: part of the address, so a link shows them.

use leptos::prelude::*;

use crate::domain::columns::{COLUMNS, Columns};
use crate::domain::grid::GridView;
use crate::domain::query;
use crate::ui::components::Disclosure;
use crate::ui::later::{Piece, later};
use crate::ui::state::use_console;

/// The box to choose columns in, and density.
#[component]
pub fn ColumnChooser(
    #[prop(into)] view: Signal<GridView>,
    /// A view to show instead.
    on_view: Callback<GridView>,
) -> impl IntoView {
    let console = use_console();
    // Without a script the form is sent: what is ticked, and all else as it is.
    let kept = move || {
        let view = GridView {
            columns: Columns::default(),
            ..view.get()
        };
        query::pairs(&view.to_query()).collect::<Vec<_>>()
    };
    let toggle = move |word: &'static str, shown: bool| {
        let view = view.get_untracked();
        on_view.run(GridView {
            columns: view.columns.with(word, shown),
            ..view
        });
    };
    let choices = COLUMNS.map(|(word, heading)| {
        let shown = Memo::new(move |_| view.read().columns.shows(word));
        view! {
            <label class="facet__choice">
                <input
                    type="checkbox"
                    name="cols"
                    value=word
                    checked=shown.get_untracked()
                    prop:checked=shown
                    on:change=move |event| toggle(word, event_target_checked(&event))
                />
                <span>{heading}</span>
            </label>
        }
    });

    view! {
        <Disclosure label="Columns" at_end=true>
            <form method="get" action="/devices">
                <For each=kept key=|pair| pair.clone() let((name, value))>
                    <input type="hidden" name=name value=value />
                </For>
                // The one that is always there says that columns were chosen.
                <input type="hidden" name="cols" value="serial" />
                <fieldset>
                    <legend class="columns__legend">"Columns"</legend>
                    {choices.collect_view()}
                </fieldset>
                <button type="submit" class="button filters__apply">
                    "Apply columns"
                </button>
            </form>
            <Show when=move || console.hydrated.get()>
                {later(Piece::Density)}
            </Show>
        </Disclosure>
    }
}
