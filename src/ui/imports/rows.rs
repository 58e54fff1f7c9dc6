//! What a check found, row by row and column by column.

use leptos::prelude::*;

use super::words;
use crate::domain::import::{FirstRow, Summary};
use crate::domain::number::grouped;

/// Refused rows first: they are what an admin can do something about.
#[component]
pub fn Details(summary: Summary, token: String) -> impl IntoView {
    view! {
        <Refusals summary=summary.clone() token />
        <First rows=summary.first />
        <Columns columns=summary.columns ignored=summary.ignored />
        <Notes notes=summary.notes />
    }
}

#[component]
fn Refusals(summary: Summary, token: String) -> impl IntoView {
    (summary.refused != 0).then(|| {
        let more = words::more_refused(&summary);
        let row = |(row, why): (u64, String)| {
            view! {
                <tr>
                    <th scope="row" class="number">
                        {grouped(row)}
                    </th>
                    <td class="wrap-anywhere">{why}</td>
                </tr>
            }
        };
        view! {
            <section class="import__part">
                <h3>{words::REFUSED_ROWS}</h3>
                <p>
                    <a href=format!("/import/refused.csv?token={token}") download="">
                        {words::DOWNLOAD}
                    </a>
                </p>
                <div class="table-region import__rows" role="region" aria-label=words::REFUSED_ROWS tabindex="0">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col" class="number">
                                    {words::ROW}
                                </th>
                                <th scope="col">{words::WHY_REFUSED}</th>
                            </tr>
                        </thead>
                        <tbody>{summary.refusals.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
                {more.map(|more| view! { <p class="hint">{more}</p> })}
            </section>
        }
    })
}

#[component]
fn First(rows: Vec<FirstRow>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let row = |it: FirstRow| {
            view! {
                <tr>
                    <td class="number">{grouped(it.row)}</td>
                    <td>{it.effect}</td>
                    <th scope="row" class="mono">
                        {it.serial}
                    </th>
                    <td class="mono">{it.asset_id}</td>
                    <td>{it.status}</td>
                    <td>{it.org_unit}</td>
                    <td>{it.model}</td>
                    <td>{it.user}</td>
                </tr>
            }
        };
        view! {
            <section class="import__part">
                <h3>{words::first_rows(rows.len())}</h3>
                <div class="table-region" role="region" aria-label=words::FIRST_ROWS tabindex="0">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col" class="number">
                                    {words::ROW}
                                </th>
                                <th scope="col">{words::EFFECT}</th>
                                <th scope="col">{words::SERIAL_NUMBER}</th>
                                <th scope="col">{words::ASSET_ID}</th>
                                <th scope="col">{words::STATUS}</th>
                                <th scope="col">{words::ORG_UNIT}</th>
                                <th scope="col">{words::MODEL}</th>
                                <th scope="col">{words::USER}</th>
                            </tr>
                        </thead>
                        <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

#[component]
fn Columns(columns: Vec<(String, String)>, ignored: Vec<String>) -> impl IntoView {
    let fact = |(field, name): (String, String)| {
        view! {
            <div>
                <dt>{field}</dt>
                <dd class="wrap-anywhere">{name}</dd>
            </div>
        }
    };
    view! {
        <section class="import__part">
            <h3>{words::COLUMNS}</h3>
            <dl class="facts facts--wide">
                {columns.into_iter().map(fact).collect_view()}
                {(!ignored.is_empty()).then(|| fact((words::IGNORED_COLUMNS.to_owned(), ignored.join(", "))))}
            </dl>
        </section>
    }
}

#[component]
fn Notes(notes: Vec<String>) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        view! {
            <section class="import__part">
                <h3>{words::NOTES}</h3>
                <ul class="causes">
                    {notes
                        .into_iter()
                        .map(|note| view! { <li class="wrap-anywhere">{note}</li> })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}
