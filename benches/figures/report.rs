//! How figures are printed, and how times are taken.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The medians of one work in one setting, by the number of devices.
struct Growth {
    database: String,
    work: String,
    medians: Vec<(u32, Duration)>,
}

static GROWTH: Mutex<Vec<Growth>> = Mutex::new(Vec::new());

/// Remembers a median, for the table that `growth` prints at the end.
pub fn remember(database: &str, size: u32, work: &str, median: Duration) {
    let mut all = GROWTH.lock().expect("no figure panics while it is kept");
    let known = all
        .iter_mut()
        .find(|row| row.database == database && row.work == work);
    match known {
        Some(row) => row.medians.push((size, median)),
        None => all.push(Growth {
            database: database.to_owned(),
            work: work.to_owned(),
            medians: vec![(size, median)],
        }),
    }
}

/// Prints each remembered work beside itself at the other sizes.
pub fn growth(sizes: &[u32]) {
    let columns: Vec<String> = sizes.iter().map(u32::to_string).collect();
    println!("\n## Growth, p50\n");
    println!("| work | database | {} |", columns.join(" | "));
    println!("|---|---|{}", "---|".repeat(sizes.len()));
    for row in GROWTH.lock().expect("no figure panics").iter() {
        let cell = |size: &u32| {
            let at = row.medians.iter().find(|(of, _)| of == size);
            at.map_or("–".to_owned(), |(_, median)| ms(*median))
        };
        let cells: Vec<String> = sizes.iter().map(cell).collect();
        println!(
            "| {} | {} | {} |",
            row.work,
            row.database,
            cells.join(" | ")
        );
    }
}

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

    pub fn text(&self) -> String {
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
        ours.text(),
        ms(in_memory.p50()),
        ms(sql),
        ours.p50().as_secs_f64() / sql.as_secs_f64()
    );
}
