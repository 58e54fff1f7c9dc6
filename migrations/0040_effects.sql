-- One engine for every action. What is done to a device of a job is an effect, and a row of
-- `effect`: its state, its call, its answer. `job_item` keeps what was reviewed and changes
-- no more. `job_step` counts the effects of a job by their place in its action.
--
-- Tables that refer to each other are made anew, since SQLite cannot drop a CHECK.

ALTER TABLE job RENAME TO job_old;
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    -- Given when the job starts; 0 for a plan.
    number INTEGER NOT NULL,
    operator TEXT NOT NULL,
    -- The kind of action, as a word of `domain/action/`.
    action TEXT NOT NULL CHECK (action <> ''),
    -- The action with all that was chosen with Execute, as JSON; '' for a plan.
    options TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'queued', 'running', 'paused',
        'cancelling', 'cancelled', 'completed', 'completed_with_errors')),
    note TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    hash_version BIGINT NOT NULL,
    execution_hash TEXT NOT NULL,
    authority TEXT NOT NULL,
    provenance TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    total BIGINT NOT NULL,
    -- Items that were eligible in the plan.
    eligible BIGINT NOT NULL,
    -- The items by the state of their present effect. They add up to `total`.
    pending BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    unconfirmed BIGINT NOT NULL,
    succeeded BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    not_attempted BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    planned_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    throttle_until BIGINT NOT NULL,
    pause_reason TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    reread_at BIGINT NOT NULL,
    look_epoch BIGINT NOT NULL,
    looked_until BIGINT NOT NULL,
    CHECK (state = 'planned' OR (number > 0 AND options <> '')),
    CHECK (state NOT IN ('completed', 'completed_with_errors', 'cancelled')
        OR pending + sent + unconfirmed = 0),
    CHECK (state <> 'completed' OR failed = 0)
);
INSERT INTO job
SELECT id, number, operator, action,
    CASE WHEN state = 'planned' THEN ''
        ELSE '{"deprovision":{"reason":"' ||
            lower(replace(reason, 'DEPROVISION_REASON_', '')) || '","powerwash":' ||
            CASE WHEN powerwash THEN 'true' ELSE 'false' END || '}}' END,
    state, note, plan_hash, hash_version, execution_hash, authority, provenance, parent_id,
    total, eligible, pending, sent, unconfirmed, succeeded, failed, skipped, not_attempted, seq,
    planned_at, expires_at, starts_at, started_at, finished_at, throttle_until, pause_reason,
    checked_at, reread_at, look_epoch, looked_until
FROM job_old;

ALTER TABLE directory_call RENAME TO directory_call_old;
CREATE TABLE directory_call (
    call_id TEXT NOT NULL PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'lost')),
    devices BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    -- The process that has the call open, by the number of its proof of life.
    worker BIGINT NOT NULL,
    -- An answer that came after the call was given up as lost; 0 if none did.
    late_at BIGINT NOT NULL
);
INSERT INTO directory_call
SELECT call_id, job_id, state, devices, opened_at, answered_at, worker, late_at
FROM directory_call_old;
INSERT INTO directory_call
SELECT call_id, job_id,
    CASE state WHEN 'sent' THEN 'open' WHEN 'unconfirmed' THEN 'lost' ELSE 'answered' END,
    1, sent_at, CASE state WHEN 'sent' THEN 0 ELSE sent_at END, worker, 0
FROM powerwash WHERE call_id <> '';

ALTER TABLE job_event RENAME TO job_event_old;
CREATE TABLE job_event (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (job_id, seq)
);
INSERT INTO job_event SELECT job_id, seq, at, kind, detail FROM job_event_old;

-- One device of a job, as it was reviewed. Nothing of it changes.
ALTER TABLE job_item RENAME TO job_item_old;
CREATE TABLE job_item (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    -- The inventory's number of the device.
    device INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    asset_id TEXT NOT NULL,
    org_unit TEXT NOT NULL,
    model TEXT NOT NULL,
    annotated_user TEXT NOT NULL,
    location TEXT NOT NULL,
    license TEXT NOT NULL,
    os_type TEXT NOT NULL,
    -- What must still be so when the device's turn comes.
    snap_status TEXT NOT NULL,
    snap_enrolled BIGINT NOT NULL,
    -- 0 is never, -1 is not known.
    snap_last_sync BIGINT NOT NULL,
    -- Why the plan leaves the device out; '' if it does not.
    rule TEXT NOT NULL,
    PRIMARY KEY (job_id, device)
);
INSERT INTO job_item
SELECT job_id, device, device_id, serial, asset_id, org_unit, '', '', '', license, os_type,
    snap_status, snap_enrolled, snap_last_sync,
    CASE WHEN finished_at = 0 THEN rule ELSE '' END
FROM job_item_old;

