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

/// How long a piece of work took, many times.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn p50(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    pub fn p99(&self) -> Duration {
        self.0[(self.0.len() * 99 / 100).min(self.0.len() - 1)]
    }

    pub fn told(&self) -> String {
        format!("p50 {}, p99 {}", ms(self.p50()), ms(self.p99()))
    }
}

/// The times of several runs, in order, after one that does not count.
pub async fn times(runs: usize, work: impl AsyncFn()) -> Times {
    work().await;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let begun = Instant::now();
        work().await;
        times.push(begun.elapsed());
    }
    times.sort();
    Times(times)
}

/// A figure beside the same in memory alone and in plain SQL.
pub fn beside(work: &str, ours: &Times, in_memory: &Times, sql: Duration) {
    println!(
        "| {work} | {} | index alone {}, SQL {} | {:.3} of SQL |",
        ours.told(),
        ms(in_memory.p50()),
        ms(sql),
        ours.p50().as_secs_f64() / sql.as_secs_f64()
    );
}
