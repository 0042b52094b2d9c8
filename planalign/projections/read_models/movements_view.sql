-- Movements as people read them: per month (its first day), kind, level and, for exits, reason.
-- The level is the one after the movement, for an exit the last one.
SELECT
    month,
    ['Hire', 'Termination', 'Promotion', 'Raise'][code + 1] AS movement,
    level,
    ['voluntary', 'involuntary', 'retirement', 'unspecified'][reason] AS termination_reason,
    employees,
    (payroll_change_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS payroll_change
FROM {table}
