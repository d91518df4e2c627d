"""Errors planted in documents of known content are found, and none is found where none was planted.

`make accuracy` measures a thousand; these few keep a change of the rules from blinding them.
"""

from __future__ import annotations

import pytest

from tests.corpus.planted import ERRORS, plant_and_read

#: Three documents for each kind of error.
SEEDS = range(3 * len(ERRORS))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{ERRORS[seed % len(ERRORS)]} {seed}")
def test_a_planted_error_is_found_and_nothing_else(seed: int) -> None:
    outcome = plant_and_read(seed)
    assert outcome is not None
    assert outcome.false_findings == 0
    assert outcome.is_detected or not outcome.is_covered or (outcome.kind == "unit" and not outcome.is_proven)
