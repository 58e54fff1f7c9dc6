//! Files to take away: devices that match, devices that are selected, a job's
//! results, the numbers of the overview. They are streamed a piece at a time, so that a million rows need no
//! more memory than a page.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::extract::{Form, Path};
use super::request_limits::Places;
use crate::domain::applied_filter::in_words;
use crate::domain::audit::{Act, Event};
use crate::domain::error::ApiError;
use crate::domain::figures::Chart;
use crate::domain::grid::GridView;
use crate::domain::job::JobId;
use crate::domain::selection::Selection;
use crate::domain::time::Timestamp;
use crate::server::csv_out::CsvWriter;
use crate::server::export::{Export, Pieces};
use crate::server::json_out::Shape;
use crate::server::{App, Scoped, ServerError, may};

/// Pieces on their way to one reader.
const BUFFER: usize = 2;

const JSON_LINES: &str = "application/jsonl; charset=utf-8";

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    /// A JSON object in each line.
    JsonLines,
}

/// Says in the address that only the page is wanted, not all that match.
const PAGE_ONLY: &str = "scope=page";

/// The devices that match the filter in the address, or the page of them that it names.
pub async fn matching(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let page_only = query.split('&').any(|pair| pair == PAGE_ONLY);
    let is_of_view = |pair: &&str| !pair.is_empty() && *pair != PAGE_ONLY;
    let pairs: Vec<&str> = query.split('&').filter(is_of_view).collect();
    let parsed = GridView::parse(&pairs.join("&"));
    if let Some(bad) = parsed.bad.first().or(parsed.unknown.first()) {
        let text = format!("The address cannot be used: {bad}.");
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    if parsed.view.selected_only {
        return refuse(ApiError::Invalid {
            message:
                "An address does not hold a selection: use Export selected to CSV in the Actions \
                      menu."
                    .to_owned(),
        });
    }
    match exported(&app, &who.viewing(), &parsed.view, page_only).await {
        Ok(devices) => {
            let chosen = format!("filter: {query}");
            let pieces = app.export(&who, Export::Selected(devices), &chosen).await;
            places.file("devices", Kind::Csv, pieces)
        }
        Err(error) => refuse(error.into()),
    }
}

/// All devices that match, or those of the page: what the list shows at this moment.
async fn exported(
    app: &App,
    who: &Scoped<may::View>,
    view: &GridView,
    page_only: bool,
) -> Result<Selection, ServerError> {
    if !page_only {
        return app.inventory.matching(who, &view.filter).await;
    }
    let page = app.inventory.page(who, view).await?;
    Ok(page.rows.iter().map(|row| row.id).collect())
}

#[derive(Deserialize)]
pub struct Selected {
    selection: String,
}

/// The devices of a selection, sent as a form.
pub async fn selected(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    Form(form): Form<Selected>,
) -> Response {
    match Selection::try_from(form.selection) {
        Ok(selection) if selection.is_empty() => refuse(ApiError::EmptySelection),
        Ok(selection) => match app.inventory.visible(&who.viewing(), &selection).await {
            Ok(devices) => {
                let pieces = app.export(&who, Export::Selected(devices), "selection");
                places.file("selected-devices", Kind::Csv, pieces.await)
            }
            Err(error) => refuse(error.into()),
        },
        Err(bad) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{bad}.")).into_response(),
    }
}

/// How every device of a job ended.
pub async fn results(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    Path(id): Path<String>,
) -> Response {
    match app.jobs.read_with_action(&who.viewing(), &JobId(id)).await {
        Ok((job, action)) => {
            let name = format!("job-{}-results", job.number);
            let export = Export::Results(Box::new(job), Box::new(action));
            places.file(&name, Kind::Csv, app.export(&who, export, "").await)
        }
        Err(error) => refuse(error.into()),
    }
}

/// The numbers of a chart of the overview.
pub async fn figures(
    State(app): State<App>,
    who: Scoped<may::Export>,
    Path(chart): Path<String>,
) -> Response {
    let Some(chart) = Chart::from_word(&chart) else {
        return refuse(ApiError::NotFound {
            what: "This chart".to_owned(),
        });
    };
    let rows = match app.figures(&who.viewing()).await {
        Ok(figures) => figures.of(chart),
        Err(error) => return refuse(error.into()),
    };
    let event = Event::new(who.actor(), Act::Exported).with("what", "figures");
    let event = event
        .with("chosen", chart.as_str())
        .with("count", rows.len());
    if let Err(error) = app.store.record(event).await {
        return refuse(ServerError::from(error).into());
    }
    let header = [chart.heading(), "Devices", "Filter"].map(str::to_owned);
    let records = rows.into_iter().map(|row| {
        let filter = in_words(&row.filter);
        vec![row.label, row.count.to_string(), filter]
    });
    let records: Vec<_> = std::iter::once(header.to_vec()).chain(records).collect();
    match write(&records) {
        Ok(file) => attachment(&format!("overview-{}", chart.as_str()), file.into()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The status and the sentence of an error.
pub fn refuse(error: ApiError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.to_string()).into_response()
}

impl Places {
    /// Streams records as a file named after the view and the time, if there is a place for
    /// one more. A failure in the middle breaks the download off, so that half a file is
    /// never taken for a whole.
    pub(super) fn file(
        &self,
        name: &str,
        kind: Kind,
        pieces: Result<Pieces, ServerError>,
    ) -> Response {
        let mut pieces = match pieces {
            Ok(pieces) => pieces,
            Err(error) => return refuse(error.into()),
        };
        let Ok(place) = self.exports.clone().try_acquire_owned() else {
            return refuse(ApiError::Unavailable {
                message: "Other files are being exported. Try again in a moment.".to_owned(),
            });
        };
        let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(BUFFER);
        tokio::spawn(async move {
            let _place = place;
            let header = pieces.header();
            let shape = Shape::of(header.iter().map(String::as_str));
            let write = |records: &[Vec<String>]| match kind {
                Kind::Csv => write(records),
                Kind::JsonLines => write_lines(&shape, records),
            };
            let mut next = match kind {
                Kind::Csv => write(&[header]),
                Kind::JsonLines => Ok(Bytes::new()),
            };
            loop {
                let failed = next.is_err();
                if sender.send(next).await.is_err() || failed {
                    return;
                }
                next = match pieces.next().await {
                    Ok(Some(records)) => write(&records),
                    Ok(None) => return,
                    // The cause is logged; the reader sees that the file is not whole.
                    Err(error) => Err(io::Error::other(ApiError::from(error))),
                };
            }
        });
        let body = Body::from_stream(ReceiverStream::new(receiver));
        match kind {
            Kind::Csv => attachment(name, body),
            Kind::JsonLines => attachment_of(name, "jsonl", JSON_LINES, body),
        }
    }
}

/// A CSV file to take away.
pub fn attachment(name: &str, body: Body) -> Response {
    attachment_of(name, "csv", "text/csv; charset=utf-8", body)
}

/// A file to take away, of another kind.
pub fn attachment_of(name: &str, ending: &str, kind: &'static str, body: Body) -> Response {
    let stamp = Timestamp::now().to_minute().replace([' ', ':'], "-");
    let disposition = format!("attachment; filename=\"{name}-{stamp}.{ending}\"");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn write_lines(shape: &Shape, records: &[Vec<String>]) -> io::Result<Bytes> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, &shape.object(record))?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}

fn write(records: &[Vec<String>]) -> io::Result<Bytes> {
    let mut writer = CsvWriter::new(Vec::new());
    for record in records {
        writer.write(record)?;
    }
    Ok(writer.finish()?.into())
}
