-- The events at the positions in the list $1.
SELECT events.position, stream_id AS employee_id, version, kind
FROM events
JOIN streams USING (stream_no)
WHERE events.position IN (SELECT UNNEST($1::BIGINT[]))
