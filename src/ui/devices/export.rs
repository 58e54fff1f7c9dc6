//! Export CSV: what the filter matches, what is on the page, or what is selected.

use leptos::html;
use leptos::prelude::*;

use super::words;
use crate::domain::filter::DeviceFilter;
use crate::domain::grid::ParsedView;
use crate::domain::query;
use crate::ui::components::Disclosure;
use crate::ui::derived::memo;
use crate::ui::state::use_console;

/// The form that sends the selection for export; buttons elsewhere submit it.
pub const SELECTION_FORM_ID: &str = "export-selection";

/// Offers the list as a file.
#[component]
pub fn ExportMenu(#[prop(into)] parsed: Signal<ParsedView>) -> impl IntoView {
    let console = use_console();
    let readable = memo(move || parsed.read().bad.is_empty());
    let href = move || export_href(&parsed.read().view.filter);
    let page_href = move || {
        format!(
            "/devices/export.csv?{}&scope=page",
            parsed.read().view.to_query()
        )
    };
    let selected = memo(move || console.selection.read().len());
    let none = move || selected.get() == 0;

    view! {
        <Disclosure label=words::EXPORT at_end=true>
            <ul class="choices">
                <li>
                    <Show
                        when=move || readable.get()
                        fallback=|| view! { <p class="hint">{words::EXPORT_UNREADABLE}</p> }
                    >
                        <a class="choices__item" href=href download="">
                            {words::EXPORT_MATCHING}
                        </a>
                        <a
                            class="choices__item"
                            href=page_href
                            download=""
                            hidden=move || parsed.read().view.selected_only
                        >
                            {words::EXPORT_PAGE}
                        </a>
                    </Show>
                </li>
                <li>
                    <button
                        type="submit"
                        form=SELECTION_FORM_ID
                        class="choices__item"
                        disabled=move || !console.hydrated.get()
                        aria-disabled=move || none().then_some("true")
                        on:click=move |event| {
                            if selected.get_untracked() == 0 {
                                event.prevent_default();
                            }
                        }
                    >
                        {move || match selected.get() {
                            0 => words::EXPORT_NONE_SELECTED.to_owned(),
                            count => words::export_selected(count),
                        }}
                    </button>
                </li>
            </ul>
        </Disclosure>
    }
}

/// Sends the selection for export. The answer is a download, so the page stays. The
/// selection is written into the form only as it is sent: it may be large.
#[component]
pub fn SelectionExport() -> impl IntoView {
    let console = use_console();
    let field = NodeRef::<html::Input>::new();
    let fill = move |_| {
        if let Some(field) = field.get_untracked() {
            field.set_value(&String::from(console.selection.get_untracked()));
        }
    };
    view! {
        <form id=SELECTION_FORM_ID method="post" action="/devices/export.csv" hidden on:submit=fill>
            <input type="hidden" name="selection" node_ref=field />
        </form>
    }
}

fn export_href(filter: &DeviceFilter) -> String {
    match query::encode(filter.to_pairs()) {
        query if query.is_empty() => "/devices/export.csv".to_owned(),
        query => format!("/devices/export.csv?{query}"),
    }
}
