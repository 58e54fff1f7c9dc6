//! The grid: a plain table whose rows can be ticked.

use leptos::ev;
use leptos::prelude::*;

use super::REGION_ID;
use super::column_heading::ColumnHeading;
use super::footer::FOOTER_ID;
use super::listing::Shown;
use super::page_checkbox::PageCheckbox;
use super::row::{DeviceRow, Tick};
use super::words;
use crate::domain::columns::Columns;
use crate::domain::field::Field;
use crate::domain::ticking::Anchor;
use crate::ui::browser::{self, AtEnd};
use crate::ui::derived::derived;
use crate::ui::keyboard::ROWS_ID;
use crate::ui::later::{Piece, later};
use crate::ui::state::use_console;

/// The devices of a page.
#[component]
pub fn DeviceTable(shown: Shown, pending: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let anchor = StoredValue::new(Anchor::default());
    let on_tick = Callback::new(move |tick: Tick| {
        let view = shown.view.read_untracked();
        let rows = if tick.range {
            anchor.with_value(|it| it.rows_to(&view, &shown.ids.read_untracked(), tick.id))
        } else {
            vec![tick.id]
        };
        console.select(words::HOW_INDIVIDUALLY, |selection| {
            rows.iter().for_each(|id| selection.set(*id, tick.selected));
        });
        anchor.update_value(|anchor| anchor.set(&view, tick.id));
    });
    let caption = move || {
        let view = shown.view.read();
        let total = shown.total.get().unwrap_or_default();
        words::caption(view.page, total, view.selected_only)
    };
    let skip = |event: ev::MouseEvent| {
        event.prevent_default();
        browser::focus(FOOTER_ID);
    };

    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "a" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            console.select(words::HOW_INDIVIDUALLY, |selection| {
                let ids = shown.ids.read_untracked();
                ids.iter().for_each(|id| selection.set(*id, true));
            });
        }
        browser::move_focus(&event, "input[type=checkbox]", AtEnd::Stay);
    };

    let has_long_serials = move || {
        /// What fits into the narrow column.
        const SHORT: usize = 12;
        shown.any(|row| SHORT < row.directory.name().chars().count())
    };

    // The table is made anew when other columns are shown, and only then.
    let fields = derived(move || shown.view.read().columns.fields());
    // Other columns than usual may need more room than there is.
    let is_chosen = move || shown.view.read().columns != Columns::default();

    // A page that is sent may outlive what it was waiting in by a moment.
    let is_pending = move || pending.try_get().unwrap_or_default();

    view! {
        <div class="grid-region" id=REGION_ID role="region" aria-label=words::LIST tabindex="0" on:scroll=move |_| shown.keep_place()>
            <div class="grid-bar" hidden=move || !is_pending()></div>
            {move || {
                let headings = fields.get();
                let fields = StoredValue::new(headings.clone());
                view! {
                    <table
                        class="grid"
                        data-serials=move || has_long_serials().then_some("long")
                        data-columns=move || is_chosen().then_some("chosen")
                        aria-busy=move || is_pending().to_string()
                    >
                        <caption class="visually-hidden">{caption}</caption>
                        <thead>
                            <tr>
                                <th scope="col" class="grid__tick">
                                    <PageCheckbox ids=shown.ids />
                                    <a href=format!("#{FOOTER_ID}") class="grid__skip" on:click=skip>
                                        {words::SKIP_TABLE}
                                    </a>
                                </th>
                                <ColumnHeading field=Field::Serial view=shown.view />
                                {headings
                                    .into_iter()
                                    .map(|field| view! { <ColumnHeading field view=shown.view /> })
                                    .collect_view()}
                            </tr>
                        </thead>
                        <tbody id=ROWS_ID on:keydown=on_key>
                            <For each=move || shown.ids.get() key=|id| *id let(id)>
                                <DeviceRow id device=shown.device(id) fields on_tick />
                            </For>
                        </tbody>
                    </table>
                    <Show when=move || console.hydrated.get()>
                        {later(Piece::ColumnWidths(shown.view))}
                    </Show>
                }
            }}
        </div>
    }
}
