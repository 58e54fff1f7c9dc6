-- Erasing devices after they were deprovisioned: a job may ask for it.
ALTER TABLE job ADD COLUMN powerwash BOOLEAN NOT NULL DEFAULT FALSE;
-- Devices whose order is still to be sent or answered: a job is not over before.
ALTER TABLE job ADD COLUMN powerwash_open BIGINT NOT NULL DEFAULT 0
    CHECK (powerwash_open = 0 OR state IN ('running', 'paused', 'cancelling'));
-- Devices whose order the directory has taken, and those of which it has not, or nobody
-- knows.
ALTER TABLE job ADD COLUMN powerwash_ordered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN powerwash_not_ordered BIGINT NOT NULL DEFAULT 0
    CHECK (powerwash_not_ordered = 0 OR state <> 'completed');

-- One row for each device that a job has deprovisioned and is to erase.
CREATE TABLE powerwash (
    job_id TEXT NOT NULL,
    device INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'ordered', 'done', 'failed',
        'refused', 'unconfirmed', 'not_ordered')),
    -- The directory's number of the order.
    command_id TEXT NOT NULL CHECK ((command_id <> '') = (state IN ('ordered', 'done', 'failed'))),
    -- Why it was not ordered, or what the device says.
    message TEXT NOT NULL,
    -- The intent to send it, and the process that does, by the number of its proof of life.
    call_id TEXT NOT NULL,
    worker BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    -- How often the directory was asked what became of it, and when it is asked next.
    checks INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, device),
    FOREIGN KEY (job_id, device) REFERENCES job_item (job_id, device) ON DELETE CASCADE
);
CREATE INDEX powerwash_waiting ON powerwash (job_id, device) WHERE state = 'waiting';
CREATE INDEX powerwash_sent ON powerwash (job_id) WHERE state = 'sent';
CREATE INDEX powerwash_to_follow ON powerwash (next_at) WHERE state = 'ordered';
