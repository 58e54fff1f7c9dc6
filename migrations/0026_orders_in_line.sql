-- Orders are sent in the order of their turns; one that was refused comes last.
DROP INDEX powerwash_waiting;
CREATE INDEX powerwash_waiting ON powerwash (job_id, next_at, device) WHERE state = 'waiting';
