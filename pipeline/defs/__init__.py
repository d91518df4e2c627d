"""Dagster definitions: ingest, extract, warehouse, publish. The only room that knows Dagster."""
