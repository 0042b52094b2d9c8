-- Everybody's intervals as people read them; {table} holds them as numbers.
-- The row of an event that another one of the same day follows is valid for no day: not shown.
SELECT
    employee_id,
    valid_from,
    NULLIF(valid_to, DATE '9999-12-31') AS valid_to,
    CASE WHEN is_active THEN 'active' ELSE 'terminated' END AS status,
    level,
    salary_cents,
    (salary_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS annual_salary,
    hire_date,
    birth_date,
    exit_date AS termination_date,
    ['voluntary', 'involuntary', 'retirement', 'unspecified'][reason] AS termination_reason,
    ['Hire', 'Termination', 'Promotion', 'Raise'][code + 1] AS event,
    version,
    position
FROM {table}
WHERE valid_from < valid_to
