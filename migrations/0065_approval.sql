-- A second person agrees to a job before anything of it is sent.

-- The devices of a job that waits for approval are taken, and nothing is sent: it is paused,
-- and no other state can be written while it waits.
ALTER TABLE job ADD COLUMN awaits_approval BOOLEAN NOT NULL DEFAULT FALSE
    CHECK (NOT awaits_approval OR state = 'paused');

CREATE TABLE approval (
    job_id TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    -- SHA-256 of all that would run, on which directory and for whom; see docs/protocol.md.
    digest TEXT NOT NULL CHECK (digest <> ''),
    -- The operator who started the job.
    starter_id TEXT NOT NULL CHECK (starter_id <> ''),
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'expired',
        'changed')),
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    -- The operator who approved or refused it, and their login then; '' where nobody did.
    decided_by TEXT NOT NULL,
    decided_name TEXT NOT NULL,
    -- Why it was refused.
    why TEXT NOT NULL,
    -- The beginning of the SHA-256 of the session in which it was decided, and when password and
    -- code were last given in it.
    session TEXT NOT NULL,
    strong_at BIGINT NOT NULL,
    CHECK ((state = 'open') = (decided_at = 0)),
    CHECK ((state IN ('approved', 'refused')) = (decided_by <> '')),
    CHECK (state <> 'refused' OR why <> ''),
    -- Nobody approves what they started.
    CHECK (state <> 'approved' OR decided_by <> starter_id)
);
CREATE INDEX approval_open ON approval (expires_at) WHERE state = 'open';

-- Who was an approver before there was anything to approve is one since then.
UPDATE operator SET may_approve_from = created_at
WHERE id IN (SELECT operator_id FROM operator_grant WHERE role = 'approver');
