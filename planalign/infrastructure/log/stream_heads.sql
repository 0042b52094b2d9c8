-- The last version of every stream in a lineage.
SELECT stream_no, max(version) AS version FROM events WHERE {lineage} GROUP BY stream_no
