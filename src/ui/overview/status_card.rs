//! The fleet by status.

use leptos::prelude::*;

use super::card::{ChartCard, bar, count, share};
use crate::domain::figures::{Chart, Figure, FleetFigures};
use crate::domain::number;
use crate::ui::components::Tone;

/// The width of the whole bar, in its own units.
const WIDTH: u64 = 1000;

/// All devices as one bar, parted by status.
#[component]
pub fn StatusCard(figures: FleetFigures) -> impl IntoView {
    let all = figures.devices();
    let rows = figures.of(Chart::Status);
    let tones = figures.statuses.iter().map(|it| Tone::from(it).as_str());
    let parts: Vec<(&'static str, Figure)> = tones.zip(rows.iter().skip(1).cloned()).collect();
    let label = parts.iter().map(|(_, part)| {
        let count = number::grouped(part.count);
        format!("{} {count}", part.label)
    });
    let label = label.collect::<Vec<_>>().join(", ");
    let mut start = 0;
    let rects = parts.iter().map(|(tone, part)| {
        let long = bar(part.count, all, WIDTH);
        let x = start.min(WIDTH - 1);
        start += long;
        // A narrow gap tells neighbors of one color apart.
        let width = long.saturating_sub(2).max(1);
        view! { <rect data-tone=*tone x=x.to_string() width=width.to_string() height="12" /> }
    });
    let rects = rects.collect_view();
    let legend = parts.into_iter().map(|(tone, part)| {
        view! {
            <li data-tone=tone>
                <span class="legend__label">{part.label.clone()}</span>
                <span class="legend__count">{count(&part)}</span>
                <span class="legend__share">{share(part.count, all)}</span>
            </li>
        }
    });
    let legend = legend.collect_view();

    view! {
        <ChartCard chart=Chart::Status rows>
            <svg class="stack" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label=label>
                {rects}
            </svg>
            <ul class="legend">{legend}</ul>
        </ChartCard>
    }
}
