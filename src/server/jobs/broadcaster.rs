//! Tells open pages what jobs come to, whoever works on them: this process or
//! another. The database is the truth; being woken only makes it quicker.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Jobs;
use crate::domain::live::LiveMessage;
use crate::domain::position::Position;
use crate::server::error::chain;
use crate::server::store::{StoreError, WakeUps};

/// How often open pages are told of progress, at the most.
const TELL: Duration = Duration::from_millis(200);

/// How long it may take to hear of something of which nobody told.
const POLL: Duration = Duration::from_secs(2);

/// What pages were told.
#[derive(Debug)]
struct Broadcasted {
    jobs: Position,
    newest_notice: u32,
}

/// Runs until the token is cancelled.
pub(super) async fn run(jobs: &Jobs, stop: &CancellationToken) {
    let mut sent = None;
    let mut wake_ups: Option<WakeUps> = None;
    while !stop.is_cancelled() {
        if let Err(error) = jobs.tell_changes(&mut sent).await {
            tracing::warn!(cause = %chain(&error), "open pages could not be told");
        }
        jobs.live.set_log_problem(jobs.store.log_trouble().await);
        if wake_ups.is_none() {
            wake_ups = jobs.store.listen().await.ok();
        }
        let heard = async {
            match &mut wake_ups {
                Some(wake_ups) => wake_ups.next().await,
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
            wake_ups = None;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(TELL) => {}
        }
    }
}

impl Jobs {
    async fn tell_changes(&self, sent: &mut Option<Broadcasted>) -> Result<(), StoreError> {
        let Some(sent) = sent else {
            // Pages begin with the present state by themselves.
            let newest_notice = self.store.newest_notice().await?;
            let (mut position, open) = self.present().await?;
            for job in open {
                position.learn(job.number, job.seq, false);
            }
            *sent = Some(Broadcasted {
                jobs: position,
                newest_notice,
            });
            return Ok(());
        };
        let jobs = match self.since(&sent.jobs).await? {
            Some(jobs) => jobs,
            None => {
                let (position, jobs) = self.present().await?;
                sent.jobs = position;
                jobs
            }
        };
        for job in jobs {
            sent.jobs.learn(job.number, job.seq, job.state.is_over());
            self.live.tell(LiveMessage::Job(Box::new(job)));
        }
        for (operator, notice) in self.store.notices_since(sent.newest_notice).await? {
            sent.newest_notice = notice.number;
            self.live.tell_one(operator, LiveMessage::Notice(notice));
        }
        Ok(())
    }
}
