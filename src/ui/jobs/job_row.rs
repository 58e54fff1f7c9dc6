//! One job in the list.

use leptos::prelude::*;

use super::known::newest;
use super::words;
use crate::domain::job::{ItemState, JobSummary};
use crate::domain::job_view::JobView;
use crate::domain::number;
use crate::domain::visible::shown;
use crate::ui::components::{Badge, LocalTime, Precision, Tone};
use crate::ui::derived::{computed, memo};

/// One job; each number leads to exactly those devices.
#[component]
pub fn JobRow(job: JobSummary) -> impl IntoView {
    let id = StoredValue::new(job.id.clone());
    let (number, operator) = (job.number, job.operator.clone());
    let kind = job.action;
    let choices = job.choices.iter().map(|choice| choice.text.as_str());
    let chosen = choices.collect::<Vec<_>>().join(", ");
    let started = job.started_at;
    let total = job.counts.total;
    let job = newest(job);

    let href = move |state| id.with_value(|id| JobView { state, page: 1 }.href(id));
    let state = move || {
        let job = job.read();
        if job.state.is_over() || job.counts.open() == 0 {
            job.state.label().to_owned()
        } else {
            format!("{}, {} %", job.state.label(), job.percent())
        }
    };
    let count = move |state: ItemState| {
        let count = memo(move || job.read().counts.of(state));
        let label = move || words::outcome_of_job(count.get(), kind.label_of(state), number);
        view! {
            <td class="number">
                <Show when=move || count.get() != 0 fallback=|| "0">
                    <a href=href(Some(state)) aria-label=label>
                        {move || number::grouped(count.get())}
                    </a>
                </Show>
            </td>
        }
    };

    view! {
        <tr>
            <th scope="row">
                <a href=href(None)>{format!("#{number}")}</a>
            </th>
            <td>
                <Badge tone=computed(move || Tone::from(job.read().state)) label=computed(state) />
            </td>
            <td>{kind.label()}</td>
            <td>{shown(&chosen)}</td>
            <td class="number">{number::grouped(total)}</td>
            {count(ItemState::Succeeded)}
            {count(ItemState::Failed)}
            {count(ItemState::Skipped)}
            {count(ItemState::Unconfirmed)}
            <td class="nowrap">
                {started.map(|at| view! { <LocalTime at precision=Precision::Minute /> })}
            </td>
            <td>{operator}</td>
        </tr>
    }
}
