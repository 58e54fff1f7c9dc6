//! What operators do to a started job: pause, resume, stop, and retry what failed.

use uuid::Uuid;

use super::Jobs;
use super::check::check_count;
use crate::domain::error::ApiError;
use crate::domain::job::{JobId, JobSummary};
use crate::domain::permission::Permission;
use crate::domain::scope::Scope;
use crate::server::store::{Resume, Retry};
use crate::server::{Scoped, ServerError, forbidden, may};

impl Jobs {
    /// Pauses a job, by an operator's wish.
    pub async fn pause(
        &self,
        operator: &Scoped<may::Stop>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        self.may_stop(operator, id).await?;
        let reason = format!("Paused by {}.", operator.name);
        let now = self.store.now().await?;
        self.store
            .pause_job(id, operator.actor(), &reason, now)
            .await?;
        self.steered(id).await
    }

    /// Goes on with a paused job.
    pub async fn resume(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        self.may_run(operator, id).await?;
        let now = self.store.now().await?;
        match self.store.resume_job(id, operator.actor(), now).await? {
            Resume::Done => self.steered(id).await,
            Resume::Changed => Err(not_as_reviewed()),
        }
    }

    /// Stops what remains of a job. What is done stays done.
    pub async fn stop(
        &self,
        operator: &Scoped<may::Stop>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        self.may_stop(operator, id).await?;
        let now = self.store.now().await?;
        self.store.stop_job(id, operator.actor(), now).await?;
        self.steered(id).await
    }

    /// Stops what remains of all jobs, whoever started them. Returns how many there were.
    pub async fn stop_all(&self, operator: &Scoped<may::Administer>) -> Result<u64, ServerError> {
        let now = self.store.now().await?;
        let stopped = self.store.stop_all_jobs(operator.actor(), now).await?;
        tracing::warn!(by = operator.name, stopped, "all jobs were stopped");
        self.changed.notify_one();
        Ok(stopped)
    }

    /// Starts a job of the devices that failed in this one and may not fail again.
    /// A large one is confirmed by its number and begins after the grace, as with Execute.
    pub async fn retry(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
        typed_count: Option<u64>,
    ) -> Result<JobSummary, ServerError> {
        let job = self.may_run(operator, id).await?;
        let fleet = self.fleet(&operator.viewing()).await?;
        let is_large = self.rules.must_type_count(job.retryable, fleet);
        if job.retried_by.is_none() {
            check_count(is_large, job.retryable, typed_count)?;
            self.ask_again(operator, is_large).await?;
        }
        let child = JobId(Uuid::new_v4().simple().to_string());
        let now = self.store.now().await?;
        let conflict = |message: &str| ApiError::Conflict {
            message: message.to_owned(),
        };
        match self
            .store
            .retry_job(
                id,
                &child,
                operator.actor(),
                self.rules.starting(is_large),
                now,
            )
            .await?
        {
            Retry::Job(child) => self.steered(&child).await,
            Retry::Changed => Err(not_as_reviewed()),
            Retry::LimitExceeded(beyond) => Err(conflict(&beyond.sentence()).into()),
            Retry::NotOver => Err(conflict("The job is not over yet.").into()),
            Retry::NothingToRetry => Err(conflict(
                "No device of the job failed in a way that another attempt may help.",
            )
            .into()),
        }
    }

    /// The job after it was steered, told to whoever works on it or looks at it.
    pub(super) async fn steered(&self, id: &JobId) -> Result<JobSummary, ServerError> {
        self.work.notify_one();
        self.changed.notify_one();
        self.read_any(id).await
    }

    /// The job, if the operator may stop jobs where it has devices.
    async fn may_stop(
        &self,
        operator: &Scoped<may::Stop>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        let job = self.read(&operator.viewing(), id).await?;
        let scope = operator.scope();
        if *scope != Scope::All {
            let units = self.store.job_org_units(id).await?;
            if !units.iter().any(|unit| scope.covers(unit)) {
                return Err(forbidden(Permission::Stop).into());
            }
        }
        Ok(job)
    }

    /// The job, if the operator may run jobs of all its devices.
    async fn may_run(
        &self,
        operator: &Scoped<may::Run>,
        id: &JobId,
    ) -> Result<JobSummary, ServerError> {
        let (job, action) = self.read_with_action(&operator.viewing(), id).await?;
        let leads_out = |org_unit| !operator.scope().covers(org_unit);
        if action.org_unit().is_some_and(leads_out) {
            return Err(forbidden(Permission::Run).into());
        }
        for effect in action.effects() {
            for permission in effect.kind().permissions() {
                if !self.is_within(id, &operator.scope_of(*permission)).await? {
                    return Err(forbidden(*permission).into());
                }
            }
        }
        Ok(job)
    }
}

/// The rows of a job are not those that its hash was made of.
fn not_as_reviewed() -> ServerError {
    ApiError::Conflict {
        message: "The devices of this job in the database are not those that were reviewed, so \
                  nothing more is sent. Stop the job, and review the devices again."
            .to_owned(),
    }
    .into()
}
