-- The last version of one stream in a lineage; zone maps leave a few row groups to read.
SELECT max(version) FROM events WHERE stream_no = ? AND {lineage}
