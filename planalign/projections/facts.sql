-- What the lineage knows, as numbers, in no particular order.
-- $1 stands for a date that is absent; `code` is the place of the event's class in
-- `domain.events.EVENT_TYPES`.
SELECT
    position,
    stream_no,
    version,
    (effective_date - DATE '1970-01-01')::INTEGER AS day,
    CASE kind
        WHEN 'employee.hire.v1' THEN 0
        WHEN 'employee.termination.v1' THEN 1
        WHEN 'employee.promotion.v1' THEN 2
        WHEN 'employee.raise.v1' THEN 3
    END::UTINYINT AS code,
    COALESCE(level, 0)::UTINYINT AS level,
    COALESCE(salary_cents, 0) AS salary_cents,
    COALESCE(birth_date - DATE '1970-01-01', $1)::INTEGER AS birth_date
FROM events
WHERE {lineage} AND code IS NOT NULL
