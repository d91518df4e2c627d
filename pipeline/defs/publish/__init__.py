"""Publish: the built file, cut down to its public tables, takes the place of the last good one."""
