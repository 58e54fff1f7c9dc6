-- A notice is read in the list of notices as well, without being dismissed there.
ALTER TABLE notice ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE notice SET seen_at = dismissed_at;
