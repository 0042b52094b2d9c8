"""The append-only event log in one DuckDB file."""
