"""What touches the outside: the DuckDB log, census readers, configuration files."""
