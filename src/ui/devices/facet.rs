//! A filter with many values: a box of checkboxes.

use leptos::prelude::*;

use super::disclosure::Disclosure;
use crate::domain::filter::fold;
use crate::ui::state::use_console;

/// From so many values on there is a field to narrow them down.
const MANY: usize = 12;

/// A value on offer: the word in the URL, and what the operator reads.
pub type Choice = (String, String);

/// A box of checkboxes, one for each value that the filter can have.
#[component]
pub fn Facet(
    label: &'static str,
    /// The parameter in the URL.
    name: &'static str,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    /// The values that the filter has, as the URL writes them.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    on_toggle: Callback<(&'static str, String, bool)>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let console = use_console();
    let narrow = RwSignal::new(String::new());
    let title = Signal::derive(move || match chosen.read().len() {
        0 => label.to_owned(),
        count => format!("{label} ({count})"),
    });
    // What the filter has is on offer even if the inventory no longer has it.
    let offered = Memo::new(move |_| {
        let mut all = choices.get();
        for value in chosen.get() {
            if all.iter().all(|(known, _)| *known != value) {
                all.push((value.clone(), value));
            }
        }
        all
    });
    let long = move || console.hydrated.get() && MANY < offered.read().len();

    view! {
        <Disclosure label=title>
            {children.map(|children| children())}
            <Show when=long>
                <input
                    type="text"
                    class="field facet__narrow"
                    aria-label=format!("Narrow down: {label}")
                    placeholder="Narrow down"
                    autocomplete="off"
                    prop:value=narrow
                    on:input:target=move |event| narrow.set(event.target().value())
                    on:keydown=|event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
            </Show>
            <fieldset class="facet__choices">
                <legend class="visually-hidden">{label}</legend>
                <For each=move || offered.get() key=|choice| choice.clone() let((value, text))>
                    <ChoiceBox name value text narrow chosen on_toggle />
                </For>
                <p class="hint" hidden=move || !offered.read().is_empty()>
                    "The inventory has none."
                </p>
            </fieldset>
        </Disclosure>
    }
}

/// The checkbox of one value, hidden while it does not fit what it is narrowed to.
#[component]
fn ChoiceBox(
    name: &'static str,
    value: String,
    text: String,
    #[prop(into)] narrow: Signal<String>,
    chosen: Signal<Vec<String>>,
    on_toggle: Callback<(&'static str, String, bool)>,
) -> impl IntoView {
    let own = value.clone();
    let checked = Memo::new(move |_| chosen.read().contains(&own));
    let sent = value.clone();
    let folded = fold(&text);
    view! {
        <label class="facet__choice" hidden=move || !folded.contains(&fold(&narrow.read()))>
            <input
                type="checkbox"
                name=name
                value=sent
                checked=checked.get_untracked()
                prop:checked=checked
                on:change:target=move |event| {
                    on_toggle.run((name, value.clone(), event.target().checked()));
                }
            />
            <span>{text}</span>
        </label>
    }
}
