//! What step 1 offers to put right: devices that would be skipped, a list that has
//! moved on, data that is old.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::recheck::{Fix, Recheck};
use super::words;
use crate::api::devices::find_drift;
use crate::domain::drift::Drift;
use crate::domain::eligibility::Rule;
use crate::domain::job::JobId;
use crate::domain::number;
use crate::domain::plan::Plan;
use crate::ui::components::{CopyButton, Lines};
use crate::ui::state::use_console;

/// A button that changes what is reviewed.
#[component]
fn FixButton(recheck: Recheck, fix: Fix, label: String) -> impl IntoView {
    view! {
        <button
            type="button"
            class="link-button"
            aria-disabled=move || recheck.busy.get().then_some("true")
            on:click=move |_| recheck.run(fix.clone())
        >
            {label}
        </button>
    }
}

/// The devices that stay as they are, by rule, with what could be done about it.
#[component]
pub fn LeftOut(plan: JobId, rules: Vec<(Rule, u64)>, recheck: Recheck) -> impl IntoView {
    let skipped = rules.iter().map(|(_, count)| count).sum();
    let rows = rules.into_iter().map(|(rule, count)| {
        let what = words::left_out(count, rule.short());
        view! {
            <li>
                {number::devices(count)} ": " {rule.sentence()} " " {rule.remedy()} " "
                <CopyButton
                    label=words::COPY_SERIALS
                    what
                    lines=Lines::OfPlan(plan.clone(), Some(rule))
                />
            </li>
        }
    });
    view! {
        <div>
            <details class="left-out">
                <summary>{words::WHY_SKIPPED}</summary>
                <ul>{rows.collect_view()}</ul>
            </details>
            <FixButton
                recheck
                fix=Fix::RemoveIneligible
                label=words::clear_ineligible(skipped)
            />
        </div>
    }
}

/// What the filter that was selected by matches now, where that is not what was
/// selected.
#[component]
pub fn DriftNotes(recheck: Recheck) -> impl IntoView {
    let console = use_console();
    let drift = RwSignal::new(Drift::default());
    Effect::new(move |_| {
        let Some((filter, matched)) = console.matched.get_untracked() else {
            return;
        };
        spawn_local(async move {
            if let Ok(found) = find_drift(filter, matched).await
                && let Some(selection) = console.selection.try_get_untracked()
            {
                drift.try_set(found.of(&selection));
            }
        });
    });
    let note = move |count: u64, text: fn(u64) -> String, fix: Fix, label: fn(u64) -> String| {
        (count != 0).then(|| {
            let (text, label) = (text(count), label(count));
            view! {
                <p class="hint">{text} " " <FixButton recheck fix label /></p>
            }
        })
    };
    move || {
        let Drift { newly, no_longer } = drift.get();
        let (more, gone) = (newly.len(), no_longer.len());
        view! {
            {note(more, words::newly_matching, Fix::Add(newly), words::add_newly_matching)}
            {note(
                gone,
                words::no_longer_matching,
                Fix::Remove(no_longer),
                words::remove_no_longer_matching,
            )}
        }
    }
}

/// How many devices synced shortly before the review, and may be in use.
#[component]
pub fn RecentlySynced(devices: u64, recheck: Recheck) -> impl IntoView {
    (devices != 0).then(|| {
        view! {
            <p class="hint">
                {words::recently_synced(devices)}
                <FixButton
                    recheck
                    fix=Fix::RemoveRecentlySynced
                    label=words::remove_recently_synced(devices)
                />
            </p>
        }
    })
}

/// How old the data is that the verdicts rest on.
#[component]
pub fn DataAge(plan: Plan, recheck: Recheck) -> impl IntoView {
    let old = plan.has_old_data();
    plan.oldest_read.map(|read| {
        let text = words::data_age(&read.ago(plan.now));
        view! {
            <p class="hint" data-old=old.then_some("")>
                {text}
                {old
                    .then(|| {
                        view! {
                            <FixButton
                                recheck
                                fix=Fix::RefreshCache
                                label=words::REFRESH_AND_RECHECK.to_owned()
                            />
                        }
                    })}
            </p>
        }
    })
}
