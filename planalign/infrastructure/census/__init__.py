"""Reading a census: CSV, Parquet or Excel in, accepted employees and explained rejects out."""
