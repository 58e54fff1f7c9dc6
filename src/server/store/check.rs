//! What must always be true of jobs, asked of the
//! database itself: `sunset check`, and after every story of the tests.

use super::pool::on_pool;
use super::{Store, StoreError};

/// Each with a query for the numbers of the jobs of which it is not true.
const INVARIANTS: [(&str, &str); 16] = [
    (
        "counters equal rows",
        "SELECT number FROM job JOIN (
             SELECT item.job_id,
                 SUM(CASE WHEN effect.state = 'pending' THEN 1 ELSE 0 END) AS p,
                 SUM(CASE WHEN effect.state = 'sent' THEN 1 ELSE 0 END) AS s,
                 SUM(CASE WHEN effect.state = 'unconfirmed' THEN 1 ELSE 0 END) AS u,
                 SUM(CASE WHEN effect.state = 'succeeded' THEN 1 ELSE 0 END) AS ok,
                 SUM(CASE WHEN effect.state = 'failed' THEN 1 ELSE 0 END) AS bad,
                 SUM(CASE WHEN item.rule <> '' OR effect.state = 'skipped' THEN 1 ELSE 0 END)
                     AS skip,
                 SUM(CASE WHEN effect.state = 'not_attempted' THEN 1 ELSE 0 END) AS na,
                 COUNT(*) AS n
             FROM job_item item LEFT JOIN effect ON effect.job_id = item.job_id
                 AND effect.device = item.device AND effect.is_current
             GROUP BY item.job_id) AS rows ON rows.job_id = job.id
         WHERE number > 0 AND NOT (pending = p AND sent = s AND unconfirmed = u
             AND succeeded = ok AND failed = bad AND skipped = skip AND not_attempted = na
             AND total = n)",
    ),
    (
        "the counters of its effects equal rows",
        "SELECT DISTINCT number FROM job JOIN job_step step ON step.job_id = job.id
         LEFT JOIN (
             SELECT job_id, ordinal,
                 SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END) AS p,
                 SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS s,
                 SUM(CASE WHEN state = 'unconfirmed' THEN 1 ELSE 0 END) AS u,
                 SUM(CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END) AS ok,
                 SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS bad,
                 SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END) AS skip,
                 SUM(CASE WHEN state = 'not_attempted' THEN 1 ELSE 0 END) AS na,
                 SUM(CASE WHEN how = 'already' THEN 1 ELSE 0 END) AS before
             FROM effect GROUP BY job_id, ordinal) AS rows
             ON rows.job_id = step.job_id AND rows.ordinal = step.ordinal
         WHERE NOT (step.pending = COALESCE(p, 0) AND step.sent = COALESCE(s, 0)
             AND step.unconfirmed = COALESCE(u, 0) AND step.succeeded = COALESCE(ok, 0)
             AND step.failed = COALESCE(bad, 0) AND step.skipped = COALESCE(skip, 0)
             AND step.not_attempted = COALESCE(na, 0) AND step.already = COALESCE(before, 0))",
    ),
    (
        "the org units of its devices are on record",
        "SELECT DISTINCT number FROM job JOIN job_item item ON item.job_id = job.id
         WHERE NOT EXISTS (SELECT 1 FROM job_org_unit unit
             WHERE unit.job_id = job.id AND unit.org_unit = item.org_unit)",
    ),
    (
        "the sequence has no gap",
        "SELECT number FROM job WHERE number > 0 AND NOT (
             seq = (SELECT COUNT(*) FROM job_event WHERE job_id = job.id)
             AND seq = (SELECT MAX(job_event.seq) FROM job_event WHERE job_id = job.id))",
    ),
    (
        "every call is on record before what came of it",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
             LEFT JOIN directory_call call ON call.call_id = effect.call_id
                 AND call.job_id = effect.job_id
         WHERE effect.call_id <> '' AND (call.call_id IS NULL
             OR (effect.finished_at > 0 AND call.opened_at > effect.finished_at))",
    ),
    (
        "a device that is sent has an open call",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
             JOIN directory_call call ON call.call_id = effect.call_id
         WHERE effect.state = 'sent' AND call.state <> 'open'",
    ),
    (
        "an open call has its devices",
        "SELECT DISTINCT number FROM directory_call call JOIN job ON job.id = call.job_id
         WHERE call.state = 'open' AND call.devices <> (SELECT COUNT(*) FROM effect
             WHERE effect.call_id = call.call_id AND effect.state = 'sent')",
    ),
    (
        "a job that is over has nothing open",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
         WHERE job.state IN ('cancelled', 'completed', 'completed_with_errors')
             AND effect.state IN ('pending', 'sent', 'unconfirmed')",
    ),
    (
        "every eligible device of a job has an effect, and no other",
        "SELECT DISTINCT number FROM job_item item JOIN job ON job.id = item.job_id
             LEFT JOIN effect ON effect.job_id = item.job_id AND effect.device = item.device
                 AND effect.is_current
         WHERE number > 0 AND (item.rule = '') <> (effect.device IS NOT NULL)",
    ),
    (
        "one effect of a device decides where it stands",
        "SELECT number FROM job WHERE id IN (SELECT job_id FROM effect WHERE is_current
             GROUP BY job_id, device HAVING COUNT(*) > 1)",
    ),
    (
        "an effect begins when the one before it has succeeded",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
             JOIN effect before ON before.job_id = effect.job_id
                 AND before.device = effect.device AND before.ordinal = effect.ordinal - 1
         WHERE before.state <> 'succeeded' AND NOT before.denied",
    ),
    (
        "only what the job itself has deprovisioned is erased",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
             JOIN effect before ON before.job_id = effect.job_id
                 AND before.device = effect.device AND before.ordinal = effect.ordinal - 1
         WHERE effect.kind = 'powerwash' AND effect.sent_at > 0
             AND before.how <> 'applied' AND NOT before.denied",
    ),
    (
        "it waits for approval as long as somebody is asked",
        "SELECT number FROM job LEFT JOIN approval ON approval.job_id = job.id
         WHERE awaits_approval <> (COALESCE(approval.state, '') = 'open')",
    ),
    (
        "nothing of it was sent before it was approved",
        "SELECT DISTINCT number FROM approval JOIN job ON job.id = approval.job_id
             JOIN effect ON effect.job_id = approval.job_id
         WHERE (effect.sent_at > 0 OR effect.state = 'succeeded')
             AND (approval.state <> 'approved'
                 OR (effect.sent_at > 0 AND effect.sent_at < approval.decided_at))",
    ),
    (
        "what is settled says when and why",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
         WHERE effect.state IN ('succeeded', 'failed', 'not_attempted', 'skipped')
             AND effect.finished_at = 0",
    ),
    (
        "what has succeeded is shown as deprovisioned, or was enrolled again",
        "SELECT DISTINCT number FROM effect JOIN job ON job.id = effect.job_id
             JOIN job_item item ON item.job_id = effect.job_id AND item.device = effect.device
             JOIN device ON device.id = effect.device
         WHERE effect.kind = 'deprovision' AND effect.state = 'succeeded'
             AND device.status <> 'DEPROVISIONED'
             AND NOT device.gone AND device.last_enrolled = item.snap_enrolled
             AND device.read_at <= effect.finished_at",
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
