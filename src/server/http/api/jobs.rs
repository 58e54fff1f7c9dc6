//! Jobs, and what came of each of their devices.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::export::{Kind, refuse};
use super::super::extract::Path;
use super::super::request_limits::Places;
use crate::domain::action::ActionKind;
use crate::domain::job::{ItemState, JobId, JobSummary};
use crate::server::export::Export;
use crate::server::json_out::Shape;
use crate::server::results::{RESULT_COLUMNS, result_record};
use crate::server::{App, Scoped, may};

/// Rows of a page where the address does not say how many.
const SIZE: u32 = 50;

/// The page that an address asks for, and what else it says.
#[derive(Debug)]
struct PageRequest {
    page: u32,
    size: u32,
    /// The value of the one other parameter.
    only: Option<String>,
}

pub async fn list(
    State(app): State<App>,
    who: Scoped<may::View>,
    RawQuery(query): RawQuery,
) -> Response {
    let page_request = match page_request(query.as_deref(), "action") {
        Ok(page_request) => page_request,
        Err(message) => return bad(&message),
    };
    let action = match page_request.only.as_deref().map(ActionKind::from_word) {
        Some(None) => return bad("There is no such action"),
        action => action.flatten(),
    };
    match app
        .jobs
        .list(&who, action, page_request.page, page_request.size)
        .await
    {
        Ok(page) => Json(json!({
            "total": page.total,
            "page": page_request.page,
            "size": page_request.size,
            "jobs": page.rows.iter().map(of_job).collect::<Vec<_>>(),
        }))
        .into_response(),
        Err(error) => refuse(error.into()),
    }
}

pub async fn one(
    State(app): State<App>,
    who: Scoped<may::View>,
    Path(id): Path<String>,
) -> Response {
    match app.jobs.read(&who, &JobId(id)).await {
        Ok(job) => Json(of_job(&job)).into_response(),
        Err(error) => refuse(error.into()),
    }
}

/// A page of a job's devices, with the fields of its result file.
pub async fn devices(
    State(app): State<App>,
    who: Scoped<may::View>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let page_request = match page_request(query.as_deref(), "outcome") {
        Ok(page_request) => page_request,
        Err(message) => return bad(&message),
    };
    let state = match page_request.only.as_deref().map(ItemState::from_word) {
        Some(None) => return bad("There is no such outcome"),
        state => state.flatten(),
    };
    let id = JobId(id);
    let (job, action) = match app.jobs.read_with_action(&who, &id).await {
        Ok(read) => read,
        Err(error) => return refuse(error.into()),
    };
    let items = app
        .jobs
        .items(&who, &id, state, page_request.page, page_request.size);
    match items.await {
        Ok(page) => {
            let shape = Shape::of(RESULT_COLUMNS);
            let of_item = |item| Value::from(shape.object(&result_record(&job, &action, item)));
            Json(json!({
                "total": page.total,
                "page": page_request.page,
                "size": page_request.size,
                "devices": page.rows.iter().map(of_item).collect::<Vec<_>>(),
            }))
            .into_response()
        }
        Err(error) => refuse(error.into()),
    }
}

pub async fn csv(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    Path(id): Path<String>,
) -> Response {
    all(&app, &places, &who, id, Kind::Csv).await
}

/// A JSON object in each line.
pub async fn json_lines(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    Path(id): Path<String>,
) -> Response {
    all(&app, &places, &who, id, Kind::JsonLines).await
}

async fn all(
    app: &App,
    places: &Places,
    who: &Scoped<may::Export>,
    id: String,
    kind: Kind,
) -> Response {
    match app.jobs.read_with_action(&who.viewing(), &JobId(id)).await {
        Ok((job, action)) => {
            let name = format!("job-{}-results", job.number);
            let export = Export::Results(Box::new(job), Box::new(action));
            places.file(&name, kind, app.export(who, export, "").await)
        }
        Err(error) => refuse(error.into()),
    }
}

/// What an address asks for: a page, and the rows of one kind, which `only` names.
fn page_request(query: Option<&str>, only: &str) -> Result<PageRequest, String> {
    let mut page_request = PageRequest {
        page: 1,
        size: SIZE,
        only: None,
    };
    let number = |name: &str, value: &str| {
        let number = value.parse::<u32>();
        number.map_err(|_| format!("{name} is no number"))
    };
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            "page" => page_request.page = number(&name, &value)?,
            "size" => page_request.size = number(&name, &value)?,
            name if name == only => page_request.only = Some(value.into_owned()),
            name => return Err(format!("{name} means nothing here")),
        }
    }
    Ok(page_request)
}

fn bad(why: &str) -> Response {
    let message = format!("The address cannot be used: {why}.");
    (StatusCode::BAD_REQUEST, message).into_response()
}

fn of_job(job: &JobSummary) -> Value {
    let choices = job.choices.iter();
    let causes = job.causes.iter();
    json!({
        "id": job.id.as_str(),
        "number": job.number,
        "state": job.state.as_str(),
        "action": job.action.as_str(),
        "choices": choices
            .map(|it| json!({"term": it.term, "text": it.text}))
            .collect::<Vec<_>>(),
        "note": job.note,
        "startedBy": job.operator,
        "approvedBy": (!job.approved_by.is_empty()).then_some(&job.approved_by),
        "planHash": job.plan_hash,
        "startedAt": job.started_at.map(|at| at.to_string()),
        "finishedAt": job.finished_at.map(|at| at.to_string()),
        "pauseReason": job.pause_reason,
        "retryOf": job.retry_of.as_ref().map(JobId::as_str),
        "retriedBy": job.retried_by.as_ref().map(JobId::as_str),
        "devices": {
            "total": job.counts.total,
            "eligible": job.eligible,
            "pending": job.counts.pending,
            "sent": job.counts.sent,
            "unconfirmed": job.counts.unconfirmed,
            "succeeded": job.counts.succeeded,
            "failed": job.counts.failed,
            "skipped": job.counts.skipped,
            "notAttempted": job.counts.not_attempted,
        },
        "causes": causes
            .map(|(cause, count)| json!({"cause": cause, "devices": count}))
            .collect::<Vec<_>>(),
    })
}
