-- The tables, for SQLite and Postgres alike.
--
-- Instants are milliseconds since 1970 in UTC, days are days since 1970. Where the
-- directory has no value, text is '' and an instant is 0, so that every order is
-- total and the same on both databases. The inventory's ids are small and dense,
-- because a selection is a bitmap of them.

-- The embedded local directory: the authority where no other is configured.
CREATE TABLE directory_device (
    device_id TEXT NOT NULL PRIMARY KEY,
    serial TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    status TEXT NOT NULL,
    org_unit TEXT NOT NULL,
    model TEXT NOT NULL,
    annotated_user TEXT NOT NULL,
    location TEXT NOT NULL,
    notes TEXT NOT NULL,
    os_version TEXT NOT NULL,
    licence TEXT NOT NULL,
    last_sync BIGINT NOT NULL,
    first_enrolled BIGINT NOT NULL,
    last_enrolled BIGINT NOT NULL,
    auto_update BIGINT NOT NULL,
    deprovision_reason TEXT NOT NULL,
    deprovisioned_at BIGINT NOT NULL
);

-- Our copy of the directory, which the grid searches.
CREATE TABLE device (
    id INTEGER NOT NULL PRIMARY KEY,
    device_id TEXT NOT NULL UNIQUE,
    serial TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    status TEXT NOT NULL,
    org_unit TEXT NOT NULL,
    model TEXT NOT NULL,
    annotated_user TEXT NOT NULL,
    location TEXT NOT NULL,
    notes TEXT NOT NULL,
    os_version TEXT NOT NULL,
    licence TEXT NOT NULL,
    last_sync BIGINT NOT NULL,
    first_enrolled BIGINT NOT NULL,
    last_enrolled BIGINT NOT NULL,
    auto_update BIGINT NOT NULL,
    deprovision_reason TEXT NOT NULL,
    deprovisioned_at BIGINT NOT NULL,
    -- What the quick search looks through (domain::filter::search_text).
    search TEXT NOT NULL,
    -- When a change was read last. What is unchanged was read by the last complete
    -- refresh, so a refresh need not write it.
    read_at BIGINT NOT NULL,
    version INTEGER NOT NULL,
    -- The last complete refresh did not see it.
    gone BOOLEAN NOT NULL
);

-- One row: what is true of the inventory as a whole.
CREATE TABLE inventory (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Rises whenever a device row changes.
    generation BIGINT NOT NULL,
    -- When the last complete refresh began; 0 before the first.
    complete_as_of BIGINT NOT NULL,
    -- The fleet was made up for a demonstration.
    demonstration BOOLEAN NOT NULL
);
INSERT INTO inventory (id, generation, complete_as_of, demonstration) VALUES (1, 0, 0, FALSE);

CREATE TABLE inventory_refresh (
    number INTEGER NOT NULL PRIMARY KEY,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    -- 0 while it runs.
    finished_at BIGINT NOT NULL,
    read_count BIGINT NOT NULL,
    -- -1 where the directory does not say.
    expected BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    gone BIGINT NOT NULL,
    failure TEXT NOT NULL
);
-- One refresh at a time, whoever asks.
CREATE UNIQUE INDEX inventory_refresh_running ON inventory_refresh (finished_at)
    WHERE finished_at = 0;

-- A plan is a job in state 'planned'.
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    -- Given when the job starts; 0 for a plan.
    number INTEGER NOT NULL,
    operator TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action = 'deprovision'),
    state TEXT NOT NULL CHECK (state IN ('planned', 'queued', 'running', 'paused',
        'cancelling', 'cancelled', 'completed', 'completed_with_errors')),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    total BIGINT NOT NULL,
    -- Items that were eligible in the plan.
    eligible BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    unconfirmed BIGINT NOT NULL,
    succeeded BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    not_attempted BIGINT NOT NULL,
    round INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    planned_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    throttle_until BIGINT NOT NULL,
    pause_reason TEXT NOT NULL,
    CHECK (state = 'planned' OR (number > 0 AND reason <> '')),
    CHECK (state NOT IN ('completed', 'completed_with_errors', 'cancelled')
        OR pending + sent + unconfirmed = 0),
    CHECK (state <> 'completed' OR failed = 0)
);
CREATE UNIQUE INDEX job_number ON job (number) WHERE number > 0;
CREATE INDEX job_unfinished ON job (number)
    WHERE state IN ('queued', 'running', 'paused', 'cancelling');

-- One device of a job; the item's ordinal is the inventory's id of the device.
CREATE TABLE job_item (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    device INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    org_unit TEXT NOT NULL,
    licence TEXT NOT NULL,
    -- As reviewed: what must still be so when the device's turn comes.
    snap_status TEXT NOT NULL,
    snap_enrolled BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'pending', 'sent', 'unconfirmed',
        'succeeded', 'failed', 'skipped', 'not_attempted')),
    how TEXT NOT NULL CHECK ((state = 'succeeded') = (how <> '')),
    rule TEXT NOT NULL CHECK ((state = 'skipped') = (rule <> '')),
    message TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    round INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    -- 0 until the job settles it; what the plan left out stays 0.
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (job_id, device)
);
CREATE INDEX job_item_pending ON job_item (job_id, device) WHERE state = 'pending';
CREATE INDEX job_item_call ON job_item (call_id) WHERE state IN ('sent', 'unconfirmed');
-- A device is in one unfinished job at most.
CREATE UNIQUE INDEX job_item_busy ON job_item (device)
    WHERE state IN ('pending', 'sent', 'unconfirmed');

-- The intent to call the directory, on record before the call.
CREATE TABLE directory_call (
    call_id TEXT NOT NULL PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'lost')),
    devices BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE INDEX directory_call_job ON directory_call (job_id, opened_at);
CREATE INDEX directory_call_open ON directory_call (opened_at) WHERE state = 'open';

-- What happened to a job, in a sequence without gaps.
CREATE TABLE job_event (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (job_id, seq)
);

-- What an operator is told on every screen until it is dismissed.
CREATE TABLE notice (
    number INTEGER NOT NULL PRIMARY KEY,
    operator TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    good BOOLEAN NOT NULL,
    job_id TEXT NOT NULL,
    dismissed_at BIGINT NOT NULL
);
CREATE INDEX notice_open ON notice (operator, number) WHERE dismissed_at = 0;
