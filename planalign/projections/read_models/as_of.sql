-- Everyone known at the end of day $1, as snapshot.sql has it, from the intervals in {table}.
SELECT
    employee_id,
    CASE WHEN is_active THEN 'active' ELSE 'terminated' END AS status,
    level,
    (salary_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS annual_salary,
    hire_date,
    birth_date,
    exit_date AS termination_date,
    ['voluntary', 'involuntary', 'retirement', 'unspecified'][reason] AS termination_reason,
    ['Hire', 'Termination', 'Promotion', 'Raise'][code + 1] AS last_event,
    valid_from AS last_event_date,
    version
FROM {table}
WHERE valid_from <= $1 AND valid_to > $1
ORDER BY employee_id
