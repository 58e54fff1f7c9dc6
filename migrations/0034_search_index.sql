-- Filters and orders are answered from memory (server/search), which takes in the rows
-- whose generation is newer than its own. So no index by a column is needed, nor a column
-- of what is searched.
ALTER TABLE device ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_by_generation ON device (generation);
DROP INDEX device_by_serial;
DROP INDEX device_by_asset_id;
DROP INDEX device_by_status;
DROP INDEX device_by_org_unit;
DROP INDEX device_by_model;
DROP INDEX device_by_user;
DROP INDEX device_by_last_sync;
DROP INDEX device_by_auto_update;
DROP INDEX device_by_os_version;
ALTER TABLE device DROP COLUMN search;
ALTER TABLE inventory DROP COLUMN reading;
