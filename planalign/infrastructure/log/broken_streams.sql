-- The first employee of a lineage whose versions are not 1, 2, 3 …; foreign kinds need no such order.
SELECT stream_id
FROM (
    SELECT stream_no, count(*) AS n, count(DISTINCT version) AS versions,
        min(version) AS first, max(version) AS last
    FROM events
    WHERE kind LIKE 'employee.%' AND {lineage}
    GROUP BY stream_no
) AS stream
JOIN streams USING (stream_no)
WHERE n <> last OR versions <> n OR first <> 1
ORDER BY stream_id
LIMIT 1
