//! One read of the database for all who ask for the same at the same time.
//!
//! Each answer begins with the question whether what is in memory is still true. When many
//! pages are asked for at once, one read tells all of them.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

type Reading<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Reads one time after another for those who wait. Clones share it.
///
/// A task of its own reads: a page that is busy with something else, or that was given up,
/// keeps no other page waiting.
pub struct SharedRead<T, E> {
    read: Arc<dyn Fn() -> Reading<T, E> + Send + Sync>,
    state: Arc<Mutex<State<T>>>,
}

struct State<T> {
    /// Those who have asked since the last read began.
    waiting: Vec<oneshot::Sender<T>>,
    is_reading: bool,
}

impl<T, E> Clone for SharedRead<T, E> {
    fn clone(&self) -> Self {
        Self {
            read: self.read.clone(),
            state: self.state.clone(),
        }
    }
}

impl<T, E> fmt::Debug for SharedRead<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRead").finish_non_exhaustive()
    }
}

impl<T: Clone + Send + 'static, E: 'static> SharedRead<T, E> {
    pub fn new<F>(read: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self {
            read: Arc::new(move || Box::pin(read())),
            state: Arc::new(Mutex::new(State {
                waiting: Vec::new(),
                is_reading: false,
            })),
        }
    }

    /// What was read after this was called.
    ///
    /// # Errors
    /// The read failed.
    pub async fn get(&self) -> Result<T, E> {
        let (sender, value) = oneshot::channel();
        let is_reading = {
            let mut state = self.lock();
            state.waiting.push(sender);
            std::mem::replace(&mut state.is_reading, true)
        };
        if !is_reading {
            tokio::spawn(self.clone().tell_all());
        }
        match value.await {
            Ok(value) => Ok(value),
            // A read that has failed may take long to fail again: those who waited for it do
            // not queue, and each learns why.
            Err(_) => (self.read)().await,
        }
    }

    /// Reads until nobody waits.
    async fn tell_all(self) {
        let mut end = End(Some(&self));
        loop {
            let waiting = {
                let mut state = self.lock();
                if state.waiting.is_empty() {
                    state.is_reading = false;
                    end.0 = None;
                    return;
                }
                std::mem::take(&mut state.waiting)
            };
            if let Ok(value) = (self.read)().await {
                for results in waiting {
                    let _ = results.send(value.clone());
                }
            }
        }
    }
}

impl<T, E> SharedRead<T, E> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where reading ends otherwise, by a panic or with the server, nobody waits for it any longer.
struct End<'a, T, E>(Option<&'a SharedRead<T, E>>);

impl<T, E> Drop for End<'_, T, E> {
    fn drop(&mut self) {
        if let Some(shared) = self.0 {
            let mut state = shared.lock();
            state.is_reading = false;
            state.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// A value that changes, and reads of it that end when they are let.
    struct Source {
        value: AtomicU32,
        reads: AtomicU32,
        may_end: Semaphore,
        fails: bool,
    }

    fn source(fails: bool) -> (Arc<Source>, SharedRead<u32, &'static str>) {
        let source = Arc::new(Source {
            value: AtomicU32::new(0),
            reads: AtomicU32::new(0),
            may_end: Semaphore::new(0),
            fails,
        });
        let of = source.clone();
        let shared = SharedRead::new(move || {
            let source = of.clone();
            async move {
                source.reads.fetch_add(1, Ordering::SeqCst);
                let value = source.value.load(Ordering::SeqCst);
                let may_end = source.may_end.acquire().await;
                may_end.map_err(|_| "closed")?.forget();
                match source.fails {
                    true => Err("it is down"),
                    false => Ok(value),
                }
            }
        });
        (source, shared)
    }

    type Reading = tokio::task::JoinHandle<Result<u32, &'static str>>;

    fn ask(shared: &SharedRead<u32, &'static str>, times: u32) -> Vec<Reading> {
        let one = |_| {
            let shared = shared.clone();
            tokio::spawn(async move { shared.get().await })
        };
        (0..times).map(one).collect()
    }

    async fn results(asked: Vec<Reading>) -> Vec<Result<u32, &'static str>> {
        let mut all = Vec::new();
        for each in asked {
            all.push(each.await.expect("it ends"));
        }
        all
    }

    async fn let_tasks_run() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn nobody_is_told_what_was_read_before_they_asked() {
        let (source, shared) = source(false);
        let first = ask(&shared, 1);
        let_tasks_run().await;
        source.value.store(1, Ordering::SeqCst);
        let later = ask(&shared, 5);
        let_tasks_run().await;
        source.may_end.add_permits(2);
        assert_eq!(results(first).await, [Ok(0)]);
        assert_eq!(results(later).await, [Ok(1); 5]);
        assert_eq!(
            source.reads.load(Ordering::SeqCst),
            2,
            "five share one read"
        );
        source.may_end.add_permits(1);
        assert_eq!(results(ask(&shared, 1)).await, [Ok(1)]);
    }

    #[tokio::test]
    async fn who_gives_up_keeps_nobody_waiting() {
        let (source, shared) = source(false);
        let first = ask(&shared, 1);
        let_tasks_run().await;
        let second = ask(&shared, 1);
        let_tasks_run().await;
        first[0].abort();
        source.may_end.add_permits(2);
        assert_eq!(results(second).await, [Ok(0)]);
    }

    #[tokio::test]
    async fn who_waits_without_being_looked_after_keeps_nobody_waiting() {
        let (source, shared) = source(false);
        let mut left_alone = Box::pin(shared.get());
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(left_alone.as_mut().poll(context).is_pending())
        });
        assert!(polled.await);
        source.may_end.add_permits(9);
        assert_eq!(results(ask(&shared, 3)).await, [Ok(0); 3]);
        assert_eq!(left_alone.await, Ok(0));
    }

    #[tokio::test]
    async fn those_who_wait_for_a_read_that_fails_read_side_by_side() {
        let (source, shared) = source(true);
        let asked = ask(&shared, 4);
        let_tasks_run().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 1);
        source.may_end.add_permits(1);
        let_tasks_run().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 5);
        source.may_end.add_permits(4);
        assert_eq!(results(asked).await, [Err("it is down"); 4]);
    }

    #[tokio::test]
    async fn a_read_that_breaks_ends_no_other() {
        let broken = AtomicU32::new(0);
        let shared = SharedRead::<u32, &'static str>::new(move || {
            let nth = broken.fetch_add(1, Ordering::SeqCst);
            async move {
                assert_ne!(nth, 0, "the first one breaks");
                Ok(nth)
            }
        });
        assert_eq!(results(ask(&shared, 1)).await, [Ok(1)]);
        assert_eq!(results(ask(&shared, 1)).await, [Ok(2)]);
    }
}
