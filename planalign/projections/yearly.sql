-- What the lineage knows to be effective from $1 to $2: the least that headcount, payroll and the
-- numbers of events are made of, in no particular order. See pay_changes.sql, which has more.
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
    COALESCE(salary_cents, 0) AS pay_cents
FROM events
WHERE {lineage} AND code IS NOT NULL AND effective_date BETWEEN $1 AND $2
