"""The append-only event log: one DuckDB file, its ledger, its digests."""
