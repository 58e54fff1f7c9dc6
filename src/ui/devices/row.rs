//! A device as a row of the grid.
//!
//! A row belongs to a device as long as it is on the page: when the device changes, its
//! cells do, and the focus and the checkbox stay where they are.

use leptos::ev;
use leptos::prelude::*;

use super::cell::cell;
use super::words;
use crate::domain::device::{Device, DeviceId};
use crate::domain::field::Field;
use crate::domain::visible::shown;
use crate::ui::browser;
use crate::ui::derived::derived;
use crate::ui::state::use_console;

/// A row was ticked or unticked.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    pub id: DeviceId,
    pub selected: bool,
    /// With Shift: everything since the last one.
    pub range: bool,
}

/// A device as a row: what it is called, how it stands, where it belongs.
#[component]
pub fn DeviceRow(
    id: DeviceId,
    device: Signal<Option<Device>>,
    /// The columns after the serial number.
    fields: StoredValue<Vec<Field>>,
    on_tick: Callback<Tick>,
) -> impl IntoView {
    let cells = move || {
        let device = device.read();
        let cells = device.iter().flat_map(|device| {
            fields.with_value(|fields| {
                let cells = fields.iter().map(|field| cell(*field, device).into_any());
                cells.collect::<Vec<_>>()
            })
        });
        cells.collect::<Vec<_>>()
    };
    let of_device = move |text: fn(&Device) -> String| device.read().as_ref().map(text);
    let name = move || of_device(|device| shown(device.directory.name())).unwrap_or_default();
    let href = move || of_device(|device| format!("/devices/{}", device.directory.device_id));

    view! {
        <tr class="grid__row">
            <td class="grid__tick">
                <RowCheckbox id name on_tick />
            </td>
            <th scope="row" class="col-serial">
                <a href=href>
                    {name}
                </a>
            </th>
            {cells}
        </tr>
    }
}

/// Ticks one device. The whole cell is its label.
#[component]
fn RowCheckbox(
    id: DeviceId,
    name: impl Fn() -> String + Send + Sync + 'static,
    on_tick: Callback<Tick>,
) -> impl IntoView {
    let console = use_console();
    let selected = derived(move || console.selection.read().contains(id));
    // A click that Space makes does not say whether Shift was held.
    let shift_space = StoredValue::new(false);
    let on_keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        " " => shift_space.set_value(event.shift_key()),
        "x" | "X" if console.shortcuts.get_untracked() && browser::is_plain_key(&event) => {
            on_tick.run(Tick {
                id,
                selected: !selected.get_untracked(),
                range: event.shift_key(),
            });
        }
        _ => {}
    };
    let on_click = move |event: ev::MouseEvent| {
        let by_key = event.detail() == 0 && shift_space.get_value();
        shift_space.set_value(false);
        on_tick.run(Tick {
            id,
            selected: !selected.get_untracked(),
            range: event.shift_key() || by_key,
        });
    };

    view! {
        <label>
            <input
                type="checkbox"
                aria-label=move || words::select(&name())
                disabled=move || !console.hydrated.get()
                prop:checked=selected
                on:keydown=on_keydown
                on:click=on_click
            />
        </label>
    }
}
