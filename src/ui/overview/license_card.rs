//! Which licenses devices hold.

use leptos::prelude::*;

use super::card::{ChartCard, bar, count};
use super::words;
use crate::domain::figures::{Chart, Figure, FleetFigures};

/// Devices that hold a license, by its type.
#[component]
pub fn LicenseCard(figures: FleetFigures) -> impl IntoView {
    let rows = figures.of(Chart::License);
    let most = rows.iter().map(|row| row.count).max().unwrap_or_default();
    let item = |row: &Figure| {
        let width = bar(row.count, most, 100);
        view! {
            <li>
                <span>{row.label.clone()}</span>
                <span class="meters__count">{count(row)}</span>
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=width.to_string() height="6" />
                </svg>
            </li>
        }
    };
    let held = rows.iter().filter(|row| row.count != 0);
    let items = held.map(item).collect_view();

    view! {
        <ChartCard chart=Chart::License rows>
            <p class="card__note">{words::LICENSE_NOTE}</p>
            <ul class="meters">{items}</ul>
        </ChartCard>
    }
}
