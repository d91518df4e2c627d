"""The ledger adds up: what each night came to, who is read, whether publishing is on hold, whatever the clock says."""

from __future__ import annotations

from pipeline.nights.ledger import Outcome, end_night, note_release, note_rollback, read_ledger, start_night
from pipeline.settings import Settings
from tests.unit.nights.builders import at


def test_without_a_ledger_there_was_no_night(settings: Settings) -> None:
    ledger = read_ledger(settings)
    assert (ledger.nights, ledger.last_good, ledger.running, ledger.current_night_id) == ((), None, None, None)


def test_nights_are_dated_as_in_china_and_numbered(settings: Settings) -> None:
    night = start_night(at(settings, "2026-11-21T18:00:00+00:00"), "gongkai run")
    assert night.night_id == "2026-11-22.0001"
    assert read_ledger(settings).running == night


def test_the_number_orders_nights_though_the_clock_goes_back(settings: Settings) -> None:
    first = start_night(at(settings, "2026-11-22T02:00:00+08:00"), "a")
    end_night(settings, first.night_id, Outcome.PUBLISHED)
    second = start_night(at(settings, "2020-01-01T02:00:00+08:00"), "b")
    end_night(settings, second.night_id, Outcome.PUBLISHED)
    ledger = read_ledger(settings)
    assert [night.night_id for night in ledger.nights] == ["2026-11-22.0001", "2020-01-01.0002"]
    assert ledger.current_night_id == "2020-01-01.0002"


def test_a_night_left_without_an_end_was_killed(settings: Settings) -> None:
    start_night(settings, "a")
    start_night(settings, "b")
    first, second = read_ledger(settings).nights
    assert first.outcome is Outcome.KILLED
    assert "ended from outside" in (first.reason or "")
    assert second.outcome is None


def test_published_and_unchanged_are_good_and_the_last_word_counts(settings: Settings) -> None:
    night = start_night(settings, "a")
    end_night(settings, night.night_id, Outcome.PARTIAL)
    assert read_ledger(settings).last_good is None
    end_night(settings, night.night_id, Outcome.UNCHANGED, facts={"read": 3})
    last = read_ledger(settings).last_good
    assert last is not None
    assert (last.outcome, dict(last.facts)) == (Outcome.UNCHANGED, {"read": 3})


def test_going_back_holds_until_released_or_published(settings: Settings) -> None:
    for _ in range(2):
        end_night(settings, start_night(settings, "a").night_id, Outcome.PUBLISHED)
    first, second = (night.night_id for night in read_ledger(settings).nights)
    note_rollback(settings, first, "sums doubled")
    held = read_ledger(settings)
    assert (held.current_night_id, held.hold_reason) == (first, "sums doubled")
    assert held.held_since is not None
    note_release(settings, first)
    assert read_ledger(settings).held_since is None
    note_rollback(settings, first, "again")
    end_night(settings, second, Outcome.PUBLISHED)
    assert read_ledger(settings).held_since is None


def test_a_line_cut_off_by_a_power_cut_says_nothing_and_the_next_stands_whole(settings: Settings) -> None:
    night = start_night(settings, "a")
    with settings.ledger_file.open("a", encoding="utf-8") as stream:
        stream.write('{"event": "ended", "night": "' + night.night_id)
    assert read_ledger(settings).running == night
    end_night(settings, night.night_id, Outcome.PUBLISHED)
    assert read_ledger(settings).current_night_id == night.night_id
    assert settings.ledger_file.read_bytes().count(b"\n") == 3
