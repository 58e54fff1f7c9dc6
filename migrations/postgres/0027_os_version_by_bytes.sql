-- Versions that begin alike are a range of bytes, as SQLite compares them.
ALTER TABLE device ALTER COLUMN os_version TYPE TEXT COLLATE "C";
