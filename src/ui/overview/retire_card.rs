//! Devices that look ready to be taken out of service.

use leptos::prelude::*;

use super::card::{ChartCard, count};
use super::words;
use crate::domain::figures::{Chart, Figure, FleetFigures};

/// Active devices that are past their AUE, silent, or in a unit for retired ones.
#[component]
pub fn RetireCard(figures: FleetFigures) -> impl IntoView {
    let rows = figures.of(Chart::Retire);
    let nothing = rows.iter().all(|row| row.count == 0);
    let item = |row: &Figure| {
        let count = count(row);
        let path = row.filter.org_units.first().cloned();
        view! {
            <li>
                <span class="findings__count">{count}</span>
                <span class="findings__label">
                    {row.label.clone()} {path.map(|path| view! { <span class="findings__path">{path}</span> })}
                </span>
            </li>
        }
    };
    let items = rows.iter().map(item).collect_view();

    view! {
        <ChartCard chart=Chart::Retire rows>
            {nothing
                .then(|| view! { <p class="card__note">{words::NOTHING_TO_RETIRE}</p> })}
            <ul class="findings">{items}</ul>
        </ChartCard>
    }
}
