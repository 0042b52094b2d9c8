-- A document is stored once, whoever uses it.
INSERT INTO assumptions
SELECT digest, document
FROM (SELECT ?::VARCHAR AS digest, ?::VARCHAR AS document) AS given
WHERE NOT EXISTS (FROM assumptions WHERE assumptions.digest = given.digest)
