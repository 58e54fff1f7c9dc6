-- People who sign in. Tokens, links and recovery codes are kept as SHA-256, in base64url:
-- whoever reads the database cannot use them. Secrets that must be read again are sealed
-- by a key that is not in the database.
CREATE TABLE operator (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE CHECK (login <> '' AND login = lower(login)),
    -- As shown.
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('human', 'token', 'system')),
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    -- Rises with whatever ends all sessions: a new password, a reset.
    epoch BIGINT NOT NULL,
    -- Argon2id, as a PHC string; '' until it is set.
    password_phc TEXT NOT NULL,
    -- The authenticator's secret; '' until it is set.
    totp_sealed TEXT NOT NULL,
    -- The last step of 30 seconds whose code was used: no code counts twice.
    totp_last_step BIGINT NOT NULL,
    -- The link that sets password and authenticator: used once, good until then.
    link_sha256 TEXT NOT NULL,
    link_until BIGINT NOT NULL,
    -- The account of an identity provider; '' where there is none.
    oidc_issuer TEXT NOT NULL,
    oidc_sub TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Since when they may approve what others start; 0 is never.
    may_approve_from BIGINT NOT NULL,
    CHECK (kind <> 'human' OR state <> 'active' OR oidc_sub <> ''
        OR (password_phc <> '' AND totp_sealed <> '')),
    CHECK ((link_sha256 = '') = (link_until = 0))
);
CREATE UNIQUE INDEX operator_link ON operator (link_sha256) WHERE link_sha256 <> '';
CREATE UNIQUE INDEX operator_oidc ON operator (oidc_issuer, oidc_sub) WHERE oidc_sub <> '';

-- Who is signed in, in which browser.
CREATE TABLE session (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    operator_id TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    -- The operator's when it began. With another it is over.
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- When password and code were last given.
    strong_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX session_operator ON session (operator_id, created_at);
CREATE INDEX session_end ON session (ends_at);

-- What replaces an authenticator that is lost, each once.
CREATE TABLE recovery_code (
    operator_id TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    -- 0 until it is used.
    used_at BIGINT NOT NULL,
    PRIMARY KEY (operator_id, sha256)
);

-- How often somebody failed to sign in, and when the next attempt is looked at.
CREATE TABLE login_throttle (
    key TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE INDEX login_throttle_next ON login_throttle (next_at);
