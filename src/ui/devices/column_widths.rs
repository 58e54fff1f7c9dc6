//! The widths of the columns: set as the address has them, and changed with the mouse.
//! With the keyboard they are changed in the box of columns.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::cell::class;
use crate::domain::columns::fit;
use crate::domain::field::{Field, SHOWN};
use crate::domain::grid::GridView;
use crate::ui::browser;
use crate::ui::derived::memo;

/// Sizes the columns of the table that it stands in.
#[component]
pub fn ColumnWidths(view: Signal<GridView>) -> impl IntoView {
    let columns = memo(move || view.read().columns.clone());
    Effect::new(move |_| {
        let columns = columns.read();
        let widths = columns.shown().iter();
        let widths: Vec<_> = widths
            .filter_map(|column| Some((class(column.field), column.width?)))
            .collect();
        browser::set_column_widths(widths);
    });
    let navigate = use_navigate();
    let on_drag = move |name: String, width: u16| {
        if let Some((field, view)) = named(&name).zip(view.try_get_untracked()) {
            let columns = view.columns.sized(field, width);
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            };
            navigate(&GridView { columns, ..view }.href(), options);
        }
    };
    // The effect keeps the listeners, and drops them with the table.
    Effect::new(move |_| browser::on_column_drag(fits, on_drag.clone()));
}

/// The field of the column whose cells have this class.
fn named(name: &str) -> Option<Field> {
    SHOWN.into_iter().find(|field| class(*field) == name)
}

fn fits(name: &str, width: u16) -> u16 {
    named(name).map_or(width, |field| fit(field, width))
}
