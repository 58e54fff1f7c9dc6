//! What the cards of the overview have in common.

use leptos::prelude::*;

use super::words;
use crate::domain::figures::{Chart, Figure};
use crate::domain::number;

/// A titled part of the overview that shows a chart: with its numbers as a table, and as
/// a file.
#[component]
pub fn ChartCard(chart: Chart, rows: Vec<Figure>, children: Children) -> impl IntoView {
    let id = format!("card-{}", chart.as_str());
    let csv = format!("/overview/{}/figures.csv", chart.as_str());
    let row = |figure: Figure| {
        let count = count(&figure);
        view! {
            <tr>
                <th scope="row">{figure.label}</th>
                <td class="number">{count}</td>
            </tr>
        }
    };

    view! {
        <section class="card" data-card=chart.as_str() aria-labelledby=id.clone()>
            <h2 id=id.clone()>{chart.title()}</h2>
            {children()}
            <div class="card__foot">
                <details class="card__table">
                    <summary>{words::SHOW_TABLE}</summary>
                    <table class="table">
                        <caption class="visually-hidden">{chart.title()}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{chart.heading()}</th>
                                <th scope="col" class="number">
                                    {words::DEVICES}
                                </th>
                            </tr>
                        </thead>
                        <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </details>
                <a class="card__csv" href=csv rel="external" download aria-label=words::csv_of(chart.title())>
                    {words::CSV}
                </a>
            </div>
        </section>
    }
}

/// A count that leads to exactly these devices; a plain 0 leads nowhere.
pub fn count(figure: &Figure) -> AnyView {
    let text = number::grouped(figure.count);
    match figure.count {
        0 => text.into_any(),
        _ => view! { <a href=figure.href()>{text}</a> }.into_any(),
    }
}

/// `86 %`; `< 1 %` of what would be rounded away.
pub fn share(part: u64, all: u64) -> String {
    match (part * 100 + all / 2).checked_div(all) {
        Some(0) if part != 0 => "< 1 %".to_owned(),
        percent => format!("{} %", percent.unwrap_or_default()),
    }
}

/// How long a bar is, of a longest one of `length`: at least 1 where there is anything.
pub fn bar(count: u64, most: u64, length: u64) -> u64 {
    match (count * length).checked_div(most) {
        Some(0) if count != 0 => 1,
        long => long.unwrap_or_default(),
    }
}
