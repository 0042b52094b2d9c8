-- What the lineage's imports and simulated years say about themselves: the last day that each
-- speaks of, and the assumptions of a simulated year.
SELECT command, period_end, assumptions.document
FROM (SELECT *, first_position AS position FROM commits WHERE last_position >= first_position)
LEFT JOIN assumptions ON assumptions.digest = assumptions_digest
WHERE {lineage} AND command IN ('ImportCensus', 'SimulateYears')
