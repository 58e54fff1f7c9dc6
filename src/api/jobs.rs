//! Carrying out plans, and what came of it.

use leptos::prelude::*;

use super::call::Call;
use crate::domain::action::ActionKind;
use crate::domain::error::ApiError;
use crate::domain::job::{ItemPage, ItemState, JobId, JobPage, JobSummary};
use crate::domain::plan::Execution;
use crate::domain::selection::Selection;

/// Carries out a plan the operator has reviewed, and returns at once. Starting
/// the same plan twice returns the first job.
#[server(endpoint = "jobs/start", protocol = Call)]
pub async fn start_job(execution: Execution) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.start(&operator, &execution).await?)
}

/// Pauses a job: nothing more is sent until it is resumed.
#[server(endpoint = "jobs/pause", protocol = Call)]
pub async fn pause_job(id: JobId) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Stop>().await?;
    Ok(app.jobs.pause(&operator, &id).await?)
}

/// Goes on with a paused job, and reads unconfirmed devices back.
#[server(endpoint = "jobs/resume", protocol = Call)]
pub async fn resume_job(id: JobId) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.resume(&operator, &id).await?)
}

/// Stops what remains of a job; what is done stays done.
#[server(endpoint = "jobs/stop", protocol = Call)]
pub async fn stop_job(id: JobId) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Stop>().await?;
    Ok(app.jobs.stop(&operator, &id).await?)
}

/// Tries the failed devices of a job again, in a job of their own. Asked twice, it
/// is one job. `typed_count` confirms the number of devices, where there are many.
#[server(endpoint = "jobs/retry", protocol = Call)]
pub async fn retry_job(id: JobId, typed_count: Option<u64>) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::Run>().await?;
    Ok(app.jobs.retry(&operator, &id, typed_count).await?)
}

/// Lists the jobs, all of them or those of one action.
#[server(endpoint = "jobs/list", protocol = Call)]
pub async fn list_jobs(
    action: Option<ActionKind>,
    page: u32,
    size: u32,
) -> Result<JobPage, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.list(&operator, action, page, size).await?)
}

#[server(endpoint = "jobs/read", protocol = Call)]
pub async fn read_job(id: JobId) -> Result<JobSummary, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.read(&operator, &id).await?)
}

/// Lists a job's devices by serial, all of them or those in one state.
#[server(endpoint = "jobs/items", protocol = Call)]
pub async fn job_items(
    id: JobId,
    state: Option<ItemState>,
    page: u32,
    size: u32,
) -> Result<ItemPage, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.items(&operator, &id, state, page, size).await?)
}

/// The job's devices in one state, as a selection.
#[server(endpoint = "jobs/selection", protocol = Call)]
pub async fn job_selection(id: JobId, state: ItemState) -> Result<Selection, ApiError> {
    use crate::server::{authorize, may};

    let (app, operator) = authorize::<may::View>().await?;
    Ok(app.jobs.selection(&operator, &id, state).await?)
}
