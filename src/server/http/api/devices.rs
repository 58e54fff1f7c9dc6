//! Devices, as the Directory API names their fields.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::export::{Kind, refuse};
use super::super::extract::Path;
use super::super::request_limits::Places;
use crate::domain::device::Device;
use crate::domain::error::ApiError;
use crate::domain::grid::GridView;
use crate::domain::job::{JobItem, JobSummary};
use crate::server::csv_out::{device_header, device_record};
use crate::server::export::Export;
use crate::server::json_out::Shape;
use crate::server::{App, Scoped, may};

/// A page of the devices that match the filter in the address.
pub async fn list(
    State(app): State<App>,
    who: Scoped<may::View>,
    RawQuery(query): RawQuery,
) -> Response {
    let view = match view_of(query.as_deref().unwrap_or_default()) {
        Ok(view) => view,
        Err(text) => return *text,
    };
    let shape = Shape::of(device_header());
    let devices = |rows: &[Device]| rows.iter().map(|row| of_device(&shape, row)).collect();
    match app.inventory.page(&who, &view).await {
        Ok(page) => Json(json!({
            "total": page.total,
            "page": view.page,
            "size": view.size,
            "devices": Value::Array(devices(&page.rows)),
        }))
        .into_response(),
        Err(error) => refuse(error.into()),
    }
}

/// One device, with the jobs that hold or held it.
pub async fn one(
    State(app): State<App>,
    who: Scoped<may::View>,
    Path(id): Path<String>,
) -> Response {
    match app.inventory.device(&who, &id).await {
        Ok(found) => {
            let jobs: Vec<Value> = found.jobs.iter().map(of_job).collect();
            let mut device = of_device(&Shape::of(device_header()), &found.device);
            device["gone"] = found.device.gone.into();
            device["jobs"] = jobs.into();
            Json(device).into_response()
        }
        Err(error) => refuse(error.into()),
    }
}

pub async fn csv(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    RawQuery(query): RawQuery,
) -> Response {
    all(&app, &places, &who, query, Kind::Csv).await
}

/// A JSON object in each line.
pub async fn json_lines(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    RawQuery(query): RawQuery,
) -> Response {
    all(&app, &places, &who, query, Kind::JsonLines).await
}

/// All devices that match, as a file.
async fn all(
    app: &App,
    places: &Places,
    who: &Scoped<may::Export>,
    query: Option<String>,
    kind: Kind,
) -> Response {
    let query = query.unwrap_or_default();
    let view = match view_of(&query) {
        Ok(view) => view,
        Err(text) => return *text,
    };
    match app.inventory.matching(&who.viewing(), &view.filter).await {
        Ok(devices) => {
            let chosen = format!("filter: {query}");
            let pieces = app.export(who, Export::Selected(devices), &chosen).await;
            places.file("devices", kind, pieces)
        }
        Err(error) => refuse(error.into()),
    }
}

/// The filter, order and page in an address of ours. What is not understood is refused: a
/// filter that is left out would answer with more devices than were asked for.
fn view_of(query: &str) -> Result<GridView, Box<Response>> {
    let parsed = GridView::parse(query);
    let bad = parsed.bad.first().or(parsed.unknown.first());
    if let Some(bad) = bad {
        let text = format!("The address cannot be used: {bad}.");
        return Err(Box::new((StatusCode::BAD_REQUEST, text).into_response()));
    }
    if parsed.view.selected_only {
        return Err(Box::new(refuse(ApiError::Invalid {
            message: "An address does not hold a selection.".to_owned(),
        })));
    }
    Ok(parsed.view)
}

fn of_device(shape: &Shape, device: &Device) -> Value {
    let mut value = shape.object(&device_record(&device.directory));
    value.insert("readAt".to_owned(), device.read_at.to_string().into());
    value.insert("inJob".to_owned(), device.in_job.into());
    value.into()
}

fn of_job((job, item): &(JobSummary, JobItem)) -> Value {
    json!({
        "id": job.id.as_str(),
        "number": job.number,
        "action": job.action.as_str(),
        "outcome": item.state.as_str(),
        "finishedAt": item.finished_at().map(|at| at.to_string()),
    })
}
