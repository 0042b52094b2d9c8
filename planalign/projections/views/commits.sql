-- Every commit of the log; `is_seen` says whether it is the head, commit {head}, or behind it.
WITH RECURSIVE history AS (
    SELECT {head} AS commit_id
    UNION
    SELECT told.parent
    FROM commits AS told
    JOIN history USING (commit_id)
)
SELECT
    commit_id,
    parent,
    scenario,
    history.commit_id IS NOT NULL AS is_seen,
    recorded_at,
    actor,
    command,
    last_position - first_position + 1 AS events,
    first_position,
    last_position,
    period_start,
    period_end,
    command_id,
    correlation_id,
    causation_id,
    request,
    assumptions_digest,
    engine_version,
    digest,
    chain
FROM commits AS told
LEFT JOIN history USING (commit_id)
