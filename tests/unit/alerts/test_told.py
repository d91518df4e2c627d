"""One failure is told once, recovery once, and a warning only when it is new."""

from __future__ import annotations

import pytest

from pipeline.alerts import told
from pipeline.alerts.alert import Alert
from pipeline.alerts.told import tell_failure, tell_success, tell_warnings
from pipeline.settings import Settings

FAILED = Alert("failure", "failed", "why")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    alerts: list[Alert] = []
    monkeypatch.setattr(told, "send_alert", lambda _settings, alert: alerts.append(alert) or [])
    return alerts


def test_a_failure_and_its_retries_are_told_once(settings: Settings, sent: list[Alert]) -> None:
    for failure in ("night 1", "night 1", "night 2"):
        tell_failure(settings, failure, FAILED)
    assert len(sent) == 2


def test_the_first_good_night_is_told_and_the_next_is_not(settings: Settings, sent: list[Alert]) -> None:
    tell_success(settings)
    assert sent == []
    tell_failure(settings, "night 1", FAILED)
    tell_failure(settings, "night 2", FAILED)
    tell_success(settings, {"documents": 5})
    tell_success(settings)
    assert [alert.level for alert in sent] == ["failure", "failure", "recovered"]
    assert "after 2 that failed" in sent[-1].body


def test_a_warning_is_told_again_only_when_it_has_passed_in_between(settings: Settings, sent: list[Alert]) -> None:
    nights = [({"a": "1"}, "b"), ({"a": "2", "b": "1"}, ""), ({}, ""), ({"a": "1"}, "b"), ({"b": "1"}, "a")]
    nights += [({"a": "1"}, "")]
    for found, passed in nights:
        tell_warnings(settings, found, passed)
    assert [alert.body for alert in sent] == ["a: 1", "b: 1", "b: 1", "a: 1"]


def test_a_memory_that_cannot_be_written_or_read_stops_no_alert(settings: Settings, sent: list[Alert]) -> None:
    settings.warehouse_dir.write_text("a file where the folder should be", encoding="utf-8")
    tell_failure(settings, "night 1", FAILED)
    settings.warehouse_dir.unlink()
    settings.told_file.parent.mkdir(parents=True)
    settings.told_file.write_text('{"failures": 7', encoding="utf-8")
    tell_failure(settings, "night 2", FAILED)
    assert len(sent) == 2
