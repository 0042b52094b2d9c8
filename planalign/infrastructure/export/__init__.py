"""Files for people who analyse elsewhere: workbooks, and a directory of tables."""
