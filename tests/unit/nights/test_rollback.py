"""Kept nights: proven, pruned, gone back to; what a killed night left is put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.durable import sha256_of
from pipeline.errors import DamagedNight, PublishHeld, UnknownNight
from pipeline.nights.folder import (
    DATA_FILE,
    NightManifest,
    TableSum,
    keep_night,
    kept_nights,
    prove_night,
    prune_nights,
)
from pipeline.nights.ledger import Outcome, end_night, read_ledger, start_night
from pipeline.nights.rollback import choose_night, recover, refuse_on_hold, roll_back
from pipeline.settings import Settings


def keep(settings: Settings, content: bytes) -> str:
    """A night up to the moment before its file is published."""
    night_id = start_night(settings, "test").night_id
    new = settings.warehouse_dir / "new.duckdb"
    new.write_bytes(content)
    manifest = NightManifest(
        night_id, "2026-11-22T02:00:00+08:00", "build", sha256_of(new), len(content), (TableSum("marts.t", 1, "x"),), {}
    )
    keep_night(settings, manifest, new, {"changes.json": "{}"})
    return night_id


def publish(settings: Settings, content: bytes) -> str:
    night_id = keep(settings, content)
    (settings.warehouse_dir / "new.duckdb").replace(settings.published_file)
    end_night(settings, night_id, Outcome.PUBLISHED)
    return night_id


def no_copies(_file: Path) -> None:
    return


def test_a_published_night_is_kept_under_its_name_and_proven(settings: Settings) -> None:
    night_id = publish(settings, b"one")
    (night,) = kept_nights(settings)
    assert night.folder.name == night_id
    prove_night(night)
    assert (night.folder / DATA_FILE).samefile(settings.published_file)


def test_a_kept_file_that_was_touched_is_not_gone_back_to(settings: Settings) -> None:
    publish(settings, b"one")
    publish(settings, b"two")
    night = choose_night(settings, None)
    (night.folder / DATA_FILE).write_bytes(b"0ne")
    with pytest.raises(DamagedNight, match="sha256"):
        roll_back(settings, night, "why", no_copies)
    assert settings.published_file.read_bytes() == b"two"
    assert read_ledger(settings).held_since is None


def test_going_back_shows_the_night_before_and_holds(settings: Settings) -> None:
    first, second = publish(settings, b"one"), publish(settings, b"two")
    roll_back(settings, choose_night(settings, None), "sums doubled", no_copies)
    assert settings.published_file.read_bytes() == b"one"
    ledger = read_ledger(settings)
    assert ledger.current_night_id == first
    with pytest.raises(PublishHeld, match="sums doubled"):
        refuse_on_hold(settings, ledger)
    refuse_on_hold(settings.model_copy(update={"accept_changes": True}), ledger)
    roll_back(settings, choose_night(settings, second), "no, it was right", no_copies)
    assert settings.published_file.read_bytes() == b"two"
    assert [night.has_file for night in kept_nights(settings)] == [True, True]


@pytest.mark.parametrize("wanted", ["2031", "2", "", None])
def test_a_night_that_is_not_one_is_said(settings: Settings, wanted: str | None) -> None:
    publish(settings, b"one")
    if wanted is not None:
        publish(settings, b"two")
        publish(settings, b"three")
    with pytest.raises(UnknownNight):
        choose_night(settings, wanted)


def test_old_files_go_and_what_they_held_stays_known(settings: Settings) -> None:
    few = settings.model_copy(update={"nights_kept": 2})
    names = [publish(settings, str(number).encode()) for number in range(4)]
    roll_back(settings, choose_night(settings, names[0]), "why", no_copies)
    assert prune_nights(few, read_ledger(settings)) == (names[1],)
    assert [(night.folder.name, night.has_file) for night in kept_nights(settings)] == [
        (names[0], True),
        (names[1], False),
        (names[2], True),
        (names[3], True),
    ]


def test_a_night_killed_before_its_file_was_published_leaves_nothing(settings: Settings) -> None:
    first = publish(settings, b"one")
    killed = keep(settings, b"two")
    recover(settings)
    start_night(settings, "next")
    assert [night.folder.name for night in kept_nights(settings)] == [first]
    assert read_ledger(settings).find(killed).outcome is Outcome.KILLED  # type: ignore[union-attr]
    assert read_ledger(settings).current_night_id == first


def test_a_night_killed_after_it_is_said_to_be_published(settings: Settings) -> None:
    publish(settings, b"one")
    killed = keep(settings, b"two")
    (settings.warehouse_dir / "new.duckdb").replace(settings.published_file)
    ledger = recover(settings)
    assert ledger.current_night_id == killed
    assert ledger.nights[-1].outcome is Outcome.PUBLISHED


def test_the_same_on_a_disk_without_second_names(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", refuse_links)
    killed = keep(settings, b"two")
    (settings.warehouse_dir / "new.duckdb").replace(settings.published_file)
    assert recover(settings).current_night_id == killed


def refuse_links(*_arguments: object) -> None:
    raise OSError(95, "Operation not supported")
