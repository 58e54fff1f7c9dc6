-- When the devices of a job were held against the directory before anything was sent;
-- 0 if they were not yet.
ALTER TABLE job ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
-- When its devices were read from the directory again after it was over.
ALTER TABLE job ADD COLUMN reread_at BIGINT NOT NULL DEFAULT 0;
UPDATE job SET checked_at = started_at, reread_at = finished_at WHERE number > 0;
CREATE INDEX job_to_reread ON job (finished_at) WHERE finished_at > 0 AND reread_at = 0;
-- Of a device to be read back: the directory did not do it, it said.
ALTER TABLE job_item ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE;
