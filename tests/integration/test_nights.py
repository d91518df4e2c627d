"""Nights as an operator lives them: one is stopped, one is accepted, one is gone back from; readers notice nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import Result

from pipeline.nights.ledger import Outcome, read_ledger
from pipeline.settings import Settings
from tests.conftest import BuiltWarehouse

Gongkai = Callable[..., Result]


@pytest.fixture(scope="module")
def emptied(built: BuiltWarehouse, tmp_path_factory: pytest.TempPathFactory) -> BuiltWarehouse:
    """A warehouse whose raw folder has lost all documents but one, as a folder that is half mounted."""
    copy = built.copy_to(tmp_path_factory.mktemp("emptied"))
    documents = sorted(path for path in copy.raw_dir.iterdir() if path.suffix == ".pdf" and path.stat().st_size)
    for path in copy.raw_dir.iterdir():
        if path != documents[0] and path.name != "MANIFEST.csv":
            path.unlink()
    return copy


def settings_of(warehouse: BuiltWarehouse) -> Settings:
    return Settings(raw_dir=warehouse.raw_dir, warehouse_dir=warehouse.warehouse_dir)


def count(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        return int(connection.execute("select count(*) from marts.fct_form_value").fetchall()[0][0])


@pytest.mark.e2e
def test_a_night_that_lost_most_is_stopped_accepted_and_gone_back_from(
    emptied: BuiltWarehouse, gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = ("--raw", emptied.raw_dir, "--warehouse", emptied.warehouse_dir)
    settings = settings_of(emptied)
    before = emptied.file.read_bytes()

    stopped = gongkai("run", *folders)
    assert stopped.exit_code == 1
    assert "changes_within_limits" in stopped.output
    assert "documents loaded: " in stopped.output
    assert "gongkai run --accept" in stopped.output
    assert emptied.file.read_bytes() == before
    assert read_ledger(settings).nights[-1].outcome is Outcome.BLOCKED

    accepted = gongkai("run", "--accept", *folders)
    assert accepted.exit_code == 0, accepted.output
    assert "withdrawn" in accepted.output
    assert count(emptied.file) < len(before)
    log = settings.log_file.read_text(encoding="utf-8")
    assert "built_before" in log, "what the stopped night had built and tested was built again"

    shown = gongkai("changes", "--warehouse", emptied.warehouse_dir)
    assert shown.exit_code == 0, shown.output
    assert "withdrawn" in shown.output
    assert gongkai("nights", "--verify", "--warehouse", emptied.warehouse_dir).exit_code == 0

    back = gongkai("rollback", "--reason", "the folder was half mounted", "--warehouse", emptied.warehouse_dir)
    assert back.exit_code == 0, back.output
    assert emptied.file.read_bytes() == before
    monkeypatch.delenv("GONGKAI_ACCEPT_CHANGES")  # in one process what `--accept` said would be said again
    held = gongkai("run", *folders)
    assert held.exit_code == 1
    assert "the folder was half mounted" in held.output
    assert emptied.file.read_bytes() == before
    nights = gongkai("nights", "--warehouse", emptied.warehouse_dir)
    for word in ("published", "blocked", "held", "On hold since"):
        assert word in nights.output


def test_the_watchdog_tells_how_old_the_last_good_night_is(built: BuiltWarehouse, gongkai: Gongkai) -> None:
    fresh = gongkai("status", "--max-age", "26h", "--warehouse", built.warehouse_dir)
    assert fresh.exit_code == 0, fresh.output
    stale = gongkai("status", "--max-age", "0s", "--warehouse", built.warehouse_dir)
    assert stale.exit_code == 1
    assert "expected: a good night in the last 0 s" in stale.output
    assert gongkai("status", "--max-age", "soon", "--warehouse", built.warehouse_dir).exit_code == 2


def test_the_watchdog_barks_where_there_was_no_night(gongkai: Gongkai, tmp_path: Path) -> None:
    barked = gongkai("status", "--max-age", "26h", "--warehouse", tmp_path)
    assert barked.exit_code == 1
    assert "there was no good night yet" in barked.output


def test_the_watchdog_does_not_trust_a_clock_that_went_back(
    built: BuiltWarehouse, gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_REHEARSAL_TIME", "2020-01-01T08:00:00+08:00")
    barked = gongkai("status", "--max-age", "26h", "--warehouse", built.warehouse_dir)
    assert barked.exit_code == 1
    assert "in the future" in barked.output
