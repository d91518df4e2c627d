"""Reading that takes a stated time and gives one document's values again: how far more workers carry, on any machine.

`dask worker --preload tests.bench.pretended` puts it in the place of the readers there.
"""

from __future__ import annotations

import os
import pickle
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline import flow
from pipeline.defs.extract import batches
from pipeline.defs.extract.batches import Job
from pipeline.model.extract import Extract
from pipeline.model.source import SourceFile

#: What a document of some twenty pages takes on one core, and in which file beside the raw folder its values are.
READING_S, TEMPLATE = 0.4, "template.pickle"


def write_template(file: Path, source: SourceFile) -> None:
    """Reads a document for others to be like it."""
    file.write_bytes(pickle.dumps(flow.extract_document(source)))


def read_one_document(job: Job, source: SourceFile) -> Extract:
    """Waits as long as reading takes."""
    begun = time.monotonic()
    found = replace(_template(job.raw_dir.parent / TEMPLATE), document_id=source.document_id)
    time.sleep(max(0.0, READING_S - (time.monotonic() - begun)))
    return found


@cache
def _template(file: Path) -> Extract:
    found = pickle.loads(file.read_bytes())
    assert isinstance(found, Extract)
    return found


def pretend() -> None:
    """From now on guarded processes started by this one pretend."""
    batches.read_one_document = read_one_document


def dask_setup(_worker: object) -> None:
    """What Dask calls in a worker that preloads this module."""
    os.environ["PYTHONWARNINGS"] = "ignore"
    pretend()
