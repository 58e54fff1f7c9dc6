//! The time zone in which instants are shown.

use leptos::prelude::*;

use super::words;
use crate::ui::browser;

/// Where the browser keeps the choice; `public/time.js` reads it.
const KEY: &str = "sunset.zone";

/// Chooses the time zone: the browser's own, UTC, or any that the browser knows.
#[component]
pub fn ZoneChoice() -> impl IntoView {
    let zone = RwSignal::new(browser::local_get(KEY).unwrap_or_default());
    let own = words::browser_zone(&browser::time_zone());
    let others = browser::time_zones().into_iter().filter(|it| it != "UTC");
    let others: Vec<_> = others
        .map(|name| {
            let text = name.replace('_', " ");
            view! { <option value=name>{text}</option> }
        })
        .collect();
    let choose = move |choice: String| {
        if choice.is_empty() {
            browser::local_remove(KEY);
        } else {
            browser::local_set(KEY, &choice);
        }
        browser::set_root_data("zone", Some(&choice));
        zone.set(choice);
    };

    view! {
        <label class="labeled">
            {words::ZONE}
            <select
                class="field"
                prop:value=zone
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="">{own}</option>
                <option value="UTC">{words::ZONE_UTC}</option>
                {others}
            </select>
        </label>
    }
}
