-- Rows are added, never changed: TRUNCATE is refused by the trigger on DELETE.
CREATE TRIGGER refuse_update BEFORE UPDATE ON {table} FOR EACH STATEMENT
    INSERT INTO refused SELECT error('{table} is append-only');
CREATE TRIGGER refuse_delete BEFORE DELETE ON {table} FOR EACH STATEMENT
    INSERT INTO refused SELECT error('{table} is append-only');
