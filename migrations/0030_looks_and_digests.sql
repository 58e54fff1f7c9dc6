-- Devices of a job are read from the directory ("looked at") before they are sent, and
-- again after every interruption. A look counts until `looked_until`; whatever
-- interrupts the job raises `look_epoch` and sets `looked_until` to 0, so that a look
-- that began before the interruption does not count after it.
ALTER TABLE job ADD COLUMN look_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN looked_until BIGINT NOT NULL DEFAULT 0;

-- The encoding of `plan_hash`. 1 is what was used before this migration; it can not be
-- computed again, so plans that were not started must be reviewed again.
ALTER TABLE job ADD COLUMN hash_version BIGINT NOT NULL DEFAULT 1;
DELETE FROM job WHERE state = 'planned';
-- SHA-256 over the plan's hash and all that was chosen with Execute; '' for jobs of
-- before.
ALTER TABLE job ADD COLUMN execution_hash TEXT NOT NULL DEFAULT '';

-- The last sync when the plan was made: 0 is never, -1 is not known (plans of before).
ALTER TABLE job_item ADD COLUMN snap_last_sync BIGINT NOT NULL DEFAULT -1;

-- The directory whose devices were reviewed, as `inventory.authority` then was.
ALTER TABLE job ADD COLUMN authority TEXT NOT NULL DEFAULT '';

-- Of the devices that succeeded: those that were deprovisioned before the job came to them.
ALTER TABLE job ADD COLUMN already BIGINT NOT NULL DEFAULT 0;
UPDATE job SET already = (SELECT COUNT(*) FROM job_item
    WHERE job_item.job_id = job.id AND job_item.how = 'already')
WHERE succeeded > 0;
