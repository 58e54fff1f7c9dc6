//! The grid: a plain table whose rows can be ticked.

use leptos::ev;
use leptos::prelude::*;

use super::REGION_ID;
use super::column_heading::ColumnHeading;
use super::footer::FOOTER_ID;
use super::listing::Shown;
use super::page_checkbox::PageCheckbox;
use super::rows::Rows;
use super::ticks::Ticks;
use super::words;
use crate::domain::columns::Columns;
use crate::domain::device::Device;
use crate::domain::field::Field;
use crate::ui::browser;
use crate::ui::derived::derived;
use crate::ui::lazy::{LazyView, lazy};
use crate::ui::state::use_console;

/// The devices of a page.
#[component]
pub fn DeviceTable(shown: Shown, pending: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let ticks = Ticks::new(shown);
    let caption = move || {
        let view = shown.view.read();
        let total = shown.total.get().unwrap_or_default();
        words::caption(view.page, total, view.selected_only)
    };
    let skip = |event: ev::MouseEvent| {
        event.prevent_default();
        browser::focus(FOOTER_ID);
    };

    let has_long_serials = move || {
        /// What fits into the narrow column.
        const SHORT: usize = 12;
        let is_long = |row: &Device| SHORT < row.directory.name().chars().count();
        shown.rows(|rows| rows.iter().any(is_long))
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
                let columns = headings.clone();
                view! {
                    <table
                        class="grid"
                        data-serials=move || has_long_serials().then_some("long")
                        data-columns=move || is_chosen().then_some("chosen")
                        aria-busy=move || is_pending().to_string()
                        on:click=move |event| ticks.on_click(&event)
                        on:keydown=move |event| ticks.on_key(&event)
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
                        {move || shown.rows(|rows| Rows::new(rows, &columns, console))}
                    </table>
                    <Show when=move || console.hydrated.get()>
                        {lazy(LazyView::ColumnWidths(shown.view))}
                    </Show>
                }
            }}
        </div>
    }
}
