//! The audit as administrators read it: a plain page, and files to take away.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use time::{Date, Month};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{attachment_of, refuse};
use super::extract::Query;
use super::request_limits::Places;
use super::{ServerState, plain};
use crate::domain::audit::{Act, AuditRow, Event};
use crate::domain::error::ApiError;
use crate::domain::time::Timestamp;
use crate::server::audit::{Line, line};
use crate::server::csv_out::CsvWriter;
use crate::server::store::{AuditFilter, Store, StoreError};
use crate::server::{App, Scoped, ServerError, may};
use crate::ui::audit::AuditForm;

pub const PAGE: &str = "/audit";

/// Rows on a page, and rows read at once for a file.
const ROWS: u32 = 100;
const PIECE: u32 = 1000;

const DAY_MS: i64 = 86_400_000;

/// The fields of the page's form, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    actor: String,
    action: String,
    target: String,
    from: String,
    until: String,
    before: Option<i64>,
}

impl AuditQuery {
    /// The rows that are asked for.
    fn filter(&self) -> Result<AuditFilter, ApiError> {
        if !self.action.is_empty() && Act::from_word(&self.action).is_none() {
            return Err(invalid("There is no such action."));
        }
        let texts = [&self.actor, &self.target];
        if texts
            .iter()
            .any(|text| 200 < text.len() || text.contains('\0'))
        {
            return Err(invalid("What is searched for is too long."));
        }
        Ok(AuditFilter {
            actor: self.actor.trim().to_lowercase(),
            action: self.action.clone(),
            target: self.target.trim().to_owned(),
            from: day(&self.from)?,
            until: day(&self.until)?.map(|at| at + DAY_MS),
        })
    }

    fn form(&self) -> AuditForm {
        AuditForm {
            actor: self.actor.clone(),
            action: self.action.clone(),
            target: self.target.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
        }
    }

    /// What is asked for, in words, for the audit.
    fn chosen(&self) -> String {
        let form = self.form();
        form.query(None)
    }
}

fn invalid(why: &str) -> ApiError {
    ApiError::Invalid {
        message: why.to_owned(),
    }
}

/// The beginning of a day in UTC, written as `2026-11-30`.
fn day(text: &str) -> Result<Option<i64>, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month: u8 = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        parts.next().is_none().then_some(date)
    };
    let date = read().ok_or_else(|| invalid("Write a day as 2026-11-30."))?;
    let midnight = date.midnight().assume_utc();
    Ok(Some(midnight.unix_timestamp() * 1000))
}

pub async fn page(
    State(state): State<ServerState>,
    _: Scoped<may::Administer>,
    Query(wanted): Query<AuditQuery>,
) -> Response {
    let form = wanted.form();
    let filter = match wanted.filter() {
        Ok(filter) => filter,
        Err(error) => {
            let page = plain::audit(&state, form, Vec::new(), None, error.to_string());
            return plain::with_status(page, error.status());
        }
    };
    let before = wanted.before.unwrap_or(i64::MAX);
    let rows = state
        .app
        .store
        .audit_before(&filter, before, ROWS + 1)
        .await;
    match rows {
        Ok(mut rows) => {
            let more = ROWS < rows.len() as u32;
            rows.truncate(ROWS as usize);
            let older = rows.last().map(|row| row.n).filter(|_| more);
            plain::audit(&state, form, rows, older, String::new())
        }
        Err(error) => refuse(ServerError::from(error).into()),
    }
}

/// What a file has of a row.
trait Lines: Send + Sync + 'static {
    fn begin(&self) -> io::Result<Vec<u8>>;
    fn rows(&self, rows: Vec<AuditRow>) -> io::Result<Vec<u8>>;
}

struct Csv;
struct JsonLines;

const COLUMNS: [&str; 13] = [
    "n", "at", "actorId", "actor", "session", "ip", "action", "target", "outcome", "detail",
    "salt", "prev", "hash",
];

impl Lines for Csv {
    fn begin(&self) -> io::Result<Vec<u8>> {
        let mut writer = CsvWriter::new(Vec::new());
        writer.write(COLUMNS)?;
        writer.finish()
    }

    fn rows(&self, rows: Vec<AuditRow>) -> io::Result<Vec<u8>> {
        let mut writer = CsvWriter::new(Vec::new());
        for row in rows {
            let (n, at) = (row.n.to_string(), Timestamp(row.at).to_string());
            writer.write([
                &n,
                &at,
                &row.actor_id,
                &row.actor,
                &row.session,
                &row.ip,
                &row.action,
                &row.target,
                &row.outcome,
                &row.detail,
                &row.salt,
                &row.prev,
                &row.hash,
            ])?;
        }
        writer.finish()
    }
}

impl Lines for JsonLines {
    fn begin(&self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn rows(&self, rows: Vec<AuditRow>) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        for row in rows {
            line(&mut text, &Line::Row(row))?;
        }
        Ok(text)
    }
}

pub async fn csv(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Administer>,
    Query(wanted): Query<AuditQuery>,
) -> Response {
    file(
        &app,
        &places,
        &who,
        &wanted,
        ("csv", "text/csv; charset=utf-8"),
        Csv,
    )
    .await
}

pub async fn json_lines(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Administer>,
    Query(wanted): Query<AuditQuery>,
) -> Response {
    let kind = ("jsonl", "application/jsonl");
    file(&app, &places, &who, &wanted, kind, JsonLines).await
}

/// Streams the rows that are asked for, the newest first.
async fn file(
    app: &App,
    places: &Places,
    who: &Scoped<may::Administer>,
    wanted: &AuditQuery,
    (ending, kind): (&str, &'static str),
    lines: impl Lines,
) -> Response {
    let filter = match wanted.filter() {
        Ok(filter) => filter,
        Err(error) => return refuse(error),
    };
    let Ok(place) = places.exports.clone().try_acquire_owned() else {
        return refuse(ApiError::Unavailable {
            message: "Other files are being exported. Try again in a moment.".to_owned(),
        });
    };
    let event = Event::new(who.actor(), Act::Exported).with("what", "audit");
    if let Err(error) = app
        .store
        .record(event.with("chosen", wanted.chosen()))
        .await
    {
        return refuse(ServerError::from(error).into());
    }
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    let store = app.store.clone();
    tokio::spawn(async move {
        let _place = place;
        let mut before = i64::MAX;
        let mut next = lines.begin();
        loop {
            let failed = next.is_err();
            if sender.send(next.map(Bytes::from)).await.is_err() || failed || before == 0 {
                return;
            }
            next = piece(&store, &filter, &mut before, &lines).await;
        }
    });
    attachment_of(
        "audit",
        ending,
        kind,
        Body::from_stream(ReceiverStream::new(receiver)),
    )
}

/// The rows before `before`, which is 0 after the last.
async fn piece(
    store: &Store,
    filter: &AuditFilter,
    before: &mut i64,
    lines: &impl Lines,
) -> io::Result<Vec<u8>> {
    let rows = store.audit_before(filter, *before, PIECE).await;
    // The cause is logged; the reader sees that the file is not whole.
    let logged = |error: StoreError| io::Error::other(ApiError::from(ServerError::from(error)));
    let rows = rows.map_err(logged)?;
    let is_last = rows.len() < PIECE as usize;
    *before = rows.last().map_or(0, |row| row.n);
    if is_last {
        *before = 0;
    }
    lines.rows(rows)
}
