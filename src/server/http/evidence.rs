//! What proves to others how a job ended: its evidence, and its certificate.

use std::io::{self, Read};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{attachment_of, refuse};
use super::extract::{Path, Query};
use super::request_limits::Places;
use super::{ServerState, plain};
use crate::domain::audit::Act;
use crate::domain::error::ApiError;
use crate::domain::job::JobId;
use crate::domain::time::Timestamp;
use crate::server::audit::SigningKey;
use crate::server::{App, Scoped, ServerError, may};
use crate::ui::audit::{CertificateDevice, CertificateFacts};

/// Devices on a sheet of a certificate.
const DEVICES: u32 = 500;

/// Bytes of a file read at once.
const CHUNK: u64 = 64 << 10;

/// The evidence of a job, as a zip archive.
pub async fn archive(
    State(app): State<App>,
    State(places): State<Places>,
    who: Scoped<may::Export>,
    Path(id): Path<String>,
) -> Response {
    let Ok(place) = places.exports.clone().try_acquire_owned() else {
        return refuse(ApiError::Unavailable {
            message: "Other files are being exported. Try again in a moment.".to_owned(),
        });
    };
    let made = async {
        let (job, action) = app
            .jobs
            .read_with_action(&who.viewing(), &JobId(id))
            .await?;
        let name = format!("job-{}-evidence", job.number);
        Ok::<_, ServerError>((name, app.evidence(&who, job, action).await?))
    };
    let (name, file) = match made.await {
        Ok(made) => made,
        Err(error) => return refuse(error.into()),
    };
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let mut file = file;
        loop {
            let mut bytes = Vec::new();
            let read = file.by_ref().take(CHUNK).read_to_end(&mut bytes);
            let is_last = bytes.is_empty();
            let failed = read.is_err();
            if is_last && !failed || sender.blocking_send(read.map(|_| bytes.into())).is_err() {
                return;
            }
            if failed {
                return;
            }
        }
    });
    let body = Body::from_stream(ReceiverStream::new(receiver));
    attachment_of(&name, "zip", "application/zip", body)
}

#[derive(Deserialize)]
pub struct Sheet {
    #[serde(default = "first")]
    page: u32,
}

fn first() -> u32 {
    1
}

/// The certificate of a job: a page to be printed.
pub async fn certificate(
    State(state): State<ServerState>,
    who: Scoped<may::Export>,
    Path(id): Path<String>,
    Query(sheet): Query<Sheet>,
) -> Response {
    match facts(&state.app, &who, JobId(id), sheet.page.max(1)).await {
        Ok(facts) => plain::certificate(&state, facts),
        Err(error) => refuse(error.into()),
    }
}

async fn facts(
    app: &App,
    who: &Scoped<may::Export>,
    id: JobId,
    sheet: u32,
) -> Result<CertificateFacts, ServerError> {
    let (job, action) = app.jobs.read_with_action(&who.viewing(), &id).await?;
    let (items, total) = app.store.job_items(&id, None, sheet, DEVICES).await?;
    if items.is_empty() && 1 < sheet {
        let what = "This sheet".to_owned();
        return Err(ApiError::NotFound { what }.into());
    }
    let plan = app.store.evidence_plan(&id).await?;
    let approved = app.store.last_act(id.as_str(), Act::Approved).await?;
    Ok(CertificateFacts {
        job,
        action,
        authority: plan.map(|plan| plan.authority).unwrap_or_default(),
        devices: items.iter().map(CertificateDevice::from).collect(),
        sheet,
        sheets: total.div_ceil(DEVICES.into()).max(1) as u32,
        approved: approved.map(|row| (row.actor, Timestamp(row.at))),
        key: app.audit.key().map(SigningKey::id).unwrap_or_default(),
    })
}
