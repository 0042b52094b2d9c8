-- Every event about employees that the lineage sees.
SELECT
    position,
    streams.stream_id AS employee_id,
    version,
    CASE kind
        WHEN 'employee.hire.v1' THEN 'Hire'
        WHEN 'employee.termination.v1' THEN 'Termination'
        WHEN 'employee.promotion.v1' THEN 'Promotion'
        WHEN 'employee.raise.v1' THEN 'Raise'
    END AS kind,
    effective_date,
    level,
    (salary_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS annual_salary,
    birth_date,
    source,
    reason,
    department,
    location,
    scheduled_minutes_per_week
FROM events AS facts
JOIN streams USING (stream_no)
WHERE {lineage} AND facts.kind IN (
    'employee.hire.v1', 'employee.termination.v1', 'employee.promotion.v1', 'employee.raise.v1'
)
