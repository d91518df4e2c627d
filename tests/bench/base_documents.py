"""Random documents of known content through the real pipeline: the published file that `many_facts` multiplies."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from tests.corpus.compose import compose
from tests.corpus.planted import plant
from tests.corpus.random_facts import random_facts
from tests.corpus.random_sentences import with_random_sentences
from tests.corpus.typeset import Format, write_document

ROOT = Path(__file__).parents[2]
_REGIONS = ROOT / "dbt_project" / "seeds" / "ref_region.csv"
#: Most departments publish PDF; the others are there because their values have no box.
_FORMATS = (Format.PDF, Format.PDF, Format.PDF, Format.XLSX, Format.DOCX, Format.TABBED_TEXT)
#: One document in so many carries an error: contradictory numbers and findings are rare, not absent.
_WRONG_EVERY = 12
_ERRORS = ("digit", "swap", "stale_total")


def write_base_documents(folder: Path, count: int) -> None:
    """Typesets `count` documents, each of a department in a region of its own as long as there are regions."""
    places = cycle(_places())
    for seed in range(count):
        rng = random.Random(seed)
        document = compose(with_random_sentences(random_facts(seed, place=next(places)), seed))
        found = plant(document, _ERRORS[seed // _WRONG_EVERY % len(_ERRORS)], rng) if seed % _WRONG_EVERY == 0 else None
        file_format = _FORMATS[seed % len(_FORMATS)]
        path = folder / f"{seed:05}{file_format.ending}"
        path.write_bytes(write_document(found[0] if found else document, file_format))


def _places() -> Iterator[tuple[str, str]]:
    """Yields counties of today whose name no other region bears or bore."""
    with _REGIONS.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [row["name"] for row in rows]
    for row in rows:
        is_always = not row["valid_from"] and not row["valid_to"]
        if is_always and row["level"] == "county" and row["name"].endswith("县") and names.count(row["name"]) == 1:
            yield row["name"], row["code"]


def make_base(folder: Path, documents: int) -> Path:
    """Runs the pipeline over random documents and returns the published file."""
    raw, warehouse = folder / "raw", folder / "warehouse"
    raw.mkdir(parents=True)
    write_base_documents(raw, documents)
    call = [sys.executable, "-m", "pipeline.cli", "run", "--raw", str(raw), "--warehouse", str(warehouse)]
    subprocess.run(call, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return warehouse / "fiscal.duckdb"
