//! How figures are printed, and how times are taken.

use std::time::{Duration, Instant};

pub fn heading(text: &str) {
    println!("\n## {text}\n");
    println!("| work | Sunset | bare SQL | ratio |");
    println!("|---|---|---|---|");
}

/// A figure beside its bare limit.
pub fn row(work: &str, ours: Duration, bare: Duration) {
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!("| {work} | {} | {} | {ratio:.2} |", ms(ours), ms(bare));
}

/// A figure that has no bare counterpart.
pub fn alone(work: &str, figure: &str) {
    println!("| {work} | {figure} | – | – |");
}

pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 100.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// The median of several runs, after one that does not count.
pub async fn median(runs: usize, work: impl AsyncFn()) -> Duration {
    work().await;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let begun = Instant::now();
        work().await;
        times.push(begun.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}
