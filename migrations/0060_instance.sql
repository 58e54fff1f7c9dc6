-- One row. The epoch changes when a backup is restored: cookies that were signed before are
-- void. It is '' until then.
CREATE TABLE instance (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch TEXT NOT NULL
);
INSERT INTO instance (id, epoch) VALUES (1, '');
