"""A scenario's figures for people: the same grids as text for a terminal and as a page."""
