//! Renders each page in one task.
//!
//! A page's reactive values are locked for moments while they are computed, and a value
//! that is read at such a moment from another thread panics: leptos takes a held lock
//! for a disposed value (<https://github.com/leptos-rs/leptos/pull/3681>). On tokio's own
//! executor the loading of a page's data runs beside its rendering, so now and then a
//! page would be lost. Here whatever a page spawns is polled by the page's own task:
//! no two parts of a page ever run at the same time, different pages still do, and
//! what was spawned for a page ends with it.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

/// What a page has spawned since it was last polled.
type Inbox = Arc<Mutex<Vec<PinnedFuture<()>>>>;

thread_local! {
    /// The inbox of the page that this thread polls just now.
    static CURRENT: RefCell<Option<Inbox>> = const { RefCell::new(None) };
}

/// Makes this the executor of leptos, for the whole process. Has to come before the
/// routes are listed; doing it again changes nothing.
pub fn init() {
    let _ = Executor::init_custom_executor(PageExecutor);
}

/// Renders a page in one task, to the last byte of its body. What is posted is a server
/// function, which has no reactive values: it passes as it is.
pub async fn whole(request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    OneTask::new(async move {
        let (parts, body) = next.run(request).await.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
            Err(failure) => {
                tracing::error!(%failure, "a page ended in its middle");
                let mut broken = Response::new(Body::empty());
                *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                broken
            }
        }
    })
    .await
}

/// Hands what is spawned to the page that spawned it; outside a page, to tokio.
struct PageExecutor;

impl CustomExecutor for PageExecutor {
    fn spawn(&self, future: PinnedFuture<()>) {
        let page = CURRENT.with_borrow(Clone::clone);
        match page {
            Some(inbox) => lock(&inbox).push(future),
            None => drop(tokio::spawn(future)),
        }
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        drop(tokio::task::spawn_local(future));
    }

    fn poll_local(&self) {}
}

/// A future, and everything that it spawns through leptos.
struct OneTask<F> {
    main: Pin<Box<F>>,
    inbox: Inbox,
    spawned: FuturesUnordered<PinnedFuture<()>>,
}

impl<F: Future> OneTask<F> {
    fn new(main: F) -> Self {
        Self {
            main: Box::pin(main),
            inbox: Inbox::default(),
            spawned: FuturesUnordered::new(),
        }
    }
}

impl<F: Future> Future for OneTask<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _entered = Entered::new(&this.inbox);
        let output = this.main.as_mut().poll(context);
        if output.is_ready() {
            return output;
        }
        loop {
            let new = std::mem::take(&mut *lock(&this.inbox));
            this.spawned.extend(new);
            let polled = this.spawned.poll_next_unpin(context);
            // Whatever was polled, ready or not, may have spawned more.
            let is_quiet = lock(&this.inbox).is_empty();
            if is_quiet && !matches!(polled, Poll::Ready(Some(()))) {
                return Poll::Pending;
            }
        }
    }
}

/// For as long as it lives, this thread polls this page.
struct Entered(Option<Inbox>);

impl Entered {
    fn new(inbox: &Inbox) -> Self {
        Self(CURRENT.replace(Some(Arc::clone(inbox))))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

fn lock(inbox: &Inbox) -> std::sync::MutexGuard<'_, Vec<PinnedFuture<()>>> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::mpsc;
    use tokio::task::yield_now;

    use super::*;

    /// Counts how many are inside at the same time.
    #[derive(Default)]
    struct Room {
        inside: AtomicUsize,
        most: AtomicUsize,
    }

    impl Room {
        fn visit(&self) {
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(inside, Ordering::SeqCst);
            std::thread::sleep(Duration::from_micros(200));
            self.inside.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_two_parts_of_a_page_run_at_the_same_time() {
        init();
        let room = Arc::new(Room::default());
        let page = OneTask::new({
            let room = Arc::clone(&room);
            async move {
                let (done, mut all_done) = mpsc::channel(1);
                for _ in 0..8 {
                    let (room, done) = (Arc::clone(&room), done.clone());
                    Executor::spawn(async move {
                        let nested = (Arc::clone(&room), done);
                        Executor::spawn(async move {
                            nested.0.visit();
                            drop(nested.1);
                        });
                        for _ in 0..10 {
                            room.visit();
                            yield_now().await;
                        }
                    });
                }
                drop(done);
                for _ in 0..10 {
                    room.visit();
                    yield_now().await;
                }
                all_done.recv().await
            }
        });

        assert_eq!(tokio::spawn(page).await.unwrap(), None::<()>);
        assert_eq!(room.most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_a_page_spawned_ends_with_it() {
        init();
        let (held, mut dropped) = mpsc::channel::<()>(1);
        OneTask::new(async move {
            Executor::spawn(async move {
                let _held = held;
                std::future::pending::<()>().await;
            });
            yield_now().await;
        })
        .await;
        assert_eq!(dropped.recv().await, None);
    }

    #[tokio::test]
    async fn what_is_spawned_late_by_what_was_spawned_is_run() {
        init();
        let (done, mut all_done) = mpsc::channel(1);
        let page = OneTask::new(async move {
            // Another one that waits.
            Executor::spawn(std::future::pending());
            Executor::spawn(async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Executor::spawn(async move { done.send(7).await.unwrap() });
                std::future::pending::<()>().await;
            });
            all_done.recv().await
        });
        let page = tokio::time::timeout(Duration::from_secs(20), page);
        assert_eq!(page.await, Ok(Some(7)));
    }

    #[tokio::test]
    async fn outside_a_page_tokio_runs_it() {
        init();
        let (done, mut all_done) = mpsc::channel(1);
        Executor::spawn(async move { done.send(7).await.unwrap() });
        assert_eq!(all_done.recv().await, Some(7));
    }
}
