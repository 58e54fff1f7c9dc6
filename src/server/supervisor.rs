//! Supervises the background loops. A panic in one loop must not end the others: it is
//! logged and counted, and the loop restarts. A loop that does not run any more makes the
//! server not ready.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

/// The pause before a loop restarts after a panic.
const RESTART: Duration = Duration::from_secs(1);

/// How often a loop ticks while it runs, also while it waits for the directory. The first
/// tick comes after this time: a loop that panics on every start never ticks.
const TICK: Duration = Duration::from_secs(1);

/// A loop without a tick for this long has stopped.
const SILENCE: Duration = Duration::from_secs(30);

/// The state of the background loops. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Supervisor(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    panics: AtomicU64,
    /// The last tick of each loop that should run.
    ticks: Mutex<BTreeMap<String, Instant>>,
}

impl Supervisor {
    /// Runs a loop until it ends by itself or the token is cancelled. Restarts it after a
    /// panic.
    pub async fn keep<F: Future<Output = ()>>(
        &self,
        name: &str,
        stop: &CancellationToken,
        run: impl Fn() -> F,
    ) {
        self.tick(name);
        while !stop.is_cancelled() {
            let running = self.catch(name, async {
                fail::fail_point!(name);
                run().await;
            });
            let ended = tokio::select! {
                ended = running => ended,
                never = self.tick_on(name) => never,
            };
            if ended.is_some() {
                break;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(RESTART) => {}
            }
        }
        self.ticks().remove(name);
    }

    /// Runs a future to its end. Returns `None` after a panic, which is logged and counted.
    pub async fn catch<T>(&self, name: &str, future: impl Future<Output = T>) -> Option<T> {
        match AssertUnwindSafe(future).catch_unwind().await {
            Ok(done) => Some(done),
            Err(panic) => {
                self.note_panic(name, panic.as_ref());
                None
            }
        }
    }

    /// Logs and counts a panic.
    pub fn note_panic(&self, name: &str, panic: &(dyn Any + Send)) {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let cause = text.unwrap_or("no message");
        tracing::error!(name, cause, "a panic in the background");
        self.0.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of panics since the process started.
    pub fn panics(&self) -> u64 {
        self.0.panics.load(Ordering::Relaxed)
    }

    /// The loops that should run and have not ticked for too long.
    pub fn stalled(&self) -> Vec<String> {
        self.stalled_at(Instant::now())
    }

    fn stalled_at(&self, now: Instant) -> Vec<String> {
        let ticks = self.ticks();
        let silent = ticks
            .iter()
            .filter(|(_, at)| SILENCE < now.saturating_duration_since(**at));
        silent.map(|(name, _)| name.clone()).collect()
    }

    async fn tick_on<T>(&self, name: &str) -> T {
        loop {
            tokio::time::sleep(TICK).await;
            self.tick(name);
        }
    }

    fn tick(&self, name: &str) {
        self.ticks().insert(name.to_owned(), Instant::now());
    }

    fn ticks(&self) -> MutexGuard<'_, BTreeMap<String, Instant>> {
        self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a loop that panics this often, then waits, for some time.
    async fn run_for(supervisor: &Supervisor, panics: u64, time: Duration) -> u64 {
        let stop = CancellationToken::new();
        let starts = AtomicU64::new(0);
        let run = || async {
            assert!(
                panics <= starts.fetch_add(1, Ordering::Relaxed),
                "on purpose"
            );
            std::future::pending::<()>().await;
        };
        let kept = supervisor.keep("loop", &stop, run);
        let _ = tokio::time::timeout(time, kept).await;
        starts.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_loop_that_panics_is_started_again_and_counted() {
        let supervisor = Supervisor::default();
        let starts = run_for(&supervisor, 1, Duration::from_millis(2500)).await;
        assert_eq!((starts, supervisor.panics()), (2, 1));
        assert!(supervisor.stalled().is_empty());
    }

    #[tokio::test]
    async fn a_loop_stalls_when_it_panics_on_every_start_and_not_while_it_waits() {
        let began = Instant::now();
        let panics = Supervisor::default();
        let waits = Supervisor::default();
        let time = Duration::from_millis(2500);
        tokio::join!(run_for(&panics, u64::MAX, time), run_for(&waits, 0, time));
        let later = began + SILENCE + Duration::from_millis(1500);
        assert_eq!(panics.stalled_at(later), ["loop"]);
        assert!(waits.stalled_at(later).is_empty());
    }

    #[tokio::test]
    async fn a_loop_that_has_ended_does_not_stall() {
        let supervisor = Supervisor::default();
        let stop = CancellationToken::new();
        supervisor.keep("loop", &stop, || async {}).await;
        let later = Instant::now() + 2 * SILENCE;
        assert!(supervisor.stalled_at(later).is_empty());
    }
}
