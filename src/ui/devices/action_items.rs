//! The items of the Actions menu. One that cannot be used stays in its place and
//! says why.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::export::SELECTION_FORM_ID;
use super::facts::Facts;
use crate::api::devices::known_devices;
use crate::domain::number::{devices, grouped};
use crate::ui::browser;
use crate::ui::deprovision::use_open_deprovision;
use crate::ui::state::use_console;

const NOTHING_SELECTED: &str = "Select at least one device";

/// An item: a label, and a line that says more or why not.
#[component]
fn Item(
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] note: Signal<Option<String>>,
    #[prop(into)] disabled: Signal<bool>,
    #[prop(optional)] danger: bool,
    on_choose: Callback<()>,
) -> impl IntoView {
    let note_id = format!("{id}-note");
    let described = note_id.clone();
    view! {
        <button
            type="button"
            role="menuitem"
            class="menu__item"
            class:menu__item--danger=danger
            id=id
            tabindex="-1"
            aria-disabled=move || disabled.get().then_some("true")
            aria-describedby=move || note.read().is_some().then(|| described.clone())
            on:click=move |_| {
                if !disabled.get_untracked() {
                    on_choose.run(());
                }
            }
        >
            <span>{label}</span>
            <span class="menu__note" id=note_id hidden=move || note.read().is_none()>
                {note}
            </span>
        </button>
    }
}

/// Exports the selection as CSV.
#[component]
pub fn ExportItem(id: &'static str, on_done: Callback<()>) -> impl IntoView {
    let console = use_console();
    let none = Memo::new(move |_| console.selection.read().is_empty());
    view! {
        <Item
            id
            label="Export selected".to_owned()
            note=Signal::derive(move || none.get().then(|| NOTHING_SELECTED.to_owned()))
            disabled=none
            on_choose=Callback::new(move |()| {
                browser::submit(SELECTION_FORM_ID);
                on_done.run(());
            })
        />
    }
}

/// Takes devices out of the selection that the inventory no longer has. There only
/// when there are any.
#[component]
pub fn RemoveGoneItem(
    #[prop(into)] facts: Signal<Option<Facts>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let gone = Memo::new(move |_| facts.read().as_ref().map_or(0, Facts::gone));
    let remove = Callback::new(move |()| {
        on_done.run(());
        spawn_local(async move {
            let Some(selection) = console.selection.try_get_untracked() else {
                return;
            };
            match known_devices(selection.clone()).await {
                Ok(known) => {
                    let mut removed = selection;
                    removed.remove_all(&known);
                    console
                        .selection
                        .try_update(|selection| selection.remove_all(&removed));
                    let text = format!("{} removed from the selection.", devices(removed.len()));
                    console.snackbar.say(text);
                }
                Err(error) => console.snackbar.say(error.to_string()),
            }
        });
    });
    view! {
        <Show when=move || gone.get() != 0>
            <Item
                id="actions-remove-gone"
                label=Signal::derive(move || {
                    format!("Remove {} no longer in the inventory", devices(gone.get()))
                })
                note=Signal::stored(None::<String>)
                disabled=false
                on_choose=remove
            />
        </Show>
    }
}

/// Opens the deprovision panel.
#[component]
pub fn DeprovisionItem(
    #[prop(into)] facts: Signal<Option<Facts>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let selected = Memo::new(move |_| console.selection.read().len());
    let open = use_open_deprovision();
    let label = Signal::derive(move || match &*facts.read() {
        _ if selected.get() == 0 => "Deprovision…".to_owned(),
        None => format!("Deprovision… (counting {})", grouped(selected.get())),
        Some(Facts::Counted(it)) => {
            format!(
                "Deprovision… {} of {}",
                grouped(it.eligible),
                grouped(it.total)
            )
        }
        Some(_) => format!("Deprovision… {}", grouped(selected.get())),
    });
    let why_not = Signal::derive(move || match &*facts.read() {
        _ if selected.get() == 0 => Some(NOTHING_SELECTED.to_owned()),
        Some(Facts::Counted(it)) if it.eligible == 0 => {
            let total = grouped(it.total);
            let why = it.left_out_text().unwrap_or_default();
            Some(format!("None of the {total} selected is eligible. {why}"))
        }
        _ => None,
    });
    let note = Signal::derive(move || {
        why_not.get().or_else(|| match &*facts.read() {
            Some(Facts::Counted(it)) => it.left_out_text(),
            Some(Facts::NotKnown(error)) => Some(error.to_string()),
            _ => None,
        })
    });
    view! {
        <Item
            id="actions-deprovision"
            label
            note
            disabled=Signal::derive(move || why_not.read().is_some() || open.pending.get())
            danger=true
            on_choose=Callback::new(move |()| {
                on_done.run(());
                open.open.run(());
            })
        />
    }
}
