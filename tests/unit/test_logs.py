"""One JSON line per event in the log file, and nothing of other people's chatter."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from pipeline.logs import configure_logs


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "logs" / "gongkai.jsonl"
    configure_logs(file)
    yield file
    configure_logs(None, "CRITICAL")


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_one_line_with_its_facts(log_file: Path) -> None:
    structlog.get_logger().info("read", stage="extract", file="决算\n.pdf", values=3)
    (line,) = lines(log_file)
    assert (line["event"], line["stage"], line["file"], line["values"]) == ("read", "extract", "决算\n.pdf", 3)
    assert {"level", "timestamp"} <= line.keys()


def test_others_are_heard_from_warnings_on(log_file: Path) -> None:
    logging.getLogger("somebody").info("chatter")
    logging.getLogger("somebody").warning("a warning")
    assert [line["event"] for line in lines(log_file)] == ["a warning"]


def test_configuring_again_writes_no_line_twice(log_file: Path) -> None:
    configure_logs(log_file)
    structlog.get_logger().info("once")
    assert len(lines(log_file)) == 1
