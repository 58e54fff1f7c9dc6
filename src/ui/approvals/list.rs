//! The jobs that wait for approval.

use leptos::prelude::*;

use super::words;
use crate::domain::job::JobSummary;
use crate::domain::number::grouped;
use crate::domain::time::Timestamp;
use crate::ui::components::{LocalTime, Precision, Table};
use crate::ui::entrance::Entrance;

/// A job that waits, and since when.
#[derive(Clone, Debug)]
pub struct RequestRow {
    pub job: JobSummary,
    pub asked_at: Timestamp,
    pub expires_at: Timestamp,
}

#[component]
pub fn Approvals(requests: Vec<RequestRow>) -> impl IntoView {
    let is_empty = requests.is_empty();
    let row = |row: RequestRow| {
        let href = format!("/approvals/{}", row.job.id.as_str());
        let at = |at| view! { <LocalTime at precision=Precision::Minute /> };
        view! {
            <tr>
                <th scope="row">
                    <a href=href>{words::job(row.job.number)}</a>
                </th>
                <td>{row.job.action.label()}</td>
                <td>{grouped(row.job.eligible)}</td>
                <td>{row.job.operator}</td>
                <td>{at(row.asked_at)}</td>
                <td>{at(row.expires_at)}</td>
            </tr>
        }
    };
    let rows = requests.into_iter().map(row).collect_view();
    let table = move || {
        view! {
            <Table
                labelled_by="waiting"
                headings=&[
                    words::JOB,
                    words::ACTION,
                    words::DEVICES,
                    words::ASKED_BY,
                    words::ASKED,
                    words::EXPIRES,
                ]
            >
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Entrance title=words::TITLE error=String::new()>
            <p>
                <a class="button" href="/overview">
                    {words::BACK}
                </a>
            </p>
            <h2 id="waiting">{words::WHAT_WAITS}</h2>
            {if is_empty { view! { <p>{words::NOTHING_WAITS}</p> }.into_any() } else { table() }}
        </Entrance>
    }
}
