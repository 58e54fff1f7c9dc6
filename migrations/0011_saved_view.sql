-- Views of the grid that operators keep under a name.
CREATE TABLE saved_view (
    operator TEXT NOT NULL,
    name TEXT NOT NULL,
    -- As the address has it, without the question mark.
    query TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (operator, name)
);
