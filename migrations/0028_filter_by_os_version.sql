-- What the filter by OS version offers and finds, as 0003 has it for other columns.
CREATE INDEX device_by_os_version ON device (gone, os_version, id);
