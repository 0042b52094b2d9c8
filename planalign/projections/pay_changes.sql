-- What the lineage knows to be effective from $1 to $2, as the numbers that metrics are made of,
-- in no particular order. `code` is the place of the event's class in `domain.events.EVENT_TYPES`.
-- An absent value is 0.
SELECT
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
    COALESCE(salary_cents, 0) AS pay_cents,
    COALESCE(scheduled_minutes_per_week, 0)::SMALLINT AS minutes,
    COALESCE(reason = 'voluntary', false)::UTINYINT AS is_voluntary
FROM events
WHERE {lineage} AND code IS NOT NULL AND effective_date BETWEEN $1 AND $2
