//! A filter of days: from, until, and the ranges that are asked for most.

use leptos::prelude::*;

use crate::domain::date_range::{DateBound, DateRange};
use crate::ui::components::Disclosure;

/// A range by a name: days from today.
pub type Preset = (&'static str, Option<i32>, Option<i32>);

/// A box with a range of days.
#[component]
pub fn Dates(
    label: &'static str,
    /// What the parameters in the URL begin with.
    name: &'static str,
    #[prop(into)] range: Signal<DateRange>,
    presets: &'static [Preset],
    /// Other than by its range the filter is in use.
    #[prop(into)]
    also: Signal<bool>,
    on_range: Callback<DateRange>,
    /// The address of the list with this range.
    href: Callback<DateRange, String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        let used = u8::from(!range.read().is_open()) + u8::from(also.get());
        if used == 0 {
            label.to_owned()
        } else {
            format!("{label} ({used})")
        }
    });
    let bound = |days: Option<i32>| days.map(DateBound::FromToday);

    view! {
        <Disclosure label=title at_end=true>
            <ul class="dates__presets">
                {presets
                    .iter()
                    .map(|(text, from, to)| {
                        let range = DateRange { from: bound(*from), to: bound(*to) };
                        view! {
                            <li>
                                <a href=move || href.run(range) data-noscroll="">
                                    {*text}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {children.map(|children| children())}
            <div class="dates__bounds">
                <Bound
                    label="From"
                    name=format!("{name}_from")
                    about=label
                    bound=Signal::derive(move || range.get().from)
                    on_bound=Callback::new(move |from| {
                        on_range.run(DateRange { from, ..range.get_untracked() });
                    })
                />
                <Bound
                    label="Until"
                    name=format!("{name}_to")
                    about=label
                    bound=Signal::derive(move || range.get().to)
                    on_bound=Callback::new(move |to| {
                        on_range.run(DateRange { to, ..range.get_untracked() });
                    })
                />
            </div>
            <p class="hint">"A date like 2026-11-23, or days from today like -90d."</p>
            <button type="submit" class="button dates__apply">
                "Apply"
            </button>
        </Disclosure>
    }
}

/// One end of the range. What is no day is said at the field and asks nothing.
#[component]
fn Bound(
    label: &'static str,
    name: String,
    about: &'static str,
    bound: Signal<Option<DateBound>>,
    on_bound: Callback<Option<DateBound>>,
) -> impl IntoView {
    let wrong = RwSignal::new(None::<&'static str>);
    let text = move || {
        bound
            .get()
            .map(|bound| bound.to_string())
            .unwrap_or_default()
    };
    let error_id = format!("{name}-error");
    let described = error_id.clone();
    let take = move |typed: String| match typed.trim() {
        "" => {
            wrong.set(None);
            on_bound.run(None);
        }
        typed => match typed.parse() {
            Ok(day) => {
                wrong.set(None);
                on_bound.run(Some(day));
            }
            Err(why) => wrong.set(Some(why)),
        },
    };

    view! {
        <label class="dates__bound">
            <span>{label} <span class="visually-hidden">" – " {about}</span></span>
            <input
                type="text"
                class="field"
                name=name
                size="12"
                autocomplete="off"
                value=untrack(text)
                prop:value=text
                aria-invalid=move || wrong.read().is_some().then_some("true")
                aria-describedby=move || wrong.read().is_some().then(|| described.clone())
                on:change:target=move |event| take(event.target().value())
            />
            <span class="field-error" id=error_id hidden=move || wrong.read().is_none()>
                {move || wrong.get()}
            </span>
        </label>
    }
}