CREATE TABLE effect (
    job_id TEXT NOT NULL,
    device INTEGER NOT NULL,
    -- The place of the effect in the job's action, counted from 0.
    ordinal INTEGER NOT NULL,
    -- What is done, as a word of `domain/action/`.
    kind TEXT NOT NULL CHECK (kind <> ''),
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'unconfirmed', 'succeeded',
        'failed', 'skipped', 'not_attempted')),
    -- The last effect that has begun on its device: its state is the device's.
    is_current BOOLEAN NOT NULL,
    how TEXT NOT NULL CHECK ((state = 'succeeded') = (how <> '')),
    rule TEXT NOT NULL CHECK ((state = 'skipped') = (rule <> '')),
    cause TEXT NOT NULL CHECK ((state = 'failed') = (cause <> '')),
    -- The directory's own words.
    words TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    -- When the intent to call was put on record; 0 before the first.
    sent_at BIGINT NOT NULL,
    -- When it is sent, read back, or asked after; not before.
    next_at BIGINT NOT NULL,
    -- How often it could not be read back, or was asked after.
    checks INTEGER NOT NULL,
    -- How many devices may be sent together with it; 0 is as many as the directory takes.
    max_batch INTEGER NOT NULL,
    -- The directory said that the device's state forbids it.
    refused BOOLEAN NOT NULL,
    -- The directory said that it was done, and shows it as not done.
    denied BOOLEAN NOT NULL,
    -- The directory's number of a command that it has taken.
    external_id TEXT NOT NULL CHECK (external_id = '' OR state = 'succeeded'),
    -- What the device has answered to the command.
    reply TEXT NOT NULL CHECK (reply = '' OR external_id <> ''),
    finished_at BIGINT NOT NULL CHECK ((finished_at = 0) = (state IN ('pending', 'sent',
        'unconfirmed'))),
    PRIMARY KEY (job_id, device, ordinal),
    FOREIGN KEY (job_id, device) REFERENCES job_item (job_id, device) ON DELETE CASCADE
);
INSERT INTO effect
SELECT item.job_id, item.device, 0, 'deprovision', item.state,
    powerwash.device IS NULL OR item.state <> 'succeeded', item.how, item.rule,
    CASE WHEN item.state <> 'failed' THEN '' WHEN item.cause = '' THEN 'refused'
        ELSE item.cause END,
    CASE WHEN item.state <> 'failed' OR item.message IN (
            'The directory no longer has the device.',
            'The directory rejected the request for this device.',
            'The directory does not accept the device''s id.') THEN ''
        WHEN item.message LIKE 'The directory rejected the request for this device: %.'
            THEN substr(item.message,
                length('The directory rejected the request for this device: ') + 1,
                length(item.message)
                    - length('The directory rejected the request for this device: .'))
        WHEN item.message LIKE 'The directory does not accept the device''s id: %.'
            THEN substr(item.message,
                length('The directory does not accept the device''s id: ') + 1,
                length(item.message)
                    - length('The directory does not accept the device''s id: .'))
        ELSE item.message END,
    item.attempt, item.call_id, item.sent_at, item.next_at, item.checks, item.max_batch,
    item.refused, item.denied, '', '',
    CASE WHEN item.state IN ('pending', 'sent', 'unconfirmed') THEN 0
        WHEN item.finished_at = 0 THEN job.started_at ELSE item.finished_at END
FROM job_item_old item JOIN job ON job.id = item.job_id
LEFT JOIN powerwash ON powerwash.job_id = item.job_id AND powerwash.device = item.device
WHERE job.state <> 'planned' AND NOT (item.rule <> '' AND item.finished_at = 0);
INSERT INTO effect
SELECT job_id, device, 1, 'powerwash', state, is_current,
    CASE state WHEN 'succeeded' THEN 'ordered' ELSE '' END,
    CASE WHEN state <> 'skipped' THEN ''
        WHEN message = 'The directory no longer has the device.' THEN 'not-in-directory'
        WHEN message = 'The device was enrolled again after it was deprovisioned.'
            THEN 'changed-since-review'
        WHEN message = 'The directory shows the device as not deprovisioned.'
            THEN 'not-deprovisioned'
        ELSE 'not-ours' END,
    CASE WHEN state <> 'failed' THEN '' WHEN was = 'unconfirmed' THEN 'unanswered'
        ELSE 'refused' END,
    CASE WHEN was IN ('refused', 'failed') THEN message ELSE '' END,
    CASE call_id WHEN '' THEN 0 ELSE 1 END, call_id, sent_at, next_at, checks, 0, FALSE, FALSE,
    command_id,
    CASE was WHEN 'done' THEN 'done' WHEN 'failed' THEN 'failed' ELSE '' END,
    CASE WHEN state IN ('pending', 'sent') THEN 0
        WHEN sent_at > 0 THEN sent_at ELSE started_at END
