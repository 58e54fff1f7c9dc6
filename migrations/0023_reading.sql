-- Rises whenever the directory was read into the inventory. Jobs change no more of a device
-- than its status: what does not depend on that is the same until the next reading.
ALTER TABLE inventory ADD COLUMN reading BIGINT NOT NULL DEFAULT 0;
