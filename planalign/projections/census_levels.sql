-- How many people of the census were employed at the end of the census date, $1, per level.
-- The census is the only source of hires up to that day, and hires each of its people once.
SELECT level, COUNT(*) AS employees
FROM events AS hires
WHERE {lineage} AND kind = 'employee.hire.v1' AND source = 'census' AND effective_date <= $1
    AND stream_no NOT IN (
        SELECT stream_no FROM events
        WHERE {lineage} AND kind = 'employee.termination.v1' AND effective_date <= $1
    )
GROUP BY level
