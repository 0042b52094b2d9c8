-- The first and the last year in which something happened that no census told of.
SELECT YEAR(MIN(effective_date)) AS first, YEAR(MAX(effective_date)) AS last
FROM events
WHERE {lineage}
    AND kind IN (
        'employee.hire.v1', 'employee.termination.v1', 'employee.promotion.v1', 'employee.raise.v1'
    )
    AND source IS DISTINCT FROM 'census'
