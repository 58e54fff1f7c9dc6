//! What must always be true of jobs, asked of the
//! database itself: `sunset check`, and after every story of the tests.

use super::pool::on_pool;
use super::{Store, StoreError};

/// Each with a query for the numbers of the jobs of which it is not true.
const INVARIANTS: [(&str, &str); 11] = [
    (
        "counters equal rows",
        "SELECT number FROM job JOIN (
             SELECT job_id,
                 SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END) AS p,
                 SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS s,
                 SUM(CASE WHEN state = 'unconfirmed' THEN 1 ELSE 0 END) AS u,
                 SUM(CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END) AS ok,
                 SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS bad,
                 SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END) AS skip,
                 SUM(CASE WHEN state = 'not_attempted' THEN 1 ELSE 0 END) AS na,
                 SUM(CASE WHEN how = 'already' THEN 1 ELSE 0 END) AS before,
                 COUNT(*) AS n
             FROM job_item GROUP BY job_id) AS rows ON rows.job_id = job.id
         WHERE number > 0 AND NOT (pending = p AND sent = s AND unconfirmed = u
             AND succeeded = ok AND failed = bad AND skipped = skip AND not_attempted = na
             AND already = before AND total = n)",
    ),
    (
        "the sequence has no gap",
        "SELECT number FROM job WHERE number > 0 AND NOT (
             seq = (SELECT COUNT(*) FROM job_event WHERE job_id = job.id)
             AND seq = (SELECT MAX(job_event.seq) FROM job_event WHERE job_id = job.id))",
    ),
    (
        "every call is on record before what came of it",
        "SELECT DISTINCT number FROM job_item JOIN job ON job.id = job_item.job_id
             LEFT JOIN directory_call call ON call.call_id = job_item.call_id
                 AND call.job_id = job_item.job_id
         WHERE job_item.call_id <> '' AND (call.call_id IS NULL
             OR (job_item.finished_at > 0 AND call.opened_at > job_item.finished_at))",
    ),
    (
        "a device that is sent has an open call",
        "SELECT DISTINCT number FROM job_item JOIN job ON job.id = job_item.job_id
             JOIN directory_call call ON call.call_id = job_item.call_id
         WHERE job_item.state = 'sent' AND call.state <> 'open'",
    ),
    (
        "an open call has its devices",
        "SELECT DISTINCT number FROM directory_call call JOIN job ON job.id = call.job_id
         WHERE call.state = 'open' AND call.devices <> (SELECT COUNT(*) FROM job_item
             WHERE job_item.call_id = call.call_id AND job_item.state = 'sent')",
    ),
    (
        "a job that is over has nothing open",
        "SELECT DISTINCT number FROM job_item JOIN job ON job.id = job_item.job_id
         WHERE job.state IN ('cancelled', 'completed', 'completed_with_errors')
             AND job_item.state IN ('planned', 'pending', 'sent', 'unconfirmed')",
    ),
    (
        "orders to erase are counted, and none is open when the job is over",
        "SELECT number FROM job WHERE number > 0 AND NOT (
             powerwash_open = (SELECT COUNT(*) FROM powerwash WHERE job_id = job.id
                 AND powerwash.state IN ('waiting', 'sent'))
             AND powerwash_ordered = (SELECT COUNT(*) FROM powerwash WHERE job_id = job.id
                 AND powerwash.state IN ('ordered', 'done', 'failed'))
             AND powerwash_not_ordered = (SELECT COUNT(*) FROM powerwash
                 WHERE job_id = job.id
                 AND powerwash.state IN ('refused', 'unconfirmed', 'not_ordered')))",
    ),
    (
        "only what the job itself has deprovisioned is erased",
        "SELECT DISTINCT number FROM powerwash JOIN job ON job.id = powerwash.job_id
             JOIN job_item item ON item.job_id = powerwash.job_id
                 AND item.device = powerwash.device
         WHERE powerwash.state <> 'not_ordered'
             AND NOT (job.powerwash
                 AND (item.denied OR (item.state = 'succeeded' AND item.how = 'applied')))",
    ),
    (
        "what is erased is what was reviewed",
        "SELECT DISTINCT number FROM powerwash JOIN job ON job.id = powerwash.job_id
             JOIN job_item item ON item.job_id = powerwash.job_id
                 AND item.device = powerwash.device
         WHERE powerwash.device_id <> item.device_id",
    ),
    (
        "what is settled says when and why",
        "SELECT DISTINCT number FROM job_item JOIN job ON job.id = job_item.job_id
         WHERE number > 0 AND ((job_item.state = 'failed' AND job_item.message = '')
             OR (job_item.state IN ('succeeded', 'failed', 'not_attempted')
                 AND job_item.finished_at = 0))",
    ),
    (
        "what has succeeded is shown as deprovisioned, or was enrolled again",
        "SELECT DISTINCT number FROM job_item JOIN job ON job.id = job_item.job_id
             JOIN device ON device.id = job_item.device
         WHERE job_item.state = 'succeeded' AND device.status <> 'DEPROVISIONED'
             AND NOT device.gone AND device.last_enrolled = job_item.snap_enrolled
             AND device.read_at <= job_item.finished_at",
    ),
];

impl Store {
    /// What is not true of which jobs; nothing when all is well.
    pub async fn broken_invariants(&self) -> Result<Vec<String>, StoreError> {
        let mut broken = Vec::new();
        for (name, sql) in INVARIANTS {
            let jobs: Vec<i32> =
                on_pool!(self, |pool| sqlx::query_scalar(sql).fetch_all(pool).await?);
            for job in jobs {
                broken.push(format!("job #{job}: not true that {name}"));
            }
        }
        for job in self.jobs_not_as_reviewed().await? {
            broken.push(format!(
                "job #{job}: not true that its devices are those that were reviewed"
            ));
        }
        Ok(broken)
    }
}
