"""The folder is asked for once a change, when it is quiet; another machine's clock does not hold it up for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import BadFolder
from pipeline.sources.watch import LONGEST_WAIT_S, Decision, Glance, Watched, decide, glance_at

SETTLE_S = 30.0
SLICES = frozenset({"unknown|2022"})


def glance(content: str, changed_at: float) -> Glance:
    return Glance(content * 40, 3, changed_at, SLICES)


def follow(*seen: tuple[float, Glance]) -> list[str | None]:
    """The run keys asked for, one a glance; the memory goes through its cursor."""
    cursor: str | None = None
    keys: list[str | None] = []
    for now, found in seen:
        decision: Decision = decide(found, Watched.load(cursor), now, SETTLE_S)
        cursor = decision.watched.model_dump_json()
        keys.append(decision.run_key)
    return keys


def test_a_change_is_asked_for_once() -> None:
    a, b = glance("a", 100.0), glance("b", 300.0)
    assert follow((200.0, a), (260.0, a), (400.0, b), (460.0, b)) == ["1:" + "a" * 16, None, "2:" + "b" * 16, None]


def test_what_was_there_before_and_comes_back_is_asked_for_again() -> None:
    a, b = glance("a", 100.0), glance("b", 100.0)
    keys = follow((200.0, a), (260.0, b), (320.0, a))
    assert len(set(keys)) == 3


def test_the_same_glance_asks_with_the_same_key_when_the_memory_was_lost() -> None:
    first, again = (decide(glance("a", 100.0), Watched(number=4), now, SETTLE_S).run_key for now in (200.0, 260.0))
    assert first == again == "5:" + "a" * 16


def test_a_file_that_still_grows_waits() -> None:
    growing = [(100.0 + 20 * n, glance(letter, 99.0 + 20 * n)) for n, letter in enumerate("abc")]
    assert follow(*growing, (175.0, glance("c", 139.0))) == [None, None, None, "1:" + "c" * 16]


def test_a_folder_that_is_never_quiet_is_read_in_the_end() -> None:
    times = [0.0, LONGEST_WAIT_S / 2, LONGEST_WAIT_S + 1]
    keys = follow(*((now, glance(letter, now)) for now, letter in zip(times, "abc", strict=True)))
    assert [key is not None for key in keys] == [False, False, True]


def test_a_time_ahead_of_our_clock_counts_from_when_we_saw_it() -> None:
    ahead = glance("a", 10_000.0)
    assert follow((100.0, ahead), (120.0, ahead), (131.0, ahead)) == [None, None, "1:" + "a" * 16]


def test_a_broken_cursor_is_a_new_memory() -> None:
    assert Watched.load("{") == Watched.load(None) == Watched.load('{"other": 1}') == Watched()


def test_a_glance_sees_names_sizes_times_and_slices_without_opening(tmp_path: Path) -> None:
    (tmp_path / "沁源县").mkdir()
    file = tmp_path / "沁源县" / "2022年决算.pdf"
    file.write_bytes(b"x")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "MANIFEST.csv").write_text("file,department\n2022年决算.pdf,财政局\n", encoding="utf-8")
    file.chmod(0)
    first = glance_at(tmp_path)
    assert (first.files, first.slices) == (2, {"财政局|2022"})
    assert glance_at(tmp_path) == first
    os.utime(file, (1, 1))
    assert glance_at(tmp_path).fingerprint != first.fingerprint
    (tmp_path / "MANIFEST.csv").write_text("no table of files\n1\n", encoding="utf-8")
    assert glance_at(tmp_path).slices == {"沁源县|2022"}
    (tmp_path / ".other").write_bytes(b"x")
    assert glance_at(tmp_path).files == 2


def test_a_folder_that_is_not_there_is_no_change(tmp_path: Path) -> None:
    with pytest.raises(BadFolder):
        glance_at(tmp_path / "gone")
