//! What the server has found in a review: its devices in groups, and each of them.

use leptos::prelude::*;

use super::words;
use crate::domain::eligibility::Rule;
use crate::domain::job::JobItem;
use crate::domain::number::grouped;
use crate::domain::visible::shown;
use crate::ui::components::Table;

/// Devices that have something in common, and how many.
#[component]
pub fn Groups(title: &'static str, term: &'static str, rows: Vec<(String, u64)>) -> impl IntoView {
    let row = |(label, devices): (String, u64)| {
        let label = match label.is_empty() {
            true => words::NO_VALUE.to_owned(),
            false => shown(&label),
        };
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td>{grouped(devices)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-region" role="region" aria-label=title tabindex="0">
            <table class="table">
                <caption>{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{term}</th>
                        <th scope="col">{words::DEVICES}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A page of all devices of a review, also of those that are skipped.
#[component]
pub fn Devices(
    items: Vec<JobItem>,
    /// What is done to the devices that are not skipped.
    verdict: &'static str,
) -> impl IntoView {
    let row = move |item: JobItem| {
        let verdict = item.rule.map_or(verdict, Rule::sentence);
        view! {
            <tr>
                <th scope="row" class="mono nowrap">
                    <a href=format!("/devices/{}", item.device_id)>{shown(item.name())}</a>
                </th>
                <td>{shown(&item.asset_id)}</td>
                <td>{shown(&item.user)}</td>
                <td>{shown(&item.model)}</td>
                <td>{shown(&item.org_unit)}</td>
                <td>{shown(item.before.label())}</td>
                <td>{verdict}</td>
            </tr>
        }
    };
    view! {
        <Table
            labelled_by="devices"
            headings=&[
                words::SERIAL_NUMBER,
                words::ASSET_ID,
                words::USER,
                words::MODEL,
                words::ORG_UNIT,
                words::STATUS,
                words::VERDICT,
            ]
        >
            {items.into_iter().map(row).collect_view()}
        </Table>
    }
}
