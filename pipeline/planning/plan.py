"""Documents, pages and a machine -> time, memory and disk, part by part, and which part is the limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from pipeline.planning.rates import Rates

_MILLION = 1_000_000
_GB = 1e9
#: Of what n cores would do, so much is left after waiting for one another (`make bench PARTS=reading`).
_EFFICIENCY = 0.85
#: What the system and the program that leads keep for themselves.
_KEPT_MB = 2_000.0


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be read; `scanned_pages` are among `pages`."""

    documents: int
    pages: int
    scanned_pages: int = 0


@dataclass(frozen=True, slots=True)
class Machines:
    """So many machines of one kind; the first of them builds."""

    count: int
    cores: int
    memory_gb: float
    disk_gb: float


class Stage(StrEnum):
    """The parts of a night, in their order."""

    READ = "read"
    RECOGNISE = "recognise"
    STORE = "store"
    BUILD = "build"
    PUBLISH = "publish"


class Limit(StrEnum):
    """What a plan runs into first."""

    TIME = "time"
    MEMORY = "memory"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Part:
    """One stage: how much of what, on how many cores, for how long."""

    stage: Stage
    amount: float
    cores: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts. Storing goes on beside reading and recognising, in the one process that leads a machine.

    `longest` is the part that takes most of the time. `memory_gb` is what one machine needs to read; the build takes
    what it is given (GONGKAI_BUILD_MEMORY_GB) and works on disk beyond. `disk_gb` is what lies on the disk of the
    building machine (and where documents and lake are shared) after a night.
    """

    parts: tuple[Part, ...]
    values: float
    memory_gb: float
    disk_gb: dict[str, float]
    limit: Limit
    is_beyond_measured: bool

    @property
    def seconds(self) -> float:
        """From the first document to the published file."""
        of = {part.stage: part.seconds for part in self.parts}
        return max(of[Stage.READ] + of[Stage.RECOGNISE], of[Stage.STORE]) + of[Stage.BUILD] + of[Stage.PUBLISH]

    @property
    def longest(self) -> Part:
        """The part that takes most of the time."""
        return max(self.parts, key=lambda part: part.seconds)

    @property
    def disk_total_gb(self) -> float:
        """All that lies on disk."""
        return sum(self.disk_gb.values())


def make_plan(demand: Demand, machines: Machines, rates: Rates, *, nights_kept: int) -> Plan:
    """Plans the first night over these documents.

    Args:
        demand: What is to be read.
        machines: What reads it.
        rates: What each costs.
        nights_kept: Published files kept beside the last one.
    """
    plain = demand.pages - demand.scanned_pages
    values = demand.pages * rates.values_per_page
    millions = values / _MILLION
    readers = _workers(machines, rates.worker_mb)
    recognisers = _workers(machines, rates.ocr_worker_mb)
    # on one machine one process stores what its readers send; a worker of a cluster stores what it has read
    storers = readers if machines.count > 1 else 1
    parts = [
        Part(Stage.READ, plain, readers, plain * rates.page_s / _power(readers)),
        Part(
            Stage.RECOGNISE,
            demand.scanned_pages,
            recognisers,
            demand.scanned_pages * rates.scanned_page_s / _power(recognisers),
        ),
        Part(Stage.STORE, demand.documents, storers, demand.documents * rates.store_document_s / _power(storers)),
        Part(Stage.BUILD, values, machines.cores, rates.build_s + millions * rates.build_million_values_s),
        Part(Stage.PUBLISH, values, 1, rates.publish_s + millions * rates.publish_million_values_s),
    ]
    reading_mb = math.ceil(readers / machines.count) * rates.worker_mb
    if demand.scanned_pages:
        reading_mb = max(reading_mb, math.ceil(recognisers / machines.count) * rates.ocr_worker_mb)
    memory_gb = (reading_mb + _KEPT_MB) / 1000
    disk_gb = {
        "documents": (plain * rates.raw_page_bytes + demand.scanned_pages * rates.raw_scanned_page_bytes) / _GB,
        "lake": values * rates.lake_value_bytes / _GB,
        "build": values * rates.build_value_bytes / _GB,
        "published": values * rates.published_value_bytes / _GB,
        "nights": values * rates.published_value_bytes * nights_kept / _GB,
        "parquet": values * rates.parquet_value_bytes / _GB,
    }
    limit = Limit.TIME
    if min(readers, recognisers if demand.scanned_pages else readers) < machines.cores * machines.count:
        limit = Limit.MEMORY
    if sum(disk_gb.values()) > machines.disk_gb:
        limit = Limit.DISK
    return Plan(tuple(parts), values, memory_gb, disk_gb, limit, values > 10 * rates.measured_values)


def _workers(machines: Machines, worker_mb: float) -> int:
    """Processes that read, on all machines: a core each, as far as memory goes."""
    room = int((machines.memory_gb * 1000 - _KEPT_MB) / worker_mb)
    return max(1, min(machines.cores, room)) * machines.count


def _power(workers: int) -> float:
    """How many times faster than one process so many are."""
    return 1.0 if workers == 1 else workers * _EFFICIENCY
