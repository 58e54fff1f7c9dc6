-- Text is compared byte by byte, as SQLite does, whatever the database's collation:
-- an order must be the same on both, and an org unit's children are a byte range.
ALTER TABLE device
    ALTER COLUMN device_id TYPE TEXT COLLATE "C",
    ALTER COLUMN serial TYPE TEXT COLLATE "C",
    ALTER COLUMN asset_id TYPE TEXT COLLATE "C",
    ALTER COLUMN status TYPE TEXT COLLATE "C",
    ALTER COLUMN org_unit TYPE TEXT COLLATE "C",
    ALTER COLUMN model TYPE TEXT COLLATE "C",
    ALTER COLUMN annotated_user TYPE TEXT COLLATE "C",
    ALTER COLUMN licence TYPE TEXT COLLATE "C",
    ALTER COLUMN search TYPE TEXT COLLATE "C";
ALTER TABLE directory_device
    ALTER COLUMN device_id TYPE TEXT COLLATE "C",
    ALTER COLUMN serial TYPE TEXT COLLATE "C";
ALTER TABLE job_item
    ALTER COLUMN device_id TYPE TEXT COLLATE "C",
    ALTER COLUMN serial TYPE TEXT COLLATE "C",
    ALTER COLUMN snap_status TYPE TEXT COLLATE "C";

-- An item's row is updated two or three times: room on its page keeps the update
-- there, and statistics follow at once.
ALTER TABLE job_item SET (fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
