-- Everything of the log but `events`, whose columns are generated from the event models.
-- Every table is append-only: `refuse_*` triggers stop accidents, the hash chain shows the rest.

CREATE TABLE log (
    format INTEGER NOT NULL,      -- layout of this file; a reader refuses a newer one
    log_id VARCHAR NOT NULL       -- random, once; the first link of the chain
);

CREATE TABLE streams (
    stream_no INTEGER NOT NULL,   -- dense, from 0, in order of first appearance
    stream_id VARCHAR NOT NULL,   -- the employee's id
    stream_key UBIGINT NOT NULL   -- 64-bit hash of the id: the key of every keyed draw
);

CREATE TABLE assumptions (
    digest VARCHAR NOT NULL,      -- SHA-256 of the document
    document VARCHAR NOT NULL     -- canonical JSON, stored once
);

CREATE TABLE commits (
    commit_id INTEGER NOT NULL,        -- 1, 2, 3 … in the order of the log
    parent INTEGER NOT NULL,           -- commit this one was decided on; 0 for none
    scenario VARCHAR NOT NULL,
    first_position BIGINT NOT NULL,    -- of its events; last < first when it has none
    last_position BIGINT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,    -- UTC, never before the commit before
    actor VARCHAR NOT NULL,
    command VARCHAR NOT NULL,          -- name of the request
    command_id VARCHAR NOT NULL,
    correlation_id VARCHAR,
    causation_id VARCHAR,
    request VARCHAR NOT NULL,          -- the request itself, canonical JSON
    period_start DATE,                 -- first and last day that the command speaks of
    period_end DATE,
    assumptions_digest VARCHAR,
    engine_version VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,           -- binds the events
    chain VARCHAR NOT NULL             -- binds this row and every commit before it
);

CREATE VIEW refs AS
SELECT scenario, commit_id, recorded_at AS since
FROM commits;

CREATE TABLE tracking (                -- how far other applications have followed
    application_name VARCHAR NOT NULL,
    notification_id BIGINT NOT NULL
);

CREATE TABLE refused (reason VARCHAR);  -- target of the triggers; never holds a row
