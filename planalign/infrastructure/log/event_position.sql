-- Where one event of a lineage stands.
SELECT position FROM events WHERE stream_no = ? AND version = ? AND {lineage}
