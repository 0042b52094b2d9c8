"""The file of the read models: a DuckDB file beside the log, which may be deleted at any time."""
