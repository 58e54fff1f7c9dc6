//! Calls of a page whose session has ended. The server has refused them before it did
//! anything, so they wait until somebody has signed in, and are sent again: whatever the
//! page was doing goes on.

use std::future::poll_fn;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::task::{Poll, Waker};

use leptos::prelude::*;

/// The session has ended, and nobody has signed in since.
static ENDED: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(false));

/// The calls that wait.
static WAITING: Mutex<Vec<Waker>> = Mutex::new(Vec::new());

/// Whether somebody has to sign in.
pub fn has_ended() -> bool {
    ENDED.get()
}

/// Asks to sign in before the session has ended.
pub fn ask() {
    ENDED.set(true);
}

/// Waits until somebody has signed in.
pub(super) async fn signed_in_again() {
    ENDED.set(true);
    poll_fn(|context| {
        if !ENDED.get_untracked() {
            return Poll::Ready(());
        }
        waiting().push(context.waker().clone());
        Poll::Pending
    })
    .await;
}

/// Somebody has signed in: what waits goes on.
pub fn go_on() {
    ENDED.set(false);
    std::mem::take(&mut *waiting())
        .into_iter()
        .for_each(Waker::wake);
}

fn waiting() -> std::sync::MutexGuard<'static, Vec<Waker>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}
