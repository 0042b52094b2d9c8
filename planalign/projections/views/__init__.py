"""What analysts may ask with SQL: stable names over what a scenario sees."""
