-- The process that refreshes, by the number of its proof of life; 0 for one that has none.
ALTER TABLE inventory_refresh ADD COLUMN worker BIGINT NOT NULL DEFAULT 0;
