"""Frozen types that cross rooms, and the Parquet schemas. No reading, no rules, no I/O."""