FROM (SELECT powerwash.job_id, powerwash.device, powerwash.message, powerwash.call_id,
        powerwash.sent_at, powerwash.next_at, powerwash.checks, powerwash.command_id,
        powerwash.state AS was, job.started_at, item.state = 'succeeded' AS is_current,
        CASE WHEN powerwash.state = 'waiting' THEN 'pending'
            WHEN powerwash.state = 'sent' THEN 'sent'
            WHEN powerwash.state IN ('ordered', 'done', 'failed') THEN 'succeeded'
            WHEN powerwash.state IN ('refused', 'unconfirmed') THEN 'failed'
            WHEN powerwash.message LIKE 'The job was stopped before %' THEN 'not_attempted'
            ELSE 'skipped' END AS state
    FROM powerwash JOIN job ON job.id = powerwash.job_id
    JOIN job_item_old item ON item.job_id = powerwash.job_id AND item.device = powerwash.device
) AS source;

-- The effects of a job by their place in its action.
CREATE TABLE job_step (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    pending BIGINT NOT NULL CHECK (pending >= 0),
    sent BIGINT NOT NULL CHECK (sent >= 0),
    unconfirmed BIGINT NOT NULL CHECK (unconfirmed >= 0),
    succeeded BIGINT NOT NULL CHECK (succeeded >= 0),
    failed BIGINT NOT NULL CHECK (failed >= 0),
    skipped BIGINT NOT NULL CHECK (skipped >= 0),
    not_attempted BIGINT NOT NULL CHECK (not_attempted >= 0),
    -- Of those that succeeded: what was so before the job came to it.
    already BIGINT NOT NULL CHECK (already >= 0),
    -- Effects that had succeeded, and failed, when the breaker began to count.
    judged_succeeded BIGINT NOT NULL,
    judged_failed BIGINT NOT NULL,
    PRIMARY KEY (job_id, ordinal)
);
INSERT INTO job_step
SELECT job.id, step.ordinal, step.kind,
    COALESCE(SUM(CASE effect.state WHEN 'pending' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'sent' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'unconfirmed' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'succeeded' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'failed' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'skipped' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.state WHEN 'not_attempted' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE effect.how WHEN 'already' THEN 1 ELSE 0 END), 0),
    CASE step.ordinal WHEN 0 THEN MAX(job_old.judged - job_old.judged_failed) ELSE 0 END,
    CASE step.ordinal WHEN 0 THEN MAX(job_old.judged_failed) ELSE 0 END
FROM job JOIN job_old ON job_old.id = job.id
JOIN (SELECT 0 AS ordinal, 'deprovision' AS kind UNION ALL SELECT 1, 'powerwash') AS step
    ON step.ordinal = 0 OR job_old.powerwash
LEFT JOIN effect ON effect.job_id = job.id AND effect.ordinal = step.ordinal
WHERE job.state <> 'planned'
GROUP BY job.id, step.ordinal, step.kind;

-- A device's outcome is that of its last effect: those that were not erased have not
-- succeeded.
UPDATE job SET
    pending = (SELECT COUNT(*) FROM effect WHERE job_id = job.id AND is_current
        AND effect.state = 'pending'),
    sent = (SELECT COUNT(*) FROM effect WHERE job_id = job.id AND is_current
        AND effect.state = 'sent'),
    succeeded = (SELECT COUNT(*) FROM effect WHERE job_id = job.id AND is_current
        AND effect.state = 'succeeded'),
    failed = (SELECT COUNT(*) FROM effect WHERE job_id = job.id AND is_current
        AND effect.state = 'failed'),
    skipped = total - eligible + (SELECT COUNT(*) FROM effect WHERE job_id = job.id
        AND is_current AND effect.state = 'skipped'),
    not_attempted = (SELECT COUNT(*) FROM effect WHERE job_id = job.id AND is_current
        AND effect.state = 'not_attempted')
WHERE id IN (SELECT job_id FROM effect WHERE ordinal = 1);

DROP TABLE powerwash;
DROP TABLE job_item_old;
DROP TABLE directory_call_old;
DROP TABLE job_event_old;
DROP TABLE job_old;

CREATE UNIQUE INDEX job_number ON job (number) WHERE number > 0;
CREATE INDEX job_unfinished ON job (number)
    WHERE state IN ('queued', 'running', 'paused', 'cancelling');
CREATE UNIQUE INDEX job_retry ON job (parent_id) WHERE parent_id <> '';
CREATE INDEX job_to_reread ON job (finished_at) WHERE reread_at = 0;
CREATE INDEX directory_call_job ON directory_call (job_id, opened_at);
CREATE INDEX directory_call_open ON directory_call (opened_at) WHERE state = 'open';
-- A device is in one unfinished job at most.
CREATE UNIQUE INDEX effect_busy ON effect (device)
    WHERE state IN ('pending', 'sent', 'unconfirmed');
CREATE INDEX effect_pending ON effect (job_id, ordinal, device) WHERE state = 'pending';
CREATE INDEX effect_call ON effect (call_id) WHERE state IN ('sent', 'unconfirmed');
CREATE INDEX effect_unconfirmed ON effect (next_at) WHERE state = 'unconfirmed';
CREATE INDEX effect_to_follow ON effect (next_at)
    WHERE external_id <> '' AND reply = '';
