"""Automation: the job and its schedule."""
