"""What the last look at each address gave: when, and by which marks an unchanged file is known again.

A small file replaced in one step. It only spares work: without it every address is asked for anew, and no more is lost.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.durable import write_text
from pipeline.sources.fetch.journal import fetched_dir

STATE_NAME = "STATE.json"


@dataclass(frozen=True, slots=True)
class Look:
    """The last look at an address: `outcome` is a word of the report, `sha256` what lies there as far as we know."""

    last_checked: str
    outcome: str
    sha256: str | None = None
    etag: str = ""
    last_modified: str = ""
    category: str | None = None


def read_state(raw_dir: Path) -> dict[str, Look]:
    """The last looks by address; empty where there is no state, or none that can be read."""
    try:
        stored = json.loads((fetched_dir(raw_dir) / STATE_NAME).read_text(encoding="utf-8"))
        return {address: Look(**look) for address, look in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_state(raw_dir: Path, looks: dict[str, Look]) -> None:
    """Replaces the state in one step."""
    path = fetched_dir(raw_dir) / STATE_NAME
    ordered = {address: asdict(looks[address]) for address in sorted(looks)}
    write_text(path, json.dumps(ordered, ensure_ascii=False, indent=0))
