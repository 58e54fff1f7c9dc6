//! What has become of jobs since somebody was last told, by the sequence that each job
//! has in the database: the same from whichever process is asked.

use std::collections::HashSet;

use super::Jobs;
use crate::domain::job::JobSummary;
use crate::domain::position::Position;
use crate::server::store::StoreError;

/// With more new jobs than this, whoever missed them begins anew.
const MANY: u32 = 100;

impl Jobs {
    /// Where a page stands that knows nothing, and the jobs it expects to be told of:
    /// those that are not over.
    pub async fn present(&self) -> Result<(Position, Vec<JobSummary>), StoreError> {
        // The number first: a job that starts in between is then still to come.
        let mut position = Position::at(self.store.newest_job().await?);
        let jobs = self.store.unfinished_jobs().await?;
        for job in &jobs {
            position.expect(job.number);
        }
        Ok((position, jobs))
    }

    /// The jobs of which there is news since, oldest first; `None` where that cannot
    /// be told, because it was long ago or in another database.
    pub async fn since(&self, position: &Position) -> Result<Option<Vec<JobSummary>>, StoreError> {
        let newest = self.store.newest_job().await?;
        if newest < position.newest() || MANY < newest - position.newest() {
            return Ok(None);
        }
        let mut jobs = self.store.unfinished_jobs().await?;
        let open: HashSet<u32> = jobs.iter().map(|job| job.number).collect();
        let known = position.open().map(|(number, _)| number);
        let ended = known
            .chain(position.newest() + 1..=newest)
            .filter(|number| !open.contains(number));
        for number in ended {
            match self.store.job_numbered(number).await? {
                Some(job) => jobs.push(job),
                None => return Ok(None),
            }
        }
        let mut known = position.open();
        if known.any(|(number, seq)| jobs.iter().any(|job| job.number == number && job.seq < seq)) {
            return Ok(None);
        }
        let mut reached = position.clone();
        jobs.sort_by_key(|job| job.number);
        jobs.retain(|job| reached.learn(job.number, job.seq, job.state.is_over()));
        Ok(Some(jobs))
    }
}
