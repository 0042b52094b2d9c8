-- Headcount, events and payroll of each year from $1 to $2, one row a year.
-- Headcount and payroll are running sums of what each event adds, so a year starts as the year
-- before ended, always.
WITH facts AS (
    SELECT
        stream_no,
        YEAR(effective_date) AS year,
        kind,
        salary_cents,
        -- Whatever comes before a Termination, Promotion or Raise has the salary in force.
        LAG(salary_cents) OVER (PARTITION BY stream_no ORDER BY effective_date, version) AS before
    FROM events
    WHERE {lineage} AND YEAR(effective_date) <= $2
        AND kind IN (
            'employee.hire.v1', 'employee.termination.v1',
            'employee.promotion.v1', 'employee.raise.v1'
        )
),
sums AS (
    SELECT
        GREATEST(year, $1 - 1) AS year,
        COUNT(*) FILTER (kind = 'employee.hire.v1') AS hires,
        COUNT(*) FILTER (kind = 'employee.termination.v1') AS exits,
        COUNT(*) FILTER (kind = 'employee.promotion.v1') AS promotions,
        COUNT(*) FILTER (kind = 'employee.raise.v1') AS raises,
        COUNT(*) AS events,
        SUM(CASE kind
            WHEN 'employee.hire.v1' THEN salary_cents
            WHEN 'employee.termination.v1' THEN -before
            ELSE salary_cents - before
        END) AS cents
    FROM facts
    GROUP BY ALL
),
filled AS (
    SELECT
        year,
        COALESCE(hires, 0) AS hires,
        COALESCE(exits, 0) AS exits,
        COALESCE(promotions, 0) AS promotions,
        COALESCE(raises, 0) AS raises,
        COALESCE(events, 0) AS events,
        COALESCE(cents, 0) AS cents
    FROM (SELECT UNNEST(RANGE($1 - 1, $2 + 1))::BIGINT AS year)
    LEFT JOIN sums USING (year)
),
running AS (
    SELECT
        *,
        SUM(hires - exits) OVER (ORDER BY year) AS headcount,
        SUM(cents) OVER (ORDER BY year) AS payroll
    FROM filled
)
SELECT
    year::INTEGER AS year,
    (headcount - hires + exits)::BIGINT AS start_headcount,
    hires,
    exits,
    headcount::BIGINT AS end_headcount,
    promotions,
    raises,
    events,
    ((payroll - cents)::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS payroll_start,
    (payroll::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS payroll_end
FROM running
WHERE year >= $1
ORDER BY year
