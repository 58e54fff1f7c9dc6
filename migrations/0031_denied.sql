-- The directory said that a device is deprovisioned, and shows it as active: nobody knows
-- yet. It is read again until it is shown otherwise, and never sent a second time.
ALTER TABLE job_item ADD COLUMN denied BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX job_to_reread;
CREATE INDEX job_to_reread ON job (finished_at) WHERE reread_at = 0;
