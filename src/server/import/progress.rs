//! How far an import is, for whoever waits at a terminal.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::domain::number::grouped;
use crate::server::store::Store;

/// How often it is told.
const EACH: Duration = Duration::from_millis(500);

/// How much of a file was read. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    read: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// The file from its beginning, of so many bytes.
    pub fn watched<R>(&self, file: R, total: u64) -> Watched<R> {
        self.0.read.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
        Watched {
            file,
            progress: self.clone(),
        }
    }

    /// Keeps a line at the terminal, until it is dropped. Does nothing elsewhere.
    pub async fn tell<T>(&self, store: &Store) -> T {
        if !io::stderr().is_terminal() {
            return std::future::pending().await;
        }
        let (mut begun, mut is_refresh) = (Instant::now(), false);
        loop {
            tokio::time::sleep(EACH).await;
            let refresh = store.cache_state().await.ok();
            let running = refresh.as_ref().and_then(|state| state.running());
            if running.is_some() != is_refresh {
                (begun, is_refresh) = (Instant::now(), running.is_some());
            }
            let line = match running {
                Some(refresh) => {
                    let total = refresh.expected.unwrap_or(0);
                    line(
                        "Refreshing the cache",
                        "devices",
                        refresh.read,
                        total,
                        begun.elapsed(),
                    )
                }
                None => {
                    let kb = |bytes: &AtomicU64| bytes.load(Ordering::Relaxed) / 1000;
                    let (read, total) = (kb(&self.0.read), kb(&self.0.total));
                    line("Reading the file", "kB", read, total, begun.elapsed())
                }
            };
            // Whoever does not read it is not to be waited for.
            let _ = write!(io::stderr(), "\r\x1b[K{line}");
        }
    }
}

/// Takes the line away.
pub fn end_line() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// `Refreshing the cache: 400,000 of 1,000,000 devices, 40,000 a second, 15 s left`.
fn line(what: &str, unit: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let rate = (done as f64 / elapsed.as_secs_f64().max(0.001)) as u64;
    let of = match total {
        0 => String::new(),
        total => format!(" of {}", grouped(total)),
    };
    let left = match total.saturating_sub(done).checked_div(rate) {
        Some(seconds) if total != 0 => format!(", {} s left", grouped(seconds)),
        _ => String::new(),
    };
    let (done, rate) = (grouped(done), grouped(rate));
    format!("{what}: {done}{of} {unit}, {rate} a second{left}")
}

/// A file whose bytes are counted as they are read.
#[derive(Debug)]
pub struct Watched<R> {
    file: R,
    progress: Progress,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        let counts = &self.progress.0;
        counts.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_fast_it_goes_and_how_long_it_takes() {
        let after = Duration::from_secs(10);
        assert_eq!(
            line("Refreshing the cache", "devices", 400_000, 1_000_000, after),
            "Refreshing the cache: 400,000 of 1,000,000 devices, 40,000 a second, 15 s left"
        );
        assert_eq!(
            line("Reading", "kB", 0, 0, after),
            "Reading: 0 kB, 0 a second"
        );
    }

    #[test]
    fn what_is_read_is_counted_from_the_beginning_each_time() {
        let progress = Progress::default();
        for _ in 0..2 {
            let mut file = progress.watched(&b"abc"[..], 3);
            file.read_to_end(&mut Vec::new()).unwrap();
            assert_eq!(progress.0.read.load(Ordering::Relaxed), 3);
        }
    }
}
