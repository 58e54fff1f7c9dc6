//! Waiting for several things at once that borrow what is around them.

use std::pin::Pin;
use std::task::Poll;

/// Runs all futures to their end, in turns, and returns what they came to, in order.
pub async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut open: Vec<Option<Pin<Box<_>>>> = futures.map(|one| Some(Box::pin(one))).collect();
    let mut done: Vec<Option<T>> = open.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (slot, result) in open.iter_mut().zip(&mut done) {
            if let Some(future) = slot
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                (*slot, *result) = (None, Some(value));
            }
        }
        if open.iter().all(Option::is_none) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
