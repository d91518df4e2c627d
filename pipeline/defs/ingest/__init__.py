"""Ingest: which files there are."""
