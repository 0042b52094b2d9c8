"""Tests of the domain: pure functions, no files, no clock."""
