"""Census files of any usual kind become one checked table, and nothing is guessed."""
