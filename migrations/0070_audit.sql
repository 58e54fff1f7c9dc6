-- Who did what, in a chain: each row has the hash of the row before (docs/audit.md). Rows
-- are only ever added; each database refuses the rest by a trigger of its own.
CREATE TABLE audit (
    -- Counted from 1, without a gap.
    n BIGINT NOT NULL PRIMARY KEY CHECK (0 < n),
    at BIGINT NOT NULL,
    -- The operator's id; '' where nobody has signed in.
    actor_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    -- The beginning of the session's SHA-256.
    session TEXT NOT NULL,
    ip TEXT NOT NULL,
    -- A word of `domain/audit.rs`.
    action TEXT NOT NULL CHECK (action <> ''),
    target TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    -- A JSON object, as it was hashed.
    detail TEXT NOT NULL,
    -- Random: what is in a row cannot be guessed from its hash.
    salt TEXT NOT NULL,
    prev TEXT NOT NULL CHECK ((prev = '') = (n = 1)),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
);
CREATE INDEX audit_target ON audit (target, n);

-- The end of the chain at some moments, signed by a key that is not in the database.
CREATE TABLE audit_checkpoint (
    n BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- SHA-256 of the public key.
    key_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    signature TEXT NOT NULL
);
