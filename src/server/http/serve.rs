//! Takes connections, no more than there is room for, and ends those that only hold a
//! place. `axum::serve` has no limits of this kind.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::task::{Id, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::connection::{Watch, Watched};
use super::listener::{Listener, Stream};
use super::request_limits::Limits;

/// The longest header of a request, in bytes.
const MAX_HEADER: usize = 32 * 1024;

/// How often it is looked whether a client has had its time, at most.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How often it is looked whether there is room, while there is none.
const LOOK_FOR_ROOM: Duration = Duration::from_millis(20);

/// Where a request comes from; `None` where it came over no network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peer(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

/// Serves until the token is cancelled, then until every request is answered.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
) {
    let listener = listener.into();
    let mut connections = JoinSet::new();
    let mut watches = HashMap::<Id, Arc<Watch>>::new();
    let mut was_full = false;
    loop {
        // Where all are at work, the next ones wait in the system's queue: a page that comes
        // late is better than one that does not come.
        let is_full = watches.len() >= limits.connections && !make_room(&mut watches);
        if is_full && !was_full {
            let count = watches.len();
            tracing::warn!("new connections have to wait: all {count} are at work");
        }
        was_full = is_full;
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = connections.join_next_with_id() => {
                watches.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
                continue;
            }
            () = sleep(LOOK_FOR_ROOM), if is_full => continue,
            accepted = listener.accept(), if !is_full => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, or a client that is gone already.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let watch = Watch::new();
        let serving = connection(
            stream,
            peer,
            router.clone(),
            watch.clone(),
            limits,
            stop.clone(),
        );
        watches.insert(connections.spawn(serving).id(), watch);
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Ends the connection that has asked for nothing for longest. Returns whether there is one. One
/// that has only just begun may be about to ask.
fn make_room(watches: &mut HashMap<Id, Arc<Watch>>) -> bool {
    let idle = watches
        .iter()
        .filter_map(|(id, watch)| Some((watch.idle_since()?, *id)))
        .min_by_key(|(since, _)| *since);
    let Some(watch) = idle.and_then(|(_, id)| watches.remove(&id)) else {
        return false;
    };
    watch.evicted.notify_one();
    true
}

async fn connection(
    stream: Box<dyn Stream>,
    peer: Peer,
    router: Router,
    watch: Arc<Watch>,
    limits: Limits,
    stop: CancellationToken,
) {
    let service = service_fn({
        let watch = watch.clone();
        move |request: hyper::Request<Incoming>| {
            let under_way = watch.begin();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            let answering = router.clone().oneshot(request);
            async move {
                let answer: Result<Response, Infallible> = answering.await;
                answer.map(|response| under_way.until_sent(response))
            }
        }
    });
    let io = TokioIo::new(Watched {
        stream,
        watch: watch.clone(),
    });
    let mut serving = pin!(
        http1::Builder::new()
            .max_buf_size(MAX_HEADER)
            .header_read_timeout(None)
            .serve_connection(io, service)
    );
    let mut look = interval(POLL_INTERVAL.min(limits.header / 2));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // An error here is what the client sees too.
            _ = serving.as_mut() => return,
            () = watch.evicted.notified() => return,
            () = stop.cancelled(), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
            _ = look.tick() => if watch.is_overdue(&limits) {
                return;
            }
        }
    }
}
