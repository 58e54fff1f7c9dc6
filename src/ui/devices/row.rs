//! A device as a row of the grid.

use leptos::ev;
use leptos::prelude::*;

use crate::domain::device::{Device, DeviceId};
use crate::domain::org_unit;
use crate::domain::time::Timestamp;
use crate::domain::visible::shown;
use crate::ui::browser;
use crate::ui::components::{Badge, Tone};
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
pub fn DeviceRow(device: Device, on_tick: Callback<Tick>) -> impl IntoView {
    let Device {
        id,
        directory,
        read_at,
        in_job,
        ..
    } = device;
    let it = directory;
    let href = format!("/devices/{}", it.device_id);
    let text = |name: &str, value: String| {
        let class = format!("grid__cell grid__cell--{name}");
        let value = shown(&value);
        let title = value.clone();
        view! { <td class=class title=title>{value}</td> }
    };
    let day = |at: Timestamp| at.date().to_string();
    let last_sync = match it.last_sync {
        Some(at) => view! {
            <time datetime=at.to_string() title=format!("{} UTC", at.to_minute())>{day(at)}</time>
        }
        .into_any(),
        None => view! { <span class="grid__none">"Never"</span> }.into_any(),
    };

    // The end of a path says most: when it is too long, what is above gives way.
    let path = shown(&it.org_unit);
    let (above, name) = path.split_at(path.len() - org_unit::name(&path).len());
    let (above, name) = (above.to_owned(), name.to_owned());

    let device_name = shown(it.name());

    view! {
        <tr class="grid__row">
            <td class="grid__tick">
                <RowCheckbox id name=device_name.clone() on_tick />
            </td>
            <th scope="row" class="grid__cell grid__cell--serial">
                <a class="mono" href=href>
                    {device_name}
                </a>
            </th>
            {text("asset_id", it.asset_id)}
            <td class="grid__cell grid__cell--status">
                <Badge tone=Tone::from(&it.status) label=shown(it.status.label()) />
                {in_job
                    .map(|number| {
                        view! { <span class="grid__job">{format!("In job #{number}")}</span> }
                    })}
            </td>
            <td class="grid__cell grid__cell--org_unit" title=path>
                <span class="path">
                    <span class="path__above">{above}</span>
                    <span class="path__name">{name}</span>
                </span>
            </td>
            {text("model", it.model)}
            {text("user", it.user)}
            <td class="grid__cell grid__cell--last_sync">{last_sync}</td>
            <td class="grid__cell grid__cell--auto_update">
                {it.auto_update.map(|day| day.to_string())}
            </td>
            <td class="grid__cell grid__cell--read_at">
                <time datetime=read_at.to_string() title=format!("{} UTC", read_at.to_minute())>
                    {read_at.to_minute()}
                </time>
            </td>
        </tr>
    }
}

/// Ticks one device. The whole cell is its label.
#[component]
fn RowCheckbox(id: DeviceId, name: String, on_tick: Callback<Tick>) -> impl IntoView {
    let console = use_console();
    let selected = Memo::new(move |_| console.selection.read().contains(id));
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
        <label class="tick">
            <input
                type="checkbox"
                aria-label=format!("Select {name}")
                disabled=move || !console.hydrated.get()
                prop:checked=selected
                on:keydown=on_keydown
                on:click=on_click
            />
        </label>
    }
}
