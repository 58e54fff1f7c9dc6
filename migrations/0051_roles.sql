-- What operators may do, and in which org unit, with all below it; '/' is everywhere.
CREATE TABLE operator_grant (
    operator_id TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    -- A word of `domain/permission.rs`.
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'eraser', 'approver',
        'administrator')),
    org_unit TEXT NOT NULL CHECK (substr(org_unit, 1, 1) = '/'),
    PRIMARY KEY (operator_id, role, org_unit)
);

-- Until now whoever could sign in could do everything, and goes on so.
INSERT INTO operator_grant (operator_id, role, org_unit)
SELECT operator.id, had.role, '/' FROM operator
    CROSS JOIN (SELECT 'operator' AS role UNION ALL SELECT 'eraser'
        UNION ALL SELECT 'administrator') AS had
WHERE operator.kind = 'human';

-- The org units of a job's devices, and the one to which it moves them: whoever sees all of
-- them sees the job.
CREATE TABLE job_org_unit (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    org_unit TEXT NOT NULL,
    PRIMARY KEY (job_id, org_unit)
);
CREATE INDEX job_org_unit_unit ON job_org_unit (org_unit);

INSERT INTO job_org_unit (job_id, org_unit)
SELECT DISTINCT job_id, org_unit FROM job_item;
