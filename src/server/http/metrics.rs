//! Figures for who watches the server, in the text format of Prometheus. But for the
//! start of the process, its panics and how it finds the directory they are the database's, so every process
//! that shares one tells the same.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::job::{ItemState, JobState};
use crate::server::{App, Scoped, ServerError};

/// The format's name, with its version.
const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

pub async fn metrics(State(app): State<App>) -> Response {
    match figures(&app).await {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the figures could not be read");
            let message = "the database does not answer";
            (StatusCode::SERVICE_UNAVAILABLE, message).into_response()
        }
    }
}

async fn figures(app: &App) -> Result<String, ServerError> {
    let cache = app
        .inventory
        .cache_state(&Scoped::at_this_computer())
        .await?;
    let devices = app.inventory.size().await?;
    let jobs = app.jobs.unfinished().await?;
    let totals = app.jobs.finished_devices().await?;
    let mut page = Page::default();

    page.begin("devices", "gauge", "Devices in the inventory.");
    page.value("devices", devices);
    page.begin("jobs", "gauge", "Jobs that are not over, by state.");
    for state in JobState::ALL
        .iter()
        .filter(|state| !state.is_over() && **state != JobState::Planned)
    {
        let count = jobs.iter().filter(|job| job.state == *state).count();
        page.value(
            &format!("jobs{{state=\"{}\"}}", state.as_str()),
            count as u64,
        );
    }
    page.begin(
        "job_devices",
        "gauge",
        "Devices of jobs that are not over, by state.",
    );
    for state in ItemState::ALL
        .iter()
        .filter(|state| **state != ItemState::Planned)
    {
        let count: u64 = jobs.iter().map(|job| job.counts.of(*state)).sum();
        page.value(
            &format!("job_devices{{state=\"{}\"}}", state.as_str()),
            count,
        );
    }
    page.begin(
        "settled_devices_total",
        "counter",
        "Devices that jobs have settled, by how they ended.",
    );
    for (state, count) in totals {
        page.value(
            &format!("settled_devices_total{{state=\"{}\"}}", state.as_str()),
            count,
        );
    }
    page.begin(
        "directory_calls",
        "gauge",
        "Calls to the directory that are not answered yet.",
    );
    page.value("directory_calls", app.store.count_open_calls().await?);
    page.begin(
        "directory_up",
        "gauge",
        "Whether the directory can be used: 1 if so.",
    );
    let is_up = app.health.state().down_since.is_none();
    page.value("directory_up", u64::from(is_up));
    page.begin(
        "refresh_running",
        "gauge",
        "Whether the inventory is being refreshed.",
    );
    page.value("refresh_running", u64::from(cache.running().is_some()));
    page.begin(
        "refresh_failed",
        "gauge",
        "Whether the last refresh failed.",
    );
    page.value("refresh_failed", u64::from(cache.failed().is_some()));
    // One that was never read has no age.
    if let Some(at) = cache.complete_as_of {
        page.begin(
            "inventory_age_seconds",
            "gauge",
            "Since the last complete refresh began.",
        );
        page.value(
            "inventory_age_seconds",
            (cache.now.0 - at.0).max(0) as u64 / 1000,
        );
    }
    page.begin(
        "worker_panics_total",
        "counter",
        "Panics in the background since this process started.",
    );
    page.value("worker_panics_total", app.supervisor.panics());
    page.begin(
        "start_time_seconds",
        "gauge",
        "When this process started, since 1970.",
    );
    page.value("start_time_seconds", (app.started_at.0 / 1000) as u64);
    Ok(page.text)
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn begin(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(
            self.text,
            "# HELP sunset_{name} {help}\n# TYPE sunset_{name} {kind}"
        );
    }

    fn value(&mut self, name: &str, value: u64) {
        let _ = writeln!(self.text, "sunset_{name} {value}");
    }
}
