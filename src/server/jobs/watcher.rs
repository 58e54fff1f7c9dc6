//! Tells open pages what jobs come to, whoever works on them: this process or
//! another. The database is the truth; being woken only makes it quicker.

use std::collections::HashMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Jobs;
use crate::domain::job::{JobId, JobSummary};
use crate::domain::live::LiveMessage;
use crate::server::error::chain;
use crate::server::store::{News, StoreError};

/// How often open pages are told of progress, at the most.
const TELL: Duration = Duration::from_millis(200);

/// How long it may take to hear of something of which nobody told.
const POLL: Duration = Duration::from_secs(2);

/// What pages were told.
#[derive(Debug)]
struct Told {
    /// The last told number of each job's sequence, of jobs that are not over.
    open: HashMap<JobId, u64>,
    newest_job: u32,
    newest_notice: u32,
}

/// Runs until the token is cancelled.
pub(super) async fn run(jobs: &Jobs, stop: &CancellationToken) {
    let mut told = None;
    let mut news: Option<News> = None;
    while !stop.is_cancelled() {
        if let Err(error) = jobs.tell_changes(&mut told).await {
            tracing::warn!(cause = %chain(&error), "open pages could not be told");
        }
        if news.is_none() {
            news = jobs.store.listen().await.ok();
        }
        let heard = async {
            match &mut news {
                Some(news) => news.next().await,
                None => std::future::pending().await,
            }
        };
        let lost = tokio::select! {
            () = stop.cancelled() => false,
            () = jobs.changed.notified() => false,
            () = tokio::time::sleep(POLL) => false,
            heard = heard => heard.is_err(),
        };
        if lost {
            news = None;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(TELL) => {}
        }
    }
}

impl Jobs {
    async fn tell_changes(&self, told: &mut Option<Told>) -> Result<(), StoreError> {
        let Some(told) = told else {
            // Pages begin with the present state by themselves.
            let open = self.store.unfinished_jobs().await?;
            *told = Some(Told {
                newest_job: self.store.newest_job().await?,
                newest_notice: self.store.newest_notice().await?,
                open: open.into_iter().map(|job| (job.id, job.seq)).collect(),
            });
            return Ok(());
        };
        let jobs = self.store.unfinished_jobs().await?;
        let now_open: HashMap<JobId, u64> =
            jobs.iter().map(|job| (job.id.clone(), job.seq)).collect();
        for job in jobs {
            if told.open.get(&job.id).is_none_or(|seq| *seq < job.seq) {
                self.tell_job(told, job);
            }
        }
        let mut ended: Vec<JobId> = told
            .open
            .keys()
            .filter(|id| !now_open.contains_key(id))
            .cloned()
            .collect();
        ended.extend(self.store.jobs_since(told.newest_job).await?);
        for id in ended {
            if let Some(job) = self.store.job(&id).await? {
                self.tell_job(told, job);
            }
        }
        told.open = now_open;
        for (number, notice) in self.store.notices_since(told.newest_notice).await? {
            told.newest_notice = number;
            self.live.tell(LiveMessage::Notice(notice));
        }
        Ok(())
    }

    fn tell_job(&self, told: &mut Told, job: JobSummary) {
        told.newest_job = told.newest_job.max(job.number);
        self.live.tell(LiveMessage::Job(job));
    }
}
