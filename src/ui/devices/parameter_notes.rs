//! What of the address could not be used.
//!
//! A value that does not parse stops everything: a filter left out would mean "all".
//! A name that means nothing is said and left aside.

use leptos::prelude::*;

use super::words;
use crate::domain::grid::ParsedView;
use crate::domain::query::{self, BadParameter};
use crate::ui::derived::memo;

/// Says which parameters of the URL are wrong, and offers to go on without them.
#[component]
pub fn ParameterNotes(#[prop(into)] parsed: Signal<ParsedView>) -> impl IntoView {
    let bad = memo(move || parsed.read().bad.clone());
    let unknown = memo(move || parsed.read().unknown.clone());
    // Dropping one bad parameter must not drop the others: they are still wrong.
    let without = move |left_out: &BadParameter| {
        let parsed = parsed.read();
        let pairs = query::pairs(&parsed.view.to_query()).collect::<Vec<_>>();
        let others = parsed.bad.iter().filter(|bad| *bad != left_out);
        let others = others.map(|bad| (bad.name.as_str(), bad.value.clone()));
        let kept = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()));
        match query::encode(kept.chain(others)) {
            query if query.is_empty() => "/devices".to_owned(),
            query => format!("/devices?{query}"),
        }
    };

    view! {
        <Show when=move || !bad.read().is_empty()>
            <div class="note note--bad" role="alert">
                <p class="note__title">{words::INVALID_FILTER}</p>
                <ul class="note__list">
                    <For each=move || bad.get() key=|bad| bad.to_string() let(bad)>
                        <li>
                            <code>{bad.name.clone()} "=" {bad.value.clone()}</code>
                            ": "
                            {bad.why.clone()}
                            ". "
                            <a href=move || without(&bad)>{words::REMOVE_INVALID}</a>
                        </li>
                    </For>
                </ul>
            </div>
        </Show>
        <Show when=move || !unknown.read().is_empty()>
            <div class="note">
                <p>
                    {words::UNKNOWN_PARAMETER}
                    {move || {
                        let unknown = unknown.read();
                        let each = unknown.iter().map(|it| format!("{}={}", it.name, it.value));
                        each.collect::<Vec<_>>().join(", ")
                    }}
                </p>
                <a class="note__dismiss" href=move || parsed.read().view.href() data-noscroll="">
                    {words::DISMISS}
                </a>
            </div>
        </Show>
    }
}
