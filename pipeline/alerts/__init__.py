"""Alerts: what a person must hear of a night, sent through every channel that is configured."""
