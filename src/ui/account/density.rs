//! How dense the rows are: a matter of the reader's eyes, so it stays in the browser.

use leptos::prelude::*;

use super::words;
use crate::ui::browser;

/// Where the browser keeps the density; `public/theme.js` reads it before the first
/// paint.
const KEY: &str = "sunset.density";

const DENSITIES: [(&str, &str); 3] = [
    ("compact", words::DENSITY_COMPACT),
    ("default", words::DENSITY_DEFAULT),
    ("comfortable", words::DENSITY_COMFORTABLE),
];

/// How high the rows are.
#[component]
pub fn Density() -> impl IntoView {
    let density = RwSignal::new(browser::local_get(KEY).unwrap_or_else(|| "default".to_owned()));
    let choose = move |word: &'static str| {
        browser::local_set(KEY, word);
        browser::set_root_data("density", Some(word));
        density.set(word.to_owned());
    };
    let choices = DENSITIES.map(|(word, text)| {
        view! {
            <label class="facet__choice">
                <input
                    type="radio"
                    name="density"
                    prop:checked=move || *density.read() == word
                    on:change=move |_| choose(word)
                />
                <span>{text}</span>
            </label>
        }
    });
    view! {
        <fieldset class="columns__density">
            <legend class="columns__legend">{words::DENSITY}</legend>
            {choices.collect_view()}
        </fieldset>
    }
}
