-- One employee's events ($1 is the stream's number) in the order of recording.
-- Before and after are in the order of the fold, (effective date, version): a backdated fact sits
-- between what was true before its day and what it led to, not beside what was recorded last.
WITH facts AS (
    SELECT *
    FROM events
    -- First, so that zone maps skip the row groups of everybody else.
    WHERE stream_no = $1 AND {lineage}
),
told AS (
    SELECT
        *,
        LAST_VALUE(level IGNORE NULLS) OVER earlier AS level_before,
        LAST_VALUE(level IGNORE NULLS) OVER so_far AS level_after,
        LAST_VALUE(salary_cents IGNORE NULLS) OVER earlier AS cents_before,
        LAST_VALUE(salary_cents IGNORE NULLS) OVER so_far AS cents_after
    FROM facts
    WINDOW
        earlier AS (
            ORDER BY effective_date, version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        so_far AS (
            ORDER BY effective_date, version ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
)
SELECT
    told.version,
    told.position,
    CASE kind
        WHEN 'employee.hire.v1' THEN 'Hire'
        WHEN 'employee.termination.v1' THEN 'Termination'
        WHEN 'employee.promotion.v1' THEN 'Promotion'
        WHEN 'employee.raise.v1' THEN 'Raise'
        ELSE kind
    END AS kind,
    effective_date,
    commits.recorded_at,
    commits.commit_id AS "commit",
    commits.command,
    commits.actor,
    told.* EXCLUDE (
        stream_no, version, position, kind, effective_date, state,
        level_before, level_after, cents_before, cents_after
    ),
    level_before,
    level_after,
    (cents_before::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS salary_before,
    (cents_after::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS salary_after
FROM told
LEFT JOIN commits ON told.position BETWEEN commits.first_position AND commits.last_position
ORDER BY told.version
