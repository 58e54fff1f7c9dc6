//! A second person looks at what another has started, and decides.

use super::Jobs;
use crate::domain::action::Action;
use crate::domain::error::ApiError;
use crate::domain::job::approval::{Approval, ApprovalState};
use crate::domain::job::{ItemPage, JobId, JobSummary};
use crate::domain::permission::Permission;
use crate::server::store::{Decided, Decider, ReviewedGroup, SignedIn, StoreError};
use crate::server::{Scoped, ServerError, forbidden, may};

/// The longest reason to refuse, in characters.
const MAX_WHY: usize = 300;

/// How much of the fingerprint of a session is put on record.
const SESSION_LENGTH: usize = 8;

/// Devices in a page of a request.
pub const REQUEST_PAGE: u32 = 100;

/// A request to approve a job, as it is looked at.
#[derive(Debug)]
pub struct JobRequest {
    pub job: JobSummary,
    pub action: Action,
    pub approval: Approval,
    /// What the server found in the review.
    pub groups: Vec<ReviewedGroup>,
    pub items: ItemPage,
}

impl Jobs {
    /// The jobs that wait for approval, of those that somebody sees, oldest first.
    pub async fn requests(
        &self,
        who: &Scoped<may::View>,
    ) -> Result<Vec<(JobSummary, Approval)>, ServerError> {
        let mut requests = Vec::new();
        for id in self.store.jobs_awaiting_approval().await? {
            if !self.is_seen(who, &id).await? {
                continue;
            }
            let job = self.store.job(&id).await?;
            let approval = self.store.approval(&id).await?;
            if let (Some(job), Some((approval, _))) = (job, approval) {
                requests.push((job, approval));
            }
        }
        Ok(requests)
    }

    /// A request, open or decided, for somebody who sees all devices of its job.
    pub async fn request(
        &self,
        who: &Scoped<may::View>,
        id: &JobId,
        page: u32,
    ) -> Result<JobRequest, ServerError> {
        let (job, action) = self.read_with_action(who, id).await?;
        let approval = self.store.approval(id).await?;
        let (approval, _) = approval.ok_or_else(not_asked)?;
        Ok(JobRequest {
            items: self.items(who, id, None, page, REQUEST_PAGE).await?,
            groups: self.store.reviewed_groups(id).await?,
            job,
            action,
            approval,
        })
    }

    /// Whether who looks at a request may decide on it now.
    pub async fn may_decide(
        &self,
        who: &Scoped<may::View>,
        request: &JobRequest,
    ) -> Result<bool, ServerError> {
        let now = self.store.now().await?;
        Ok(request.approval.state == ApprovalState::Open
            && self
                .store
                .may_decide(&request.job.id, &who.name, now)
                .await?)
    }

    /// Approves a job. `digest` is of what was looked at.
    ///
    /// # Errors
    /// A sentence on why it is not approved; [`ApiError::SignedOut`] if password and code must be
    /// given once more.
    pub async fn approve(
        &self,
        who: &Scoped<may::Approve>,
        signed_in: &SignedIn,
        id: &JobId,
        digest: &str,
    ) -> Result<JobSummary, ServerError> {
        let by = self.decider(who, signed_in).await?;
        let job = self.read(&who.viewing(), id).await?;
        let fleet = self.fleet(&who.viewing()).await?;
        let grace = self
            .rules
            .grace(self.rules.must_type_count(job.eligible, fleet));
        let now = self.store.now().await?;
        let decided = self.store.approve_job(id, &by, digest, grace, now).await?;
        self.decided(id, decided).await
    }

    /// Refuses a job, and says why.
    ///
    /// # Errors
    /// As [`Jobs::approve`].
    pub async fn refuse(
        &self,
        who: &Scoped<may::Approve>,
        signed_in: &SignedIn,
        id: &JobId,
        why: &str,
    ) -> Result<JobSummary, ServerError> {
        let why = why.trim();
        let invalid = |message: String| ApiError::Invalid { message };
        if why.is_empty() {
            return Err(invalid("Write why you refuse the job.".to_owned()).into());
        }
        if MAX_WHY < why.chars().count() || why.contains('\0') {
            let text = format!("The reason has at most {MAX_WHY} characters.");
            return Err(invalid(text).into());
        }
        let by = self.decider(who, signed_in).await?;
        self.read(&who.viewing(), id).await?;
        let now = self.store.now().await?;
        let decided = self.store.refuse_job(id, &by, why, now).await?;
        self.decided(id, decided).await
    }

    /// Who decides, if they have given password and code a moment ago: a browser that was left
    /// open must not be enough.
    async fn decider(
        &self,
        who: &Scoped<may::Approve>,
        signed_in: &SignedIn,
    ) -> Result<Decider, ServerError> {
        if !who.is_strong(self.store.now().await?) {
            return Err(ApiError::SignedOut.into());
        }
        let session = signed_in.session.as_str();
        Ok(Decider {
            operator_id: signed_in.operator_id.clone(),
            login: signed_in.login.clone(),
            actor: who.actor().clone(),
            session: session.chars().take(SESSION_LENGTH).collect(),
            strong_at: signed_in.strong_at,
        })
    }

    async fn decided(&self, id: &JobId, decided: Decided) -> Result<JobSummary, ServerError> {
        let conflict = |message: &str| ApiError::Conflict {
            message: message.to_owned(),
        };
        let text = match decided {
            Decided::Done => return self.steered(id).await,
            Decided::NotAsked => return Err(not_asked()),
            Decided::NotAllowed => forbidden(Permission::Approve),
            Decided::Own => ApiError::Forbidden {
                message: "You started this job, so somebody else has to approve it.".to_owned(),
            },
            Decided::Already(state) => conflict(already(state)),
            Decided::OtherDigest => conflict(
                "The request has changed since you opened it. Review it again before you decide.",
            ),
            Decided::Changed => {
                self.steered(id).await?;
                conflict(already(ApprovalState::Changed))
            }
            Decided::Expired => {
                self.steered(id).await?;
                conflict(already(ApprovalState::Expired))
            }
        };
        Err(text.into())
    }

    /// Stops the jobs on which nobody decided in time.
    pub(super) async fn expire_approvals(&self) -> Result<(), StoreError> {
        let expired = self.store.expire_approvals(self.store.now().await?).await?;
        if expired != 0 {
            tracing::info!(expired, "nobody has approved these jobs in time");
            self.changed.notify_one();
        }
        Ok(())
    }
}

/// What became of a request, as whoever comes later is told.
fn already(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Open => "The job still waits for approval.",
        ApprovalState::Approved => "The job was approved already.",
        ApprovalState::Refused => "The job was refused already.",
        ApprovalState::Withdrawn => "The job was stopped before anybody decided on it.",
        ApprovalState::Expired => "Nobody decided in time, so the job was stopped.",
        ApprovalState::Changed => {
            "The job is not what approval was asked for, so it was stopped and nothing is sent."
        }
    }
}

fn not_asked() -> ServerError {
    ApiError::NotFound {
        what: "This request".to_owned(),
    }
    .into()
}
