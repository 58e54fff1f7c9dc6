//! Files of devices that come in. They are taken a piece at a time into a file without a
//! name, so that a large one needs no more memory than a small one.
//!
//! A page with a script sends the file itself and is told how it went; without a script a
//! form does, and is led back to the page, which says the same.

use std::io::{self, BufWriter, Write};
use std::pin::pin;

use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{attachment, refuse};
use super::extract::{Form, Query};
use super::request_limits::Limits;
use crate::domain::error::ApiError;
use crate::domain::import::{MAX_FILE, result_href};
use crate::server::import::write_refused;
use crate::server::upload::too_large;
use crate::server::{App, Operator, Scoped, may};

/// What a form puts around a file, at the most.
const FORM: u64 = 64 << 10;

/// The screen.
const PAGE: &str = "/import";

/// Pieces on their way to one reader.
const BUFFER: usize = 2;

#[derive(Default, Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub struct Token {
    token: String,
}

/// Receives a file and begins to check it.
pub async fn receive(
    State(app): State<App>,
    State(limits): State<Limits>,
    Query(Named { name }): Query<Named>,
    operator: Operator,
    request: Request,
) -> Response {
    let is_form = content_type(request.headers()).starts_with("multipart/form-data");
    let received = async {
        let operator = operator.admit::<may::Import>()?;
        let most = if is_form { MAX_FILE + FORM } else { MAX_FILE };
        if length(request.headers()).is_some_and(|length| most < length) {
            return Err(too_large());
        }
        if is_form {
            receive_form(&app, &limits, &operator, request).await
        } else {
            let pieces = request.into_body().into_data_stream();
            receive_pieces(&app, &limits, &operator, &name, pieces).await
        }
    };
    match received.await {
        Ok(token) if is_form => Redirect::to(&result_href(&token)).into_response(),
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse_upload(error),
    }
}

/// Takes the file out of a form. Returns its token.
async fn receive_form(
    app: &App,
    limits: &Limits,
    operator: &Scoped<may::Import>,
    request: Request,
) -> Result<String, ApiError> {
    let no_file = || ApiError::Invalid {
        message: "Choose a file first.".to_owned(),
    };
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| no_file())?;
    let is_file = |field: &Field<'_>| field.name() == Some("file");
    let cut = |_| broken("The file did not arrive whole.");
    while let Some(field) = form.next_field().await.map_err(cut)? {
        if is_file(&field) {
            let name = field.file_name().unwrap_or_default().to_owned();
            if name.is_empty() {
                return Err(no_file());
            }
            return receive_pieces(app, limits, operator, &name, field).await;
        }
    }
    Err(no_file())
}

async fn receive_pieces<E>(
    app: &App,
    limits: &Limits,
    operator: &Scoped<may::Import>,
    name: &str,
    pieces: impl Stream<Item = Result<Bytes, E>>,
) -> Result<String, ApiError> {
    let mut receiving = app.uploads.begin(operator, name).await?;
    let stop = receiving.stop();
    let mut pieces = pin!(pieces);
    loop {
        let next = tokio::select! {
            next = timeout(limits.body, pieces.next()) => next,
            () = stop.cancelled() => return Err(broken("The upload was canceled.")),
        };
        match next {
            Ok(Some(Ok(piece))) => receiving.take(&piece).await?,
            Ok(Some(Err(_))) => return Err(broken("The file did not arrive whole.")),
            Ok(None) => return receiving.finish().await,
            Err(_) => return Err(broken("The file stopped arriving.")),
        }
    }
}

fn broken(why: &str) -> ApiError {
    ApiError::Invalid {
        message: format!("{why} Nothing was changed. Upload it again."),
    }
}

/// The sentence, and no further word with the rest of the file.
fn refuse_upload(error: ApiError) -> Response {
    let is_too_large = error == too_large();
    let mut response = refuse(error);
    if is_too_large {
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    }
    response
}

/// Imports the file that was checked, for a page without a script.
pub async fn apply(
    State(app): State<App>,
    operator: Scoped<may::Import>,
    Form(Token { token }): Form<Token>,
) -> Response {
    let applied = async {
        let state = app.uploads.apply(&operator, &token).await;
        state.map_err(ApiError::from)
    };
    back(applied.await.map(|_| result_href(&token)))
}

/// Drops the file, for a page without a script.
pub async fn discard(
    State(app): State<App>,
    operator: Scoped<may::Import>,
    Form(Token { token }): Form<Token>,
) -> Response {
    let discarded = async {
        let discarded = app.uploads.discard(&operator, &token).await;
        discarded.map_err(ApiError::from)
    };
    back(discarded.await.map(|_| PAGE.to_owned()))
}

fn back(done: Result<String, ApiError>) -> Response {
    match done {
        Ok(href) => Redirect::to(&href).into_response(),
        Err(error) => refuse(error),
    }
}

/// The refused rows of the file that was checked, each with its reason.
pub async fn refused(
    State(app): State<App>,
    operator: Scoped<may::Import>,
    Query(Token { token }): Query<Token>,
) -> Response {
    let Some((file, report)) = app.uploads.refused(&operator, &token) else {
        return refuse(ApiError::NotFound {
            what: "This file".to_owned(),
        });
    };
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(BUFFER);
    spawn_blocking(move || {
        let output = BufWriter::with_capacity(64 << 10, Sent(sender.clone()));
        if let Err(cause) = write_refused(file, &report.refusals, output) {
            // The download breaks off, so that half a file is never taken for a whole.
            let _ = sender.blocking_send(Err(io::Error::other(cause.to_string())));
        }
    });
    attachment(
        "refused-rows",
        Body::from_stream(ReceiverStream::new(receiver)),
    )
}

/// Output that goes to a client.
struct Sent(mpsc::Sender<io::Result<Bytes>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}
