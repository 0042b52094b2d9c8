-- The events of one commit, in the order that its digest binds.
SELECT * FROM events WHERE position BETWEEN ? AND ? ORDER BY position
