"""The only writer of Parquet: schema checked, temporary file, rename."""
