-- How many people of the census were employed at the end of the census date, $1, per level.
WITH folded AS (
    SELECT
        stream_no,
        MAX(effective_date) FILTER (kind = 'employee.hire.v1' AND source = 'census') AS hire_date,
        ARG_MAX(level, effective_date)
            FILTER (kind = 'employee.hire.v1' AND source = 'census') AS level,
        MAX(effective_date) FILTER (kind = 'employee.termination.v1') AS exit_date
    FROM events
    WHERE {lineage} AND effective_date <= $1
    GROUP BY stream_no
)
SELECT level, COUNT(*) AS employees
FROM folded
WHERE hire_date IS NOT NULL AND (exit_date IS NULL OR exit_date < hire_date)
GROUP BY level
