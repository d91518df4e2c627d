"""The pools of steps that must not run side by side."""

#: One writer at a time below the warehouse folder: DuckDB refuses a second process on the same file.
WRITER = "warehouse_writer"
