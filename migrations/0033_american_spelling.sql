-- The field's word is "license", as Google and most of the code write it.
ALTER TABLE device RENAME COLUMN licence TO license;
ALTER TABLE directory_device RENAME COLUMN licence TO license;
ALTER TABLE job_item RENAME COLUMN licence TO license;
UPDATE saved_view SET query = REPLACE(query, 'licence=', 'license=');
