-- What scripts read with. The token itself is shown once; kept is its SHA-256, in base64url.
CREATE TABLE api_token (
    sha256 TEXT NOT NULL PRIMARY KEY,
    operator_id TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    -- What its owner calls it.
    name TEXT NOT NULL CHECK (name <> ''),
    created_at BIGINT NOT NULL,
    -- After 365 days at the latest.
    ends_at BIGINT NOT NULL,
    -- When it was used last, to a minute; 0 is never.
    used_at BIGINT NOT NULL,
    -- The address that it was used from last.
    ip TEXT NOT NULL,
    CHECK (created_at < ends_at AND ends_at <= created_at + 31536000000)
);
CREATE INDEX api_token_operator ON api_token (operator_id, created_at);
CREATE INDEX api_token_end ON api_token (ends_at);
