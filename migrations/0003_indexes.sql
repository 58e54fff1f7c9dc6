-- One index for each order of the grid. Devices that are gone are no part of it,
-- so 'gone' leads; the id breaks ties. Text is ordered in lower case.
CREATE INDEX device_by_serial ON device (gone, lower(serial), id);
CREATE INDEX device_by_asset_id ON device (gone, lower(asset_id), id);
CREATE INDEX device_by_status ON device (gone, status, id);
CREATE INDEX device_by_org_unit ON device (gone, org_unit, id);
CREATE INDEX device_by_model ON device (gone, model, id);
CREATE INDEX device_by_user ON device (gone, lower(annotated_user), id);
CREATE INDEX device_by_last_sync ON device (gone, last_sync, id);
CREATE INDEX device_by_auto_update ON device (gone, auto_update, id);
-- A file without device ids is matched by serial.
CREATE INDEX directory_device_by_serial ON directory_device (serial);
