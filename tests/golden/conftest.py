"""Fixtures of the golden documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.model.extract import Extract
from tests.golden.reading import read_once


@pytest.fixture
def seed(request: pytest.FixtureRequest, seeds_dir: Path) -> Extract:
    """A seed document as read; `only` chooses which."""
    return read_once(next(seeds_dir.glob(f"{request.param}*.txt")))
