//! Live updates (DESIGN.md 8): the present state first, then what changes. A page
//! that falls behind is told the state anew, never left with a gap.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use crate::domain::live::LiveMessage;
use crate::server::{App, Operator, ServerError};

/// Messages on their way to one page.
const BUFFER: usize = 32;

/// A page that takes nothing for so long is cut off; it comes back by itself.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn stream(State(app): State<App>, State(stop): State<CancellationToken>) -> Response {
    let operator = Operator::at_this_computer();
    // Before the state is read, so that no change falls between the two.
    let live = app.live.listen();
    let first = match snapshot(&app, &operator).await {
        Ok(messages) => messages,
        Err(error) => {
            let told = crate::api::ApiError::from(error);
            return (StatusCode::SERVICE_UNAVAILABLE, told.to_string()).into_response();
        }
    };
    let (sender, receiver) = mpsc::channel(BUFFER);
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = forward(&app, &operator, first, live, &sender) => {}
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

/// The present state, as messages.
async fn snapshot(app: &App, operator: &Operator) -> Result<Vec<LiveMessage>, ServerError> {
    let mut messages = vec![
        LiveMessage::Cache(app.inventory.cache_state().await?),
        app.live.present_trouble(),
    ];
    messages.extend(
        app.jobs
            .unfinished()
            .await?
            .into_iter()
            .map(LiveMessage::Job),
    );
    messages.extend(
        app.jobs
            .open_notices(operator)
            .await?
            .into_iter()
            .map(LiveMessage::Notice),
    );
    Ok(messages)
}

/// Sends until the page is gone.
async fn forward(
    app: &App,
    operator: &Operator,
    first: Vec<LiveMessage>,
    mut live: broadcast::Receiver<LiveMessage>,
    sender: &mpsc::Sender<Result<Event, Infallible>>,
) {
    let mut pending = first;
    loop {
        for message in pending.drain(..) {
            if !send(sender, &message).await {
                return;
            }
        }
        match live.recv().await {
            Ok(message) => pending.push(message),
            Err(RecvError::Closed) => return,
            Err(RecvError::Lagged(_)) => match snapshot(app, operator).await {
                Ok(messages) => pending = messages,
                Err(_) => return,
            },
        }
    }
}

async fn send(sender: &mpsc::Sender<Result<Event, Infallible>>, message: &LiveMessage) -> bool {
    let Ok(event) = Event::default().json_data(message) else {
        return false;
    };
    sender.send_timeout(Ok(event), PATIENCE).await.is_ok()
}
