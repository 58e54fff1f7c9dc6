//! The filter by org unit, as a tree that can be searched.

use std::collections::HashSet;

use leptos::prelude::*;

use super::facet::{Choices, OnToggle};
use super::words;
use crate::domain::number::{devices, grouped};
use crate::domain::org_unit_tree::{Node, tree, visible};
use crate::domain::visible::shown;
use crate::ui::browser::lower_case;
use crate::ui::components::Disclosure;
use crate::ui::derived::{computed, memo};

/// At most so many org units are listed at once.
const MOST: usize = 200;

/// A tree of so many units is open.
const SMALL: usize = 60;

/// Deeper ones are indented no further.
const DEEPEST: usize = 8;

/// A box with the tree of org units. Each stands for the devices in it and below it,
/// unless the filter says otherwise.
#[component]
pub fn OrgUnits(
    choices: Signal<Choices>,
    /// The paths that the filter has.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    on_toggle: OnToggle,
    on_open: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let title = computed(move || match chosen.read().len() {
        0 => words::ORG_UNITS.to_owned(),
        count => words::box_used(words::ORG_UNITS, count),
    });
    let sought = RwSignal::new(String::new());
    let refusal = RwSignal::new(None::<String>);
    // The units that are not as they are at first: a small tree is open, of a large one
    // the first level shows.
    let toggled = RwSignal::new(HashSet::<String>::new());
    let nodes = memo(move || {
        let choices = choices.read();
        tree(choices.counted())
    });
    // What is chosen shows, wherever it lies and whether it has devices or not.
    let is_open = move |path: &str| {
        let is_open_at_first = path == "/" || nodes.read().len() <= SMALL;
        is_open_at_first != toggled.read().contains(path)
    };
    let listed = memo(move || {
        let (nodes, chosen) = (nodes.read(), chosen.read());
        let sought = lower_case(sought.read().trim());
        let seen = visible(&nodes, |node| is_open(&node.path), &sought, lower_case);
        let unseen = chosen
            .iter()
            .filter(|path| !seen.iter().any(|node| node.path == **path))
            .map(|path| Node {
                path: path.clone(),
                depth: 0,
                devices: 0,
                is_parent: false,
            });
        let unseen: Vec<Node> = unseen
            .map(|node| {
                nodes
                    .iter()
                    .find(|it| it.path == node.path)
                    .cloned()
                    .unwrap_or(node)
            })
            .collect();
        let total = seen.len();
        let rows = unseen
            .into_iter()
            .chain(seen.into_iter().take(MOST).cloned());
        (rows.collect::<Vec<_>>(), total)
    });
    let is_sought = memo(move || !sought.read().trim().is_empty());

    let unit = move |node: Node| {
        let path = node.path.clone();
        let is_open = computed(move || is_open(&path));
        view! { <Unit node chosen toggled is_open is_sought on_toggle refusal /> }
    };

    view! {
        <Disclosure label=title on_open>
            {children()}
            <input
                type="text"
                class="field facet__narrow"
                aria-label=words::ORG_UNITS_NARROW
                placeholder=words::NARROW
                autocomplete="off"
                prop:value=sought
                on:input:target=move |event| sought.set(event.target().value())
                on:keydown=|event| {
                    if event.key() == "Enter" {
                        event.prevent_default();
                    }
                }
            />
            <p class="hint" hidden=move || listed.read().1 <= MOST>
                {move || words::values_listed(MOST, listed.read().1 as u64)}
            </p>
            <p class="field-error" role="alert" hidden=move || refusal.read().is_none()>
                {refusal}
            </p>
            <fieldset class="facet__choices">
                <legend class="visually-hidden">{words::ORG_UNITS}</legend>
                <For
                    each=move || listed.get().0
                    key=move |node| {
                        let own = (node.path.clone(), node.depth, node.devices, node.is_parent);
                        (own, is_sought.get_untracked())
                    }
                    let(node)
                >
                    {unit(node)}
                </For>
            </fieldset>
            <p class="hint" hidden=move || !listed.read().0.is_empty()>
                {move || if choices.read().is_loaded { words::NO_VALUES } else { words::LOADING }}
            </p>
        </Disclosure>
    }
}

/// An org unit: opened and closed by its button, chosen by its checkbox.
#[component]
fn Unit(
    node: Node,
    chosen: Signal<Vec<String>>,
    toggled: RwSignal<HashSet<String>>,
    is_open: Signal<bool>,
    /// The list is of what was sought: whole paths, and nothing to open.
    is_sought: Memo<bool>,
    on_toggle: OnToggle,
    /// Takes what the filter cannot be asked for.
    refusal: RwSignal<Option<String>>,
) -> impl IntoView {
    let path = StoredValue::new(node.path.clone());
    let checked = memo(move || path.with_value(|path| chosen.read().contains(path)));
    let whole = shown(&node.path);
    let text = match (is_sought.get_untracked(), node.depth) {
        (true, _) | (_, 0) => whole.clone(),
        _ => shown(node.name()),
    };
    let label = words::show_below(&whole);
    let toggle = move |_| {
        toggled.update(|toggled| {
            path.with_value(|path| {
                if !toggled.remove(path) {
                    toggled.insert(path.clone());
                }
            });
        });
    };
    let depth = match is_sought.get_untracked() {
        true => 0,
        false => node.depth.min(DEEPEST),
    };

    view! {
        <div class="tree__row" data-depth=depth.to_string()>
            {(node.is_parent && !is_sought.get_untracked())
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="tree__toggle"
                            aria-label=label
                            aria-expanded=move || is_open.get().to_string()
                            on:click=toggle
                        ></button>
                    }
                })}
            <label class="facet__choice">
                <input
                    type="checkbox"
                    aria-label=whole
                    aria-description=devices(node.devices)
                    prop:checked=checked
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        let taken = on_toggle.run(("ou", path.get_value(), on));
                        // What is not asked for must not look as if it were.
                        event.target().set_checked(on == taken.is_ok());
                        refusal.set(taken.err().map(|bad| words::value_refused(&bad.why)));
                    }
                />
                <span>{text}</span>
                <span class="facet__count" aria-hidden="true">
                    {grouped(node.devices)}
                </span>
            </label>
        </div>
    }
}
