"""Slices of the documents (publisher and year) as partitions: known before anything is read, added as they appear."""

from collections.abc import Iterable

import dagster as dg
import structlog

#: Beyond it Dagster's pages become slow; further documents are read all the same, without a slice of their own.
MOST_SLICES = 100_000
SLICES = dg.DynamicPartitionsDefinition(name="slices")


def new_slices(instance: dg.DagsterInstance, keys: Iterable[str]) -> list[str]:
    """Those of the keys that are no partition yet, sorted; none beyond the most there may be, which is logged."""
    known = set(instance.get_dynamic_partitions(SLICES.name or ""))
    new = sorted(set(keys) - known)
    room = max(0, MOST_SLICES - len(known))
    if len(new) > room:
        structlog.get_logger().warning("too_many_slices", stage="ingest", known=len(known), left_out=len(new) - room)
    return new[:room]


def add_slices(instance: dg.DagsterInstance, keys: Iterable[str]) -> int:
    """Adds partitions for slices that have none yet; returns how many."""
    new = new_slices(instance, keys)
    if new:
        instance.add_dynamic_partitions(SLICES.name or "", new)
    return len(new)
