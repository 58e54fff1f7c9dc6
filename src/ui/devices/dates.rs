//! A filter of days: the ranges that are asked for most, "more than so many days ago",
//! and from a day to a day.

use leptos::prelude::*;

use super::words;
use crate::domain::date_range::{DateBound, DateRange};
use crate::ui::components::Disclosure;
use crate::ui::derived::computed;

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
    /// The box is open: counts are wanted.
    on_open: Callback<()>,
    on_range: Callback<DateRange>,
    /// The address of the list with this range.
    href: Callback<DateRange, String>,
    /// Days ago can be asked for by their number.
    #[prop(optional)]
    ago: bool,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let title = computed(move || {
        let used = usize::from(!range.read().is_open()) + usize::from(also.get());
        if used == 0 {
            label.to_owned()
        } else {
            words::box_used(label, used)
        }
    });
    let bound = |days: Option<i32>| days.map(DateBound::FromToday);

    view! {
        <Disclosure label=title at_end=true on_open>
            <ul class="dates__presets">
                {presets
                    .iter()
                    .map(|(text, from, to)| {
                        let preset = DateRange { from: bound(*from), to: bound(*to) };
                        let is_current = move || (range.get() == preset).then_some("true");
                        view! {
                            <li>
                                <a
                                    href=move || href.run(preset)
                                    aria-current=is_current
                                    data-noscroll=""
                                >
                                    {*text}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {ago.then(|| view! { <DaysAgo label range on_range /> })}
            {children.as_ref().map(|children| children())}
            <div class="dates__bounds">
                <Bound
                    label=words::FROM
                    name=format!("{name}_from")
                    about=label
                    bound=computed(move || range.get().from)
                    on_bound=Callback::new(move |from| {
                        on_range.run(DateRange { from, ..range.get_untracked() });
                    })
                />
                <Bound
                    label=words::TO
                    name=format!("{name}_to")
                    about=label
                    bound=computed(move || range.get().to)
                    on_bound=Callback::new(move |to| {
                        on_range.run(DateRange { to, ..range.get_untracked() });
                    })
                />
            </div>
            <button type="submit" class="button dates__apply">
                {words::APPLY_RANGE}
            </button>
        </Disclosure>
    }
}

/// "More than so many days ago": the far end of the range, counted from today. Needs the
/// script; without it the presets are there.
#[component]
fn DaysAgo(
    label: &'static str,
    range: Signal<DateRange>,
    on_range: Callback<DateRange>,
) -> impl IntoView {
    const MOST: i32 = 36_500;

    let days = move || match range.get() {
        DateRange {
            from: None,
            to: Some(DateBound::FromToday(days)),
        } => Some(-days),
        _ => None,
    };
    let take = move |typed: String| {
        let days: Option<i32> = typed.trim().parse().ok();
        let days = days.filter(|days| (1..=MOST).contains(days));
        let to = days.map(|days| DateBound::FromToday(-days));
        if to.is_some() || typed.trim().is_empty() {
            on_range.run(DateRange { from: None, to });
        }
    };
    view! {
        <label class="dates__ago needs-script">
            {words::DAYS_AGO_BEFORE}
            <input
                type="number"
                class="field"
                min="1"
                max=MOST.to_string()
                aria-label=words::days_ago(label)
                prop:value=move || days().map(|days| days.to_string()).unwrap_or_default()
                on:change:target=move |event| take(event.target().value())
                on:keydown=|event| {
                    if event.key() == "Enter" {
                        event.prevent_default();
                    }
                }
            />
            {words::DAYS_AGO_AFTER}
        </label>
    }
}

/// One end of the range, as a day. A bound that counts from today is no day: the field is
/// empty then, and without a script the form sends it as it is.
#[component]
fn Bound(
    label: &'static str,
    name: String,
    about: &'static str,
    bound: Signal<Option<DateBound>>,
    on_bound: Callback<Option<DateBound>>,
) -> impl IntoView {
    let day = move || match bound.get() {
        Some(DateBound::On(date)) => date.to_string(),
        _ => String::new(),
    };
    let relative = {
        let name = name.clone();
        move || match bound.get() {
            Some(bound @ DateBound::FromToday(_)) => Some(view! {
                <input type="hidden" name=name.clone() value=bound.to_string() />
            }),
            _ => None,
        }
    };
    let take = move |typed: String| match typed.trim() {
        "" => on_bound.run(None),
        // The browser's own field sends a day or nothing.
        typed => {
            if let Ok(day) = typed.parse() {
                on_bound.run(Some(day));
            }
        }
    };

    view! {
        <label class="dates__bound">
            <span>{label} <span class="visually-hidden">" – " {about}</span></span>
            <input
                type="date"
                class="field"
                name=move || bound.get().is_none_or(|bound| matches!(bound, DateBound::On(_))).then(|| name.clone())
                min="1970-01-01"
                max="9999-12-31"
                value=untrack(day)
                prop:value=day
                on:change:target=move |event| take(event.target().value())
            />
        </label>
        {relative}
    }
}
