-- How the selection of a plan came about, in words; empty where nobody told.
ALTER TABLE job ADD COLUMN provenance TEXT NOT NULL DEFAULT '';
