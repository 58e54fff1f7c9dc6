//! Live updates: the present state first, then what changes. Every
//! message says how far it brings the page; a page that comes back with that, or falls
//! behind, is told exactly what it missed, and the whole state where that is not known.
//! Of a job it is told nothing twice and nothing old.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::extract::Query;
use super::request_limits::Places;
use crate::domain::job::JobId;
use crate::domain::live::LiveMessage;
use crate::domain::position::Position;
use crate::server::identity::{AccessStatus, Visitor};
use crate::server::live::Addressed;
use crate::server::{App, Scoped, ServerError, may};

/// Messages on their way to one page.
const BUFFER: usize = 32;

/// A page that takes nothing for so long is cut off; it comes back by itself.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// An event on its way to a page.
type SentEvent = Result<Event, Infallible>;

/// How often it is looked whether the session has not ended.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Where a page that connects again stood, as the browser says it by itself or as the
/// page does that had to begin a new stream.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    after: Option<String>,
}

impl After {
    /// What is no position of ours counts as none.
    fn position(&self, headers: &HeaderMap) -> Option<Position> {
        match headers.get("last-event-id") {
            Some(last) => last.to_str().ok()?.parse().ok(),
            None => self.after.as_ref()?.parse().ok(),
        }
    }
}

pub async fn stream(
    State(app): State<App>,
    State(stop): State<CancellationToken>,
    State(places): State<Places>,
    Query(after): Query<After>,
    who: Scoped<may::View>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let Ok(place) = places.streams.try_acquire_owned() else {
        let text = "Too many pages are open: this one asks again from time to time.";
        return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    };
    // Before the state is read, so that no change falls between the two.
    let live = app.live.listen();
    let mut page = Page {
        app: app.clone(),
        who,
        seen: HashMap::new(),
        position: Position::default(),
    };
    let first = match page.begin(after.position(&headers)).await {
        Ok(messages) => messages,
        Err(error) => {
            let text = crate::domain::error::ApiError::from(error);
            return (StatusCode::SERVICE_UNAVAILABLE, text.to_string()).into_response();
        }
    };
    let (sender, receiver) = mpsc::channel(BUFFER);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            () = stop.cancelled() => {}
            () = sender.closed() => {}
            () = watch_session(&app, &visitor, &sender) => {}
            () = page.forward(first, live, &sender) => {}
        }
    });
    let events = Sse::new(ReceiverStream::new(receiver))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let headers = [
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache, no-transform"),
        ),
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, events).into_response()
}

/// Tells the page when its session is about to end, and ends when the visitor would not be
/// let in any more. Nothing can be told while the database does not answer, so that is no
/// reason.
async fn watch_session(app: &App, visitor: &Visitor, page: &mpsc::Sender<SentEvent>) {
    let mut sent = None;
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        match app.identity.access_status(visitor).await {
            Ok(AccessStatus::Denied) => return,
            Ok(AccessStatus::Allowed(end)) if end != sent => {
                let message = LiveMessage::SessionEnds(end);
                let Ok(event) = Event::default().json_data(&message) else {
                    return;
                };
                if page.send_timeout(Ok(event), TIME_LIMIT).await.is_err() {
                    return;
                }
                sent = end;
            }
            Ok(AccessStatus::Allowed(_)) | Err(_) => {}
        }
    }
}

/// A page that listens.
struct Page {
    app: App,
    who: Scoped<may::View>,
    /// Whether the page may know of a job. The devices of a job do not change.
    seen: HashMap<JobId, bool>,
    position: Position,
}

impl Page {
    /// What to tell a page that stood there: of jobs what it missed, or all that are
    /// not over; and the rest of the present state, which has no sequence.
    async fn begin(&mut self, reached: Option<Position>) -> Result<Vec<LiveMessage>, ServerError> {
        let missed = match &reached {
            Some(reached) => self.app.jobs.since(reached).await?,
            None => None,
        };
        let jobs = match (reached, missed) {
            (Some(reached), Some(jobs)) => {
                self.position = reached;
                jobs
            }
            _ => {
                let (position, jobs) = self.app.jobs.present().await?;
                self.position = position;
                jobs
            }
        };
        let cache = self.app.inventory.cache_state(&self.who).await?;
        let mut messages = vec![LiveMessage::Cache(cache)];
        messages.extend(self.app.live.present_troubles());
        messages.extend(jobs.into_iter().map(|job| LiveMessage::Job(Box::new(job))));
        let notices = self.app.jobs.open_notices(&self.who).await?;
        messages.extend(notices.into_iter().map(LiveMessage::Notice));
        Ok(messages)
    }

    /// Sends until the page is gone.
    async fn forward(
        mut self,
        first: Vec<LiveMessage>,
        mut live: broadcast::Receiver<Addressed>,
        sender: &mpsc::Sender<SentEvent>,
    ) {
        let mut pending = first;
        loop {
            for message in pending.drain(..) {
                let Ok(message) = self.admit(message).await else {
                    return;
                };
                if let Some(message) = message
                    && !self.tell(sender, &message).await
                {
                    return;
                }
            }
            match live.recv().await {
                Ok(sent) if sent.to.as_ref().is_none_or(|to| *to == self.who.name) => {
                    pending.push(sent.message);
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
                Err(RecvError::Lagged(_)) => match self.begin(Some(self.position.clone())).await {
                    Ok(messages) => pending = messages,
                    Err(_) => return,
                },
            }
        }
    }

    /// The message as the page may have it; `None` if it may not.
    async fn admit(&mut self, message: LiveMessage) -> Result<Option<LiveMessage>, ServerError> {
        Ok(match message {
            LiveMessage::Job(job) => {
                let seen = match self.seen.get(&job.id) {
                    Some(seen) => *seen,
                    None => {
                        let seen = self.app.jobs.is_seen(&self.who, &job.id).await?;
                        self.seen.insert(job.id.clone(), seen);
                        seen
                    }
                };
                seen.then_some(LiveMessage::Job(job))
            }
            LiveMessage::Cache(state) => {
                Some(LiveMessage::Cache(state.as_seen_in(self.who.scope())))
            }
            other => Some(other),
        })
    }

    /// Tells the page, with where it stands then. Returns whether it is still there.
    async fn tell(&mut self, sender: &mpsc::Sender<SentEvent>, message: &LiveMessage) -> bool {
        if let LiveMessage::Job(job) = message
            && !self
                .position
                .learn(job.number, job.seq, job.state.is_over())
        {
            return true;
        }
        let event = Event::default().id(self.position.to_string());
        let Ok(event) = event.json_data(message) else {
            return false;
        };
        sender.send_timeout(Ok(event), TIME_LIMIT).await.is_ok()
    }
}
