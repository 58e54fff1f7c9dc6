-- Text is compared byte by byte, as SQLite does.
ALTER TABLE job_item
    ALTER COLUMN device_id TYPE TEXT COLLATE "C",
    ALTER COLUMN serial TYPE TEXT COLLATE "C",
    ALTER COLUMN snap_status TYPE TEXT COLLATE "C";

-- An effect's row is updated two or three times: room on its page keeps the update
-- there, and statistics follow at once.
ALTER TABLE effect SET (fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
