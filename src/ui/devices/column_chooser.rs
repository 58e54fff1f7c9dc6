//! The columns: part of the address, so a link shows them.

use leptos::prelude::*;

use super::words;
use crate::domain::columns::{Columns, WIDTH_STEP};
use crate::domain::field::{Field, SHOWN};
use crate::domain::grid::GridView;
use crate::domain::query;
use crate::ui::browser;
use crate::ui::components::Disclosure;
use crate::ui::derived::{memo, once_ready};
use crate::ui::state::use_console;

/// The box to choose columns in, to put them in order and to size them.
#[component]
pub fn ColumnChooser(
    #[prop(into)] view: Signal<GridView>,
    /// A view to show instead.
    on_view: Callback<GridView>,
) -> impl IntoView {
    let console = use_console();
    let columns = memo(move || view.read().columns.clone());
    // Without a script the form is sent: what is chosen, and all else as it is.
    let kept = move || {
        let view = GridView {
            columns: Columns::default(),
            ..view.get()
        };
        query::pairs(&view.to_query()).collect::<Vec<_>>()
    };
    let change = Callback::new(move |columns: Columns| {
        let view = view.get_untracked();
        on_view.run(GridView { columns, ..view });
    });
    // Those that are shown in their order, and each other where it would come.
    let listed = move || {
        let all = |columns: Columns, field| columns.with(field, true);
        SHOWN.into_iter().fold(columns.get(), all).fields()
    };

    view! {
        <Disclosure label=words::COLUMNS at_end=true>
            <form method="get" action="/devices">
                <For each=kept key=|pair| pair.clone() let((name, value))>
                    <input type="hidden" name=name value=value />
                </For>
                // The one that is always there says that columns were chosen.
                <input type="hidden" name="cols" value="serial" />
                <fieldset>
                    <legend class="columns__legend">{words::COLUMNS}</legend>
                    <div class="columns__list">
                        <For each=listed key=|field| *field let(field)>
                            <Choice field columns change />
                        </For>
                    </div>
                </fieldset>
                <button type="submit" class="button filters__apply">
                    {words::APPLY_COLUMNS}
                </button>
            </form>
            <Show when=move || console.hydrated.get()>
                <button
                    type="button"
                    class="button columns__reset"
                    disabled=move || *columns.read() == Columns::default()
                    on:click=move |_| change.run(Columns::default())
                >
                    {words::RESET_COLUMNS}
                </button>
            </Show>
        </Disclosure>
    }
}

/// A column: whether it is shown, where, and how wide.
#[component]
fn Choice(field: Field, columns: Memo<Columns>, change: Callback<Columns>) -> impl IntoView {
    let console = use_console();
    let names = field.names();
    let shown = once_ready(move || columns.read().shows(field));
    let id = |what: &str| format!("column-{}-{what}", names.word);
    let button = move |what: &'static str,
                       text: &'static str,
                       label: String,
                       change_to: fn(&Columns, Field) -> Columns| {
        let own = id(what);
        let press = move |_| {
            change.run(change_to(&columns.read_untracked(), field));
            // The row may have moved, which takes the focus away.
            let own = id(what);
            browser::after(0, move || {
                browser::focus(&own);
            });
        };
        view! {
            <button type="button" class="button button--quiet button--icon" id=own aria-label=label on:click=press>
                {text}
            </button>
        }
    };

    let has_tools = once_ready(move || console.hydrated.get() && shown.get());
    let tools = move || {
        view! {
            <span class="columns__tools">
                {button("up", "↑", words::move_left(names.term), |it, field| it.moved(field, -1))}
                {button("down", "↓", words::move_right(names.term), |it, field| it.moved(field, 1))}
                {button("narrow", "−", words::make_narrower(names.term), |it, field| sized(it, field, false))}
                {button("widen", "+", words::make_wider(names.term), |it, field| sized(it, field, true))}
            </span>
        }
    };

    view! {
        <div class="columns__choice">
            <label class="facet__choice">
                <input
                    type="checkbox"
                    name="cols"
                    value=names.word
                    checked=shown.get_untracked()
                    prop:checked=shown
                    on:change=move |event| {
                        change.run(columns.read_untracked().with(field, event_target_checked(&event)));
                    }
                />
                <span>{names.term}</span>
            </label>
            {move || has_tools.get().then(tools)}
        </div>
    }
}

/// A step wider or narrower than the column is now.
fn sized(columns: &Columns, field: Field, wider: bool) -> Columns {
    const UNMEASURED: u16 = 220;
    let column = columns.shown().iter().find(|column| column.field == field);
    let usual = match field.names().width {
        0 => UNMEASURED,
        width => width,
    };
    let width = column.and_then(|column| column.width).unwrap_or(usual);
    let width = if wider {
        width.saturating_add(WIDTH_STEP)
    } else {
        width.saturating_sub(WIDTH_STEP)
    };
    columns.sized(field, width)
}
