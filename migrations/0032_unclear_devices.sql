-- How many devices a refresh could not read in full, in a column of its own.
ALTER TABLE inventory_refresh ADD COLUMN unclear BIGINT NOT NULL DEFAULT 0;
UPDATE inventory_refresh SET unclear = CAST(SUBSTR(failure, 9) AS BIGINT), failure = ''
WHERE failure LIKE 'unclear=%';
