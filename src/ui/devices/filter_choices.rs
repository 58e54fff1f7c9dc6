//! Choices of the filters that are no values of a column: how far an org unit reaches,
//! devices that never synced, devices in a job, extended updates.

use leptos::prelude::*;

use super::words;
use crate::domain::chrome_os::ExtendedState;
use crate::domain::filter::DeviceFilter;
use crate::domain::number::{devices, grouped};
use crate::ui::derived::memo;

/// Whether org units stand for those below them as well. Two radio buttons rather
/// than a checkbox: an unticked checkbox is not sent, and the default is "yes".
#[component]
pub fn Reach(filter: Memo<DeviceFilter>, on_filter: Callback<DeviceFilter>) -> impl IntoView {
    let only = memo(move || filter.read().org_units_only);
    let set = move |org_units_only: bool| {
        on_filter.run(DeviceFilter {
            org_units_only,
            ..filter.get_untracked()
        });
    };
    let option = move |value: &'static str, text: &'static str, means_only: bool| {
        view! {
            <label class="facet__choice">
                <input
                    type="radio"
                    name="ou_children"
                    value=value
                    checked=only.get_untracked() == means_only
                    prop:checked=move || only.get() == means_only
                    on:change=move |_| set(means_only)
                />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <fieldset class="facet__reach">
            <legend class="visually-hidden">{words::ORG_UNITS_REACH}</legend>
            {option("", words::ORG_UNITS_WITH_CHILDREN, false)}
            {option("no", words::ORG_UNITS_ONLY, true)}
        </fieldset>
    }
}

/// A part of the filter that is asked for or not.
#[component]
pub fn Flag(
    filter: Memo<DeviceFilter>,
    on_filter: Callback<DeviceFilter>,
    /// The parameter in the URL, and what it says.
    name: &'static str,
    value: &'static str,
    text: fn(&DeviceFilter) -> &'static str,
    /// The part, to be read and set.
    part: fn(&mut DeviceFilter) -> &mut bool,
    /// How many devices there are, once that is known.
    #[prop(into)]
    count: Signal<Option<u64>>,
) -> impl IntoView {
    let is_set = memo(move || *part(&mut filter.get()));
    let set = move |on: bool| {
        let mut changed = filter.get_untracked();
        *part(&mut changed) = on;
        on_filter.run(changed);
    };
    view! {
        <label class="facet__choice">
            <input
                type="checkbox"
                name=name
                value=value
                checked=is_set.get_untracked()
                prop:checked=is_set
                aria-description=move || count.get().map(devices)
                on:change:target=move |event| set(event.target().checked())
            />
            <span>{move || text(&filter.read())}</span>
            <span class="facet__count" aria-hidden="true">
                {move || count.get().map(grouped)}
            </span>
        </label>
    }
}

/// Extended updates: whether they are on, or could be.
#[component]
pub fn Extended(filter: Memo<DeviceFilter>, on_filter: Callback<DeviceFilter>) -> impl IntoView {
    let set = move |state: ExtendedState, on: bool| {
        let mut changed = filter.get_untracked();
        changed.extended.retain(|it| *it != state);
        if on {
            changed.extended.push(state);
        }
        on_filter.run(changed);
    };
    let choice = move |state: ExtendedState| {
        let is_set = memo(move || filter.read().extended.contains(&state));
        view! {
            <label class="facet__choice">
                <input
                    type="checkbox"
                    name="extended"
                    value=state.as_str()
                    checked=is_set.get_untracked()
                    prop:checked=is_set
                    on:change:target=move |event| set(state, event.target().checked())
                />
                <span>{state.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="facet__reach">
            <legend>{words::EXTENDED_UPDATES}</legend>
            {ExtendedState::ALL.iter().copied().map(choice).collect_view()}
        </fieldset>
    }
}

/// Asks for devices that never synced: by themselves, or besides those of the range.
pub fn never_synced_text(filter: &DeviceFilter) -> &'static str {
    match filter.last_sync.is_open() {
        true => words::NEVER_SYNCED,
        false => words::OR_NEVER_SYNCED,
    }
}
