"""What people were told already: one alert for one failure, one word when the nights are good again.

What lives here: the memory below the warehouse folder, and the decision whether to send. What must not: channels.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.alerts.alert import Alert
from pipeline.alerts.send import send_alert
from pipeline.durable import write_text
from pipeline.settings import Settings

#: Failures that are remembered as told; an id comes back only within the retries of one night.
_REMEMBERED = 200


class Told(BaseModel):
    """What was told. `failures` are ids, oldest first; `failing` counts those since the last good night."""

    model_config = ConfigDict(extra="forbid")

    failures: list[str] = []
    failing: int = 0
    warnings: list[str] = []


def tell_failure(settings: Settings, failure_id: str, alert: Alert) -> list[str]:
    """Sends the alert of a failure unless it was sent before; returns what could not be delivered.

    Args:
        settings: Where the memory is, and the channels.
        failure_id: The same for everything that goes back to one failure (a run and its retries).
        alert: What to say.
    """
    with _memory(settings.told_file) as told:
        if failure_id in told.failures:
            return []
        told.failures = [*told.failures, failure_id][-_REMEMBERED:]
        told.failing += 1
    return send_alert(settings, alert)


def tell_success(settings: Settings, facts: Mapping[str, str | int | float] | None = None) -> list[str]:
    """Sends a `recovered` alert where failures were told since the last good night; else says nothing."""
    with _memory(settings.told_file) as told:
        failed, told.failing = told.failing, 0
    if not failed:
        return []
    body = f"The first good night after {failed} that failed. Nothing is to be done."
    return send_alert(settings, Alert("recovered", "the nights are good again", body, {**(facts or {})}))


def tell_warnings(settings: Settings, found: Mapping[str, str], passed: Collection[str], remedy: str = "") -> list[str]:
    """Sends the warnings that were not there before, in one alert; returns what could not be delivered.

    A check that warns every night is no news; it is told again when it has passed in between. What was not looked at
    (nothing changed, nothing was built) stays as it was.

    Args:
        settings: Where the memory is, and the channels.
        found: What warns now, by name, and what it says.
        passed: What was looked at and is well.
        remedy: What to do, in one sentence.
    """
    with _memory(settings.told_file) as told:
        new = {name: said for name, said in found.items() if name not in told.warnings}
        told.warnings = sorted({*told.warnings, *found} - set(passed))
    if not new:
        return []
    title = f"{len(new)} {'check warns' if len(new) == 1 else 'checks warn'} of the night"
    lines = "\n".join(f"{name}: {said}" for name, said in new.items())
    return send_alert(settings, Alert("warning", title, f"{lines}\n\n{remedy}".strip()))


@contextmanager
def _memory(file: Path) -> Iterator[Told]:
    """Reads what was told and writes what changed, one process at a time.

    Where nothing can be written (a full disk may be what is to be told of) the alert goes out all the same: better
    twice than never.
    """
    lock = _open_lock(file)
    told = _load(file)
    before = told.model_copy(deep=True)
    try:
        yield told
        if told != before:
            _save(file, told)
    finally:
        if lock is not None:
            os.close(lock)


def _open_lock(file: Path) -> int | None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:
        return None
    return lock


def _load(file: Path) -> Told:
    try:
        return Told.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        return Told()


def _save(file: Path, told: Told) -> None:
    try:
        write_text(file, json.dumps(told.model_dump(), ensure_ascii=False, indent=1))
    except OSError as error:
        structlog.get_logger().warning("told_not_written", stage="alert", file=str(file), reason=error.strerror)
