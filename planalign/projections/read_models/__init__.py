"""Read models: tables made from the log, kept beside it, wound to where a scenario is."""
