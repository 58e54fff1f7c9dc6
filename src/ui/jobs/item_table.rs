//! A job's devices, each with how it ended.

use leptos::prelude::*;

use super::words;
use crate::domain::action::ActionKind;
use crate::domain::action::effect::EffectKind;
use crate::domain::job::{ItemEffect, JobItem};
use crate::domain::visible::shown;
use crate::ui::components::{Badge, LocalTime, Precision, Tone};

/// A page of a job's devices.
#[component]
pub fn ItemTable(
    items: Vec<JobItem>,
    /// What the job does to them, in its order.
    kind: ActionKind,
    later: Vec<EffectKind>,
) -> impl IntoView {
    if items.is_empty() {
        return view! { <p>{words::NO_ITEMS}</p> }.into_any();
    }
    let headings = later.clone();
    let row = |item: JobItem| {
        let detail = item.detail();
        let name = shown(item.name());
        let at = item.finished_at();
        let tone = Tone::from(item.state);
        view! {
            <tr>
                <th scope="row" class="mono nowrap">
                    <a href=format!("/devices/{}", item.device_id)>{name}</a>
                </th>
                <td>{shown(&item.asset_id)}</td>
                <td>{shown(&item.org_unit)}</td>
                <td>{shown(item.before.label())}</td>
                <td>
                    <Badge
                        tone=Signal::stored(tone)
                        label=Signal::stored(kind.label_of(item.state).to_owned())
                    />
                </td>
                {later
                    .iter()
                    .map(|kind| {
                        let label = item.effect(*kind).map_or(words::NOT_SENT, ItemEffect::label);
                        view! { <td>{label}</td> }
                    })
                    .collect_view()}
                <td>{detail}</td>
                <td class="nowrap">
                    {at.map(|at| view! { <LocalTime at precision=Precision::Minute /> })}
                </td>
            </tr>
        }
    };

    view! {
        <div class="table-region" role="region" aria-label=words::ITEMS tabindex="0">
            <table class="table">
                <caption class="visually-hidden">{words::ITEMS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::SERIAL_NUMBER}</th>
                        <th scope="col">{words::ASSET_ID}</th>
                        <th scope="col">{words::ORG_UNIT}</th>
                        <th scope="col">{words::BEFORE}</th>
                        <th scope="col">{words::OUTCOME}</th>
                        {headings
                            .into_iter()
                            .map(|kind| view! { <th scope="col">{kind.verb()}</th> })
                            .collect_view()}
                        <th scope="col">{words::DETAIL}</th>
                        <th scope="col">{words::FINISHED}</th>
                    </tr>
                </thead>
                <tbody>{items.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
