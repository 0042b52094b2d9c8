-- The versions of every stream in a lineage, in no particular order: the highest is its head.
SELECT stream_no, version FROM events WHERE {lineage}
