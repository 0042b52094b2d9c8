-- The register of a read-model file; the rows of edition 7 of `intervals` are in `intervals_7`.

CREATE TABLE IF NOT EXISTS editions (
    number INTEGER NOT NULL,        -- 1, 2, 3 … never used again
    model VARCHAR NOT NULL,
    scenario VARCHAR NOT NULL,
    is_live BOOLEAN NOT NULL,       -- one per model and scenario; others are being built
    settings VARCHAR NOT NULL,      -- what besides events its rows depend on
    commit_id INTEGER NOT NULL,     -- the commit that it is at; 0 at the beginning
    chain VARCHAR NOT NULL,         -- chain digest of that commit
    moves INTEGER NOT NULL          -- how often its checkpoint has moved
);

CREATE TABLE IF NOT EXISTS seen (
    number INTEGER NOT NULL,        -- of the edition
    first_position BIGINT NOT NULL,
    last_position BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS parked (
    number INTEGER NOT NULL,        -- of the edition
    position BIGINT NOT NULL,
    fault UTINYINT NOT NULL         -- why the event cannot be folded
);

CREATE SEQUENCE IF NOT EXISTS edition_numbers;
