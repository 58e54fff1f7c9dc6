-- The rest of the job protocol (RELIABILITY.md B): who has a call open, how often a
-- device was read back, when a job may begin, and what the circuit breaker counts.

-- The process that has the call open, by the number of its proof of life.
ALTER TABLE directory_call ADD COLUMN worker BIGINT NOT NULL DEFAULT 0;
-- An answer that came after the call was given up as lost; 0 if none did.
ALTER TABLE directory_call ADD COLUMN late_at BIGINT NOT NULL DEFAULT 0;

-- When the intent to call was put on record; 0 before the first.
ALTER TABLE job_item ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
-- How often it could not be read back.
ALTER TABLE job_item ADD COLUMN checks INTEGER NOT NULL DEFAULT 0;
-- How many devices may be sent together with it; 0 is as many as the directory takes.
ALTER TABLE job_item ADD COLUMN max_batch INTEGER NOT NULL DEFAULT 0;
-- Why it failed, as a word.
ALTER TABLE job_item ADD COLUMN cause TEXT NOT NULL DEFAULT '';
CREATE INDEX job_item_unconfirmed ON job_item (next_at) WHERE state = 'unconfirmed';

-- The job whose failed devices this one tries again.
ALTER TABLE job ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
-- When the grace countdown ends.
ALTER TABLE job ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0;
-- Devices settled, and failed of them, when the breaker began to count.
ALTER TABLE job ADD COLUMN judged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN judged_failed BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX job_retry ON job (parent_id) WHERE parent_id <> '';

-- One row: the pace of calls to the directory, shared by all processes.
CREATE TABLE directory_pace (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- When the next call may go out.
    next_at BIGINT NOT NULL,
    -- How often in a row the directory has asked to wait.
    throttled INTEGER NOT NULL
);
INSERT INTO directory_pace (id, next_at, throttled) VALUES (1, 0, 0);
