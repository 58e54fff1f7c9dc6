-- People who sign in with an identity provider.

-- Until when somebody who was invited by their e-mail address may sign in for the first time,
-- which binds the account; 0 where nobody may.
ALTER TABLE operator ADD COLUMN oidc_until BIGINT NOT NULL DEFAULT 0;

-- When everything was taken from an operator on the host, so that others see it; 0 is never.
ALTER TABLE operator ADD COLUMN reset_at BIGINT NOT NULL DEFAULT 0;

-- Sign-ins that have begun and not come back, each good once, in the browser that began it.
CREATE TABLE oidc_attempt (
    state_sha256 TEXT NOT NULL PRIMARY KEY,
    browser_sha256 TEXT NOT NULL,
    -- Where they want to go then.
    return_path TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX oidc_attempt_end ON oidc_attempt (ends_at);

-- The link by which the first operator is made, as long as there is none. One row at most.
CREATE TABLE first_link (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sha256 TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
