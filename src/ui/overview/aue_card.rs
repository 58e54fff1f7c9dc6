//! When devices stop getting updates.

use leptos::prelude::*;

use super::card::{ChartCard, bar, count};
use super::words;
use crate::domain::figures::{Chart, Figure, FleetFigures, MONTHS};
use crate::domain::number;

/// The height of the highest bar, and the width of each with what separates it from the
/// next, in the chart's own units.
const HEIGHT: u64 = 100;
const STEP: usize = 10;

/// Months between the labels below the chart.
const LABEL_EVERY: usize = 6;

/// Active devices by the month of their last update.
#[component]
pub fn AueCard(figures: FleetFigures) -> impl IntoView {
    let rows = figures.of(Chart::Aue);
    let bars = &rows[..=MONTHS];
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or_default();
    let rect = |(at, figure): (usize, &Figure)| {
        let height = bar(figure.count, most, HEIGHT);
        // What is past stands apart from what is to come.
        let x = at * STEP + if at == 0 { 0 } else { STEP };
        let title = format!("{}: {}", figure.label, number::grouped(figure.count));
        (figure.count != 0).then(|| {
            view! {
                <rect
                    data-tone=(at == 0).then_some("bad")
                    x=x.to_string()
                    y=(HEIGHT - height).to_string()
                    width="8"
                    height=height.to_string()
                >
                    <title>{title}</title>
                </rect>
            }
        })
    };
    let rects = bars.iter().enumerate().map(rect).collect_view();
    let labels = bars.iter().skip(1).step_by(LABEL_EVERY).map(|bar| {
        view! { <span>{bar.label.clone()}</span> }
    });
    let labels = labels.collect_view();
    let peak = bars[1..].iter().max_by_key(|bar| bar.count);
    let peak = peak.filter(|bar| bar.count != 0);
    let peak = peak.map(|bar| (bar.label.as_str(), bar.count));
    let alternative = words::aue_chart(rows[0].count, rows[MONTHS + 2].count, peak);
    let sums = [
        ("bad", words::AUE_PAST, &rows[0]),
        ("plain", words::AUE_NEXT, &rows[MONTHS + 2]),
        ("quiet", words::AUE_LATER, &rows[MONTHS + 1]),
    ];
    let extended = &rows[MONTHS + 3..];
    // Where nothing is told of any device, there is nothing to count.
    let is_told = extended.iter().any(|figure| figure.count != 0);
    let extended = extended.iter().filter(|_| is_told);
    let extended = extended.map(|figure| ("plain", figure.label.as_str(), figure));
    let sums = sums
        .into_iter()
        .chain(extended)
        .map(|(tone, label, figure)| {
            view! {
                <div data-tone=tone>
                    <dt>{label.to_owned()}</dt>
                    <dd>{count(figure)}</dd>
                </div>
            }
        });
    let sums = sums.collect_view();
    let most = number::grouped(most);

    view! {
        <ChartCard chart=Chart::Aue rows=rows.clone()>
            <p class="card__note">{words::AUE_NOTE}</p>
            <dl class="sums">{sums}</dl>
            <div class="bars">
                <span class="bars__most" aria-hidden="true">
                    {most}
                </span>
                <svg viewBox="0 0 260 100" preserveAspectRatio="none" role="img" aria-label=alternative>
                    {rects}
                </svg>
                <div class="bars__axis" aria-hidden="true">
                    <span>{words::AUE_PAST}</span>
                    {labels}
                </div>
            </div>
        </ChartCard>
    }
}
