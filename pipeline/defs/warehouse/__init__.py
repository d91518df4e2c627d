"""Warehouse: dbt builds and tests a new DuckDB file from the lake."""
