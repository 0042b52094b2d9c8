-- Headcount and payroll at the end of each month, added up from the changes in {table}.
-- `month` is its first day. Months go on to December of the year of the last event, and bands are
-- those of the month's end, so a month without an event is there as well.
WITH changes AS (
    SELECT month, is_active, level, age_band, tenure_band, employees, payroll_cents
    FROM {table}
),
span AS (
    SELECT
        MIN(month) AS first,
        MAKE_DATE(MAX(YEAR(month)) FILTER (events > 0)::INTEGER, 12, 1) AS last
    FROM {table}
),
spine AS (
    SELECT UNNEST(RANGE(first, last + INTERVAL 1 DAY, INTERVAL 1 MONTH))::DATE AS month
    FROM span
),
cells AS (
    SELECT DISTINCT is_active, level, age_band, tenure_band FROM changes
),
counted AS (
    SELECT
        spine.month,
        cells.*,
        SUM(employees) OVER so_far AS employees,
        SUM(payroll_cents) OVER so_far AS payroll_cents
    FROM spine
    CROSS JOIN cells
    LEFT JOIN changes USING (month, is_active, level, age_band, tenure_band)
    WINDOW so_far AS (
        PARTITION BY is_active, level, age_band, tenure_band ORDER BY spine.month
    )
)
SELECT
    month,
    CASE WHEN is_active THEN 'active' ELSE 'terminated' END AS status,
    level,
    age_band,
    tenure_band,
    employees::BIGINT AS headcount,
    (payroll_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS payroll
FROM counted
WHERE employees > 0
