//! A filter with many values: a box of checkboxes.

use leptos::prelude::*;

use super::words;
use crate::domain::facets::LISTED;
use crate::domain::number::{devices, grouped};
use crate::domain::query::BadParameter;
use crate::domain::visible::shown;
use crate::ui::browser::lower_case;
use crate::ui::components::Disclosure;
use crate::ui::derived::once_ready;

/// From so many values on there is a field to narrow them down.
const MANY: usize = 12;

/// A value on offer: the word in the URL, and what the operator reads.
pub type Choice = (String, String);

/// Puts a value of a parameter into the filter, or takes it out.
pub type OnToggle = Callback<(&'static str, String, bool), Result<(), BadParameter>>;

/// What is on offer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// The first of them, until somebody opens the box; then all.
    pub known: Vec<Choice>,
    /// How many devices have each of them.
    pub counts: Vec<u64>,
    pub total: usize,
    /// The server has answered.
    pub is_loaded: bool,
}

impl Choices {
    /// Each value with its devices.
    pub fn counted(&self) -> impl Iterator<Item = (&str, u64)> {
        let values = self.known.iter().map(|(value, _)| value.as_str());
        values.zip(self.counts.iter().copied())
    }

    fn count(&self, value: &str) -> Option<u64> {
        let at = self.known.iter().position(|(known, _)| known == value)?;
        self.counts.get(at).copied()
    }
}

/// A box of checkboxes, one for each value that the filter can have.
#[component]
pub fn Facet(
    label: &'static str,
    /// The parameter in the URL.
    name: &'static str,
    choices: Signal<Choices>,
    /// The values that the filter has, as the URL writes them.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    on_toggle: OnToggle,
    /// The box is open: all choices are wanted.
    on_open: Callback<()>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let narrow = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    let title = once_ready(move || match chosen.read().len() {
        0 => label.to_owned(),
        count => words::box_used(label, count),
    });
    let total = once_ready(move || choices.read().total);
    let at_once = once_ready(move || choices.read().known.len().min(LISTED));
    let listed = once_ready(move || listed(&choices.read().known, &chosen.read(), &narrow.read()));

    view! {
        <Disclosure label=title on_open>
            {children.as_ref().map(|children| children())}
            {move || (MANY < total.get()).then(|| view! { <Narrow label name narrow listed=at_once total /> })}
            <p class="field-error" role="alert" hidden=move || refusal.read().is_none()>
                {refusal}
            </p>
            <fieldset class="facet__choices">
                <legend class="visually-hidden">{label}</legend>
                <For
                    each=move || listed.get()
                    key=|choice| choice.clone()
                    let((value, text))
                >
                    <ChoiceBox name value text choices chosen on_toggle refusal />
                </For>
            </fieldset>
            <p class="hint" hidden=move || !listed.read().is_empty()>
                {move || if choices.read().is_loaded { words::NO_VALUES } else { words::LOADING }}
            </p>
        </Disclosure>
    }
}

/// What is chosen, whether the inventory still has it or not, then what fits.
fn listed(choices: &[Choice], chosen: &[String], narrow: &str) -> Vec<Choice> {
    let narrow = lower_case(narrow.trim());
    let text = |value: &String| {
        let known = choices.iter().find(|(known, _)| known == value);
        known.map_or_else(|| value.clone(), |(_, text)| text.clone())
    };
    let fits =
        |(value, text): &&Choice| lower_case(text).contains(&narrow) && !chosen.contains(value);
    // Few stay in their order, so that ticking one does not move it away.
    if choices.len() <= LISTED
        && chosen
            .iter()
            .all(|value| choices.iter().any(|it| it.0 == *value))
    {
        return choices
            .iter()
            .filter(|it| lower_case(&it.1).contains(&narrow))
            .cloned()
            .collect();
    }
    let first = chosen.iter().map(|value| (value.clone(), text(value)));
    first
        .chain(choices.iter().filter(fits).take(LISTED).cloned())
        .collect()
}

/// Narrows a long list down. Without a script what is typed is a value itself.
#[component]
fn Narrow(
    label: &'static str,
    name: &'static str,
    narrow: RwSignal<String>,
    /// How many values are listed at once, and how many there are.
    listed: Signal<usize>,
    #[prop(into)] total: Signal<usize>,
) -> impl IntoView {
    view! {
        <input
            type="text"
            class="field facet__narrow"
            name=name
            aria-label=words::narrow(label)
            placeholder=words::NARROW
            autocomplete="off"
            prop:value=narrow
            on:input:target=move |event| narrow.set(event.target().value())
            on:keydown=|event| {
                if event.key() == "Enter" {
                    event.prevent_default();
                }
            }
        />
        {move || {
            let (listed, total) = (listed.get(), total.get());
            (listed < total)
                .then(|| {
                    view! { <p class="hint">{words::values_listed(listed, total as u64)}</p> }
                })
        }}
    }
}

/// The checkbox of one value.
#[component]
fn ChoiceBox(
    name: &'static str,
    value: String,
    text: String,
    choices: Signal<Choices>,
    chosen: Signal<Vec<String>>,
    on_toggle: OnToggle,
    /// Takes what the filter cannot be asked for.
    refusal: RwSignal<Option<String>>,
) -> impl IntoView {
    let own = value.clone();
    let checked = once_ready(move || chosen.read().contains(&own));
    let sent = value.clone();
    let counted = value.clone();
    let count = once_ready(move || choices.read().count(&counted));
    let described = move || count.get().map(devices);
    let text = shown(&text);
    view! {
        <label class="facet__choice">
            <input
                type="checkbox"
                name=name
                value=sent
                aria-description=described
                checked=checked.get_untracked()
                prop:checked=checked
                on:change:target=move |event| {
                    let on = event.target().checked();
                    let taken = on_toggle.run((name, value.clone(), on));
                    // What is not asked for must not look as if it were.
                    event.target().set_checked(on == taken.is_ok());
                    refusal.set(taken.err().map(|bad| words::value_refused(&bad.why)));
                }
            />
            <span>{text}</span>
            <span class="facet__count" aria-hidden="true">{move || count.get().map(grouped)}</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(count: usize) -> Vec<Choice> {
        (0..count)
            .map(|i| (format!("/{i}"), format!("/{i}")))
            .collect()
    }

    #[test]
    fn few_values_stay_in_their_order() {
        let all = choices(5);
        assert_eq!(listed(&all, &["/3".to_owned()], ""), all);
        assert_eq!(listed(&all, &[], "2"), [all[2].clone()]);
    }

    #[test]
    fn of_many_values_the_chosen_come_first_and_never_vanish() {
        let all = choices(500);
        let chosen = ["/490".to_owned(), "/gone".to_owned()];
        let shown = listed(&all, &chosen, "7");
        assert_eq!(shown[0].0, "/490");
        assert_eq!(shown[1].0, "/gone");
        assert_eq!(shown.len(), 2 + LISTED);
        assert!(shown[2..].iter().all(|(value, _)| value.contains('7')));
    }
}
