"""Printed names to codes, regions, departments, years."""
