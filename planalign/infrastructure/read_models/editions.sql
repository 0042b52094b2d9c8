-- Every edition, with the ranges of positions that it has seen as two lists.
SELECT
    editions.*,
    COALESCE(firsts, []) AS firsts,
    COALESCE(lasts, []) AS lasts
FROM editions
LEFT JOIN (
    SELECT
        number,
        LIST(first_position ORDER BY first_position) AS firsts,
        LIST(last_position ORDER BY first_position) AS lasts
    FROM seen
    GROUP BY number
) USING (number)
ORDER BY editions.number
