-- What the lineage says about employees $1 to $2 (numbers of streams) between positions $3 and $4.
-- `code` is the place of the event's class in `domain.events.EVENT_TYPES`, 255 for a kind of
-- employee event that this version does not know; rows of other applications are not asked for.
-- An absent number is 0, an absent date or day $5.
SELECT
    position,
    stream_no,
    version,
    COALESCE(effective_date - DATE '1970-01-01', $5)::INTEGER AS day,
    CASE kind
        WHEN 'employee.hire.v1' THEN 0
        WHEN 'employee.termination.v1' THEN 1
        WHEN 'employee.promotion.v1' THEN 2
        WHEN 'employee.raise.v1' THEN 3
        ELSE 255
    END::UTINYINT AS code,
    COALESCE(level, 0)::UTINYINT AS level,
    COALESCE(salary_cents, 0) AS salary_cents,
    COALESCE(birth_date - DATE '1970-01-01', $5)::INTEGER AS birth_date,
    CASE reason
        WHEN 'voluntary' THEN 1
        WHEN 'involuntary' THEN 2
        WHEN 'retirement' THEN 3
        WHEN 'unspecified' THEN 4
        ELSE 0
    END::UTINYINT AS reason,
    COALESCE(source = 'census', false) AS is_census
FROM events
WHERE {lineage}
    AND position BETWEEN $3 AND $4
    AND stream_no BETWEEN $1 AND $2
    AND (code < 255 OR kind LIKE 'employee.%')
