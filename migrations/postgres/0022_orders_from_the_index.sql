-- An order is read from its index alone only where the columns within its expression are
-- in the index as well. Without them a page deep in a million devices fetches each row
-- before it.
DROP INDEX device_by_serial;
DROP INDEX device_by_asset_id;
DROP INDEX device_by_user;
CREATE INDEX device_by_serial ON device (gone, lower(serial), id) INCLUDE (serial);
CREATE INDEX device_by_asset_id ON device (gone, lower(asset_id), id) INCLUDE (asset_id);
CREATE INDEX device_by_user ON device (gone, lower(annotated_user), id) INCLUDE (annotated_user);
