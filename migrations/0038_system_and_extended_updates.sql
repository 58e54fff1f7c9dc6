-- Which ChromeOS a device runs, and what Google says of its extended updates: '' and 0
-- where it says nothing.
ALTER TABLE directory_device ADD COLUMN os_type TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_device ADD COLUMN extended_eligible TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_device ADD COLUMN extended_enabled TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_device ADD COLUMN extended_start BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN os_type TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN extended_eligible TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN extended_enabled TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN extended_start BIGINT NOT NULL DEFAULT 0;
-- As it was reviewed: the forecast of what becomes of a license depends on it.
ALTER TABLE job_item ADD COLUMN os_type TEXT NOT NULL DEFAULT '';
