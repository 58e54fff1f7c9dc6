//! The items of the Actions menu. One that cannot be used stays in its place and
//! says why.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::export::SELECTION_FORM_ID;
use super::facts::{Facts, use_facts};
use super::words;
use crate::api::devices::{eligible_devices, known_devices, selected_serials};
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::paste::MAX_ENTRIES;
use crate::domain::plan::EligibilityCount;
use crate::domain::selection::Selection;
use crate::ui::action::{OpenAction, use_open_action};
use crate::ui::browser;
use crate::ui::derived::{computed, memo};
use crate::ui::state::use_console;

/// The item that has the focus when the menu opens.
pub const FIRST_ITEM_ID: &str = "actions-first";

/// The actions in the order of the menu: what is lost by the last is not brought back.
const IN_MENU: [ActionKind; 6] = [
    ActionKind::Move,
    ActionKind::UpdateFields,
    ActionKind::Disable,
    ActionKind::Reenable,
    ActionKind::ClearProfiles,
    ActionKind::Deprovision,
];

/// The items, while the menu is open. What they say of the selection is asked for
/// before, so that it is there when the menu opens.
#[component]
pub fn ActionItems(
    #[prop(into)] open: Signal<bool>,
    /// Closes the menu.
    on_done: Callback<()>,
) -> impl IntoView {
    let facts = use_facts();
    let action = use_open_action();
    view! {
        <Show when=move || open.get()>
            <ExportItem id=FIRST_ITEM_ID on_done />
            <CopySerialsItem on_done />
            <RemoveIneligibleItem facts on_done />
            <div class="menu__separator" role="separator"></div>
            {IN_MENU
                .map(|kind| view! { <ActionItem action=kind facts open=action on_done /> })
                .collect_view()}
            <RemoveGoneItem facts on_done />
        </Show>
    }
}

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
fn ExportItem(id: &'static str, on_done: Callback<()>) -> impl IntoView {
    let console = use_console();
    let none = memo(move || console.selection.read().is_empty());
    view! {
        <Item
            id
            label=words::EXPORT_SELECTED.to_owned()
            note=computed(move || none.get().then(|| words::NOTHING_SELECTED.to_owned()))
            disabled=none
            on_choose=Callback::new(move |()| {
                browser::submit(SELECTION_FORM_ID);
                on_done.run(());
            })
        />
    }
}

/// Keeps of the selection what the server answers, and says how many it removed.
fn remover<F>(on_done: Callback<()>, keep: fn(Selection) -> F) -> Callback<()>
where
    F: Future<Output = Result<Selection, ApiError>> + 'static,
{
    let console = use_console();
    Callback::new(move |()| {
        on_done.run(());
        spawn_local(async move {
            let Some(selection) = console.selection.try_get_untracked() else {
                return;
            };
            match keep(selection.clone()).await {
                Ok(kept) => {
                    let mut removed = selection;
                    removed.remove_all(&kept);
                    console.select(words::HOW_CLEARED, |it| it.remove_all(&removed));
                    let text = words::removed_from_selection(removed.len());
                    console.snackbar.say(text);
                }
                Err(error) => console.snackbar.say(error.to_string()),
            }
        });
    })
}

/// Takes devices out of the selection that the inventory no longer has. There only
/// when there are any.
#[component]
fn RemoveGoneItem(
    #[prop(into)] facts: Signal<Option<Facts>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let gone = memo(move || facts.read().as_ref().map_or(0, Facts::gone));
    let remove = remover(on_done, known_devices);
    view! {
        <Show when=move || gone.get() != 0>
            <Item
                id="actions-remove-gone"
                label=computed(move || words::remove_deleted(gone.get()))
                note=Signal::stored(None::<String>)
                disabled=false
                on_choose=remove
            />
        </Show>
    }
}

