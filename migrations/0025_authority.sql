-- The directory whose devices these are; '' before the first. Of two directories, one
-- would mark the other's devices as gone, and a job would send them to the wrong one.
ALTER TABLE inventory ADD COLUMN authority TEXT NOT NULL DEFAULT '';
UPDATE inventory SET authority = 'the embedded directory'
    WHERE demonstration OR EXISTS (SELECT 1 FROM directory_device);
