//! Requests to approve a job: plain pages with forms. Whoever decides has given password and
//! code a moment ago.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::export::refuse;
use super::extract::{Form, Path, Query};
use super::{ServerState, plain};
use crate::domain::error::ApiError;
use crate::domain::job::approval::Approval;
use crate::domain::job::{JobId, JobSummary};
use crate::server::store::{GroupedBy, SignedIn};
use crate::server::{JobRequest, REQUEST_PAGE, Scoped, ServerError, may};
use crate::ui::approvals::{Decision, RequestRow, RequestView, words};

pub const PAGE: &str = "/approvals";

#[derive(Deserialize)]
pub struct Looked {
    /// The page of its devices; what is no number is the first.
    #[serde(default)]
    page: String,
}

#[derive(Deserialize)]
pub struct Approving {
    /// Of what was looked at.
    digest: String,
}

#[derive(Deserialize)]
pub struct Refusing {
    #[serde(default)]
    why: String,
}

/// The jobs that wait for approval.
pub async fn list(State(state): State<ServerState>, who: Scoped<may::View>) -> Response {
    let row = |(job, approval): (JobSummary, Approval)| RequestRow {
        job,
        asked_at: approval.asked_at,
        expires_at: approval.expires_at,
    };
    let resets = state.app.identity.resets().await;
    match state.app.jobs.requests(&who).await {
        Ok(requests) => plain::approvals(&state, requests.into_iter().map(row).collect(), resets),
        Err(error) => refuse(error.into()),
    }
}

/// One request, open or decided.
pub async fn look(
    State(state): State<ServerState>,
    who: Scoped<may::View>,
    Path(id): Path<String>,
    Query(looked): Query<Looked>,
) -> Response {
    let page = looked.page.parse().unwrap_or(1);
    show(&state, &who, &JobId(id), page, Ok("")).await
}

pub async fn approve(
    State(state): State<ServerState>,
    who: Scoped<may::Approve>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Approving>,
) -> Response {
    let id = JobId(id);
    let jobs = &state.app.jobs;
    let approved = jobs.approve(&who, &signed_in, &id, &form.digest).await;
    let done = approved.map(|_| words::APPROVED);
    decided(&state, &who, &signed_in, &id, done).await
}

pub async fn refuse_job(
    State(state): State<ServerState>,
    who: Scoped<may::Approve>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Form(form): Form<Refusing>,
) -> Response {
    let id = JobId(id);
    let refused = state.app.jobs.refuse(&who, &signed_in, &id, &form.why);
    let done = refused.await.map(|_| words::REFUSED);
    decided(&state, &who, &signed_in, &id, done).await
}

/// The request after somebody has decided, or could not.
async fn decided(
    state: &ServerState,
    who: &Scoped<may::Approve>,
    signed_in: &SignedIn,
    id: &JobId,
    done: Result<&'static str, ServerError>,
) -> Response {
    match done.map_err(ApiError::from) {
        Err(ApiError::SignedOut) => {
            let back = format!("{PAGE}/{}", id.as_str());
            let why = words::SIGN_IN_FIRST.to_owned();
            let page = plain::sign_in_again(state, &back, signed_in, why);
            plain::with_status(page, 401)
        }
        done => show(state, &who.viewing(), id, 1, done).await,
    }
}

async fn show(
    state: &ServerState,
    who: &Scoped<may::View>,
    id: &JobId,
    page: u32,
    done: Result<&'static str, ApiError>,
) -> Response {
    let request = match state.app.jobs.request(who, id, page).await {
        Ok(request) => request,
        // Who may not see it is told no more than that.
        Err(error) => return refuse(error.into()),
    };
    let decision = match state.app.jobs.may_decide(who, &request).await {
        Ok(true) => Decision::Theirs,
        Ok(false) if request.job.operator == who.name => Decision::Own,
        Ok(false) => Decision::OfOthers,
        Err(error) => return refuse(error.into()),
    };
    let status = done.as_ref().err().map(ApiError::status);
    let (done, error) = match done {
        Ok(done) => (done, String::new()),
        Err(error) => ("", error.to_string()),
    };
    let resets = state.app.identity.resets().await;
    let html = plain::request(state, view(request, page, decision, done, error), resets);
    match status {
        Some(status) => plain::with_status(html, status),
        None => html,
    }
}

fn view(
    request: JobRequest,
    page: u32,
    decision: Decision,
    done: &'static str,
    error: String,
) -> RequestView {
    let grouped = |by: GroupedBy| {
        let groups = request.groups.iter().filter(|group| group.by == by);
        groups.map(|it| (it.label.clone(), it.devices)).collect()
    };
    let size = u64::from(REQUEST_PAGE);
    RequestView {
        groups: [GroupedBy::OrgUnit, GroupedBy::Model, GroupedBy::Status].map(grouped),
        pages: request.items.total.div_ceil(size).max(1) as u32,
        job: request.job,
        approval: request.approval,
        items: request.items,
        page,
        decision,
        done,
        error,
    }
}