/// Copies the serial numbers of the selection, up to as many as a pasted list may
/// have.
#[component]
fn CopySerialsItem(on_done: Callback<()>) -> impl IntoView {
    let console = use_console();
    let why_not = memo(move || match console.selection.read().len() {
        0 => Some(words::NOTHING_SELECTED.to_owned()),
        count if (MAX_ENTRIES as u64) < count => Some(words::TOO_MANY_TO_COPY.to_owned()),
        _ => None,
    });
    let copy = Callback::new(move |()| {
        on_done.run(());
        spawn_local(async move {
            match selected_serials(console.selection.get_untracked()).await {
                Ok(serials) => browser::copy(&serials.join("\n"), move |done| {
                    console.snackbar.say(if done {
                        words::serials_copied(serials.len() as u64)
                    } else {
                        words::COPY_BLOCKED.to_owned()
                    });
                }),
                Err(error) => console.snackbar.say(error.to_string()),
            }
        });
    });
    view! {
        <Item
            id="actions-copy"
            label=words::COPY_SERIALS.to_owned()
            note=why_not
            disabled=computed(move || why_not.read().is_some())
            on_choose=copy
        />
    }
}

/// Those of the selection that can be deprovisioned.
async fn deprovisionable(selection: Selection) -> Result<Selection, ApiError> {
    eligible_devices(ActionKind::Deprovision, selection).await
}

/// Takes devices out of the selection that could not be deprovisioned. It always stands
/// there, as high as ever: nothing below it moves when the counts arrive.
#[component]
fn RemoveIneligibleItem(
    #[prop(into)] facts: Signal<Option<Facts>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let none = memo(move || console.selection.read().is_empty());
    let ineligible = memo(move || facts.read().as_ref().map(Facts::ineligible));
    let remove = remover(on_done, deprovisionable);
    view! {
        <Item
            id="actions-remove-ineligible"
            label=computed(move || match ineligible.get() {
                None | Some(0) => words::CLEAR_INELIGIBLE.to_owned(),
                Some(count) => words::clear_ineligible(count),
            })
            note=computed(move || {
                let note = match ineligible.get() {
                    _ if none.get() => words::NOTHING_SELECTED,
                    None => words::CHECKING,
                    Some(0) => words::ALL_ELIGIBLE,
                    Some(_) => words::CLEAR_INELIGIBLE_HINT,
                };
                Some(note.to_owned())
            })
            disabled=computed(move || ineligible.get().is_none_or(|count| count == 0))
            on_choose=remove
        />
    }
}

/// The id of an action's item.
fn item_id(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Deprovision => "actions-deprovision",
        ActionKind::Disable => "actions-disable",
        ActionKind::Reenable => "actions-reenable",
        ActionKind::Move => "actions-move",
        ActionKind::UpdateFields => "actions-update-fields",
        ActionKind::ClearProfiles => "actions-clear-profiles",
    }
}

/// Opens the panel of an action.
#[component]
fn ActionItem(
    action: ActionKind,
    #[prop(into)] facts: Signal<Option<Facts>>,
    open: OpenAction,
    on_done: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let selected = memo(move || console.selection.read().len());
    let count = computed(move || {
        facts
            .read()
            .as_ref()
            .and_then(|facts| facts.of(action).cloned())
    });
    let label = computed(move || match &*count.read() {
        _ if selected.get() == 0 => action.label().to_owned(),
        _ if facts.read().is_none() => words::action_checking(action, selected.get()),
        Some(it) => words::action_of(action, it.eligible, it.total),
        None => words::action(action, selected.get()),
    });
    let why_not = computed(move || match &*count.read() {
        _ if selected.get() == 0 => Some(words::NOTHING_SELECTED.to_owned()),
        _ if console.directory.read().is_some() => console
            .directory
            .get()
            .map(|outage| words::directory_down(&outage.why)),
        Some(it) if it.eligible == 0 => {
            let why = it.left_out_text().unwrap_or_default();
            Some(words::none_eligible(action, &why))
        }
        _ => None,
    });
    let note = computed(move || {
        why_not.get().or_else(|| match &*facts.read() {
            Some(Facts::NotKnown(error)) => Some(error.to_string()),
            _ => count
                .read()
                .as_ref()
                .and_then(EligibilityCount::left_out_text),
        })
    });
    view! {
        <Item
            id=item_id(action)
            label
            note
            disabled=computed(move || why_not.read().is_some() || open.pending.get())
            danger=action.is_final()
            on_choose=Callback::new(move |()| {
                on_done.run(());
                open.open.run(action);
            })
        />
    }
}
