"""What the tests of the pool run in worker processes."""

from __future__ import annotations

import os
import time


def double(word: str) -> str:
    """Doubles a word, unless the word says otherwise."""
    if word == "hang":
        time.sleep(60)
    if word == "die":
        os._exit(9)
    return word * 2


def die_at_once() -> None:
    """An initialiser that fails in every process."""
    os._exit(4)
