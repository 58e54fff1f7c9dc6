//! One read of the database for all who ask for the same at the same time.
//!
//! Each answer begins with the question whether what is in memory is still true. When many
//! pages are asked for at once, one read tells all of them.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// Clones of the value that was read last are handed to those who waited for it.
#[derive(Debug, Default)]
pub struct SharedRead<T> {
    /// Reads that have begun.
    begun: AtomicU64,
    last: Mutex<Last<T>>,
}

#[derive(Debug, Default)]
struct Last<T> {
    /// Which read it was: the first is 1.
    number: u64,
    /// `None` if it failed.
    value: Option<T>,
}

impl<T: Clone> SharedRead<T> {
    /// What was read after this was called: by `read`, or meanwhile by somebody else.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn get<E>(&self, read: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let enough = self.begun.load(Ordering::SeqCst) + 1;
        {
            let mut last = self.last.lock().await;
            if last.number < enough {
                // Until it ends, nobody else begins one.
                let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
                let value = read.await;
                *last = Last {
                    number,
                    value: value.as_ref().ok().cloned(),
                };
                return value;
            }
            if let Some(value) = &last.value {
                return Ok(value.clone());
            }
        }
        // What has failed once may take long to fail again: those who wait do not queue for it.
        read.await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;

    use tokio::sync::Semaphore;

    use super::*;

    /// A value that changes, and reads of it that end when they are let.
    #[derive(Default)]
    struct Source {
        shared: SharedRead<u32>,
        value: AtomicU32,
        reads: AtomicU32,
        fails: bool,
    }

    async fn ask(source: Arc<Source>, may_end: Arc<Semaphore>) -> Result<u32, String> {
        let read = async {
            source.reads.fetch_add(1, Ordering::SeqCst);
            let value = source.value.load(Ordering::SeqCst);
            may_end.acquire().await.expect("it is open").forget();
            match source.fails {
                true => Err("it is down".to_owned()),
                false => Ok(value),
            }
        };
        source.shared.get(read).await
    }

    async fn settle() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn nobody_is_told_what_was_read_before_they_asked() {
        let source = Arc::new(Source::default());
        let may_end = Arc::new(Semaphore::new(0));
        let first = tokio::spawn(ask(source.clone(), may_end.clone()));
        settle().await;
        source.value.store(1, Ordering::SeqCst);
        let later: Vec<_> = (0..5)
            .map(|_| tokio::spawn(ask(source.clone(), may_end.clone())))
            .collect();
        settle().await;
        may_end.add_permits(2);
        assert_eq!(first.await.expect("it ends"), Ok(0));
        for asked in later {
            assert_eq!(asked.await.expect("it ends"), Ok(1));
        }
        assert_eq!(
            source.reads.load(Ordering::SeqCst),
            2,
            "five share one read"
        );
    }

    #[tokio::test]
    async fn a_read_that_is_given_up_keeps_nobody_waiting() {
        let source = Arc::new(Source::default());
        let may_end = Arc::new(Semaphore::new(0));
        let first = tokio::spawn(ask(source.clone(), may_end.clone()));
        settle().await;
        let second = tokio::spawn(ask(source.clone(), may_end.clone()));
        settle().await;
        first.abort();
        may_end.add_permits(1);
        assert_eq!(second.await.expect("it ends"), Ok(0));
    }

    #[tokio::test]
    async fn those_who_wait_for_a_read_that_fails_read_side_by_side() {
        let source = Arc::new(Source {
            fails: true,
            ..Source::default()
        });
        let may_end = Arc::new(Semaphore::new(0));
        let asked: Vec<_> = (0..4)
            .map(|_| tokio::spawn(ask(source.clone(), may_end.clone())))
            .collect();
        settle().await;
        may_end.add_permits(1);
        settle().await;
        // The first has failed. Of those who waited, one reads for all who come later.
        may_end.add_permits(1);
        settle().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 4);
        may_end.add_permits(2);
        for each in asked {
            assert!(each.await.expect("it ends").is_err());
        }
    }
}
