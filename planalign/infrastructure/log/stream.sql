-- One employee's events, in no particular order. Rows of a bulk commit are sorted by stream, so
-- zone maps leave a few row groups to read.
SELECT * EXCLUDE (stream_no, state)
FROM events
WHERE stream_no = ? AND {lineage}
