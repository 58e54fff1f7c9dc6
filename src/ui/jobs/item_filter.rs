//! Which of a job's devices are listed.

use leptos::prelude::*;

use super::words;
use crate::domain::job::{ItemState, JobSummary};
use crate::domain::job_view::JobView;
use crate::domain::number;
use crate::ui::derived::memo;

/// The outcomes on offer. Others are shown while a device is in them.
const ALWAYS: [ItemState; 3] = [ItemState::Succeeded, ItemState::Failed, ItemState::Skipped];

/// Links to the devices of each outcome, with how many there are.
#[component]
pub fn ItemFilter(job: Memo<JobSummary>, view: Memo<Result<JobView, String>>) -> impl IntoView {
    let id = job.read_untracked().id.clone();
    let total = job.read_untracked().counts.total;
    let action = job.read_untracked().action;
    let chosen = move || view.read().as_ref().ok().map(|view| view.state);

    let link = move |state: Option<ItemState>| {
        let count = memo(move || state.map_or(total, |state| job.read().counts.of(state)));
        let current = move || (chosen() == Some(state)).then_some("true");
        let shown = move || {
            state.is_none_or(|state| ALWAYS.contains(&state))
                || count.get() != 0
                || chosen() == Some(state)
        };
        let href = JobView { state, page: 1 }.href(&id);
        let label = state.map_or(words::OUTCOMES_ALL, |state| action.label_of(state));
        view! {
            <li hidden=move || !shown()>
                <a class="tab" href=href aria-current=current>
                    {label}
                    " "
                    <span class="tab__count">{move || number::grouped(count.get())}</span>
                </a>
            </li>
        }
    };
    let states = ItemState::ALL
        .iter()
        .filter(|state| **state != ItemState::Planned);

    view! {
        <ul class="tabs" aria-label=words::OUTCOMES>
            {link(None)}
            {states.map(|state| link(Some(*state))).collect_view()}
        </ul>
    }
}
