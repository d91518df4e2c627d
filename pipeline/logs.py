"""Structured logs: one JSON line per document and stage, into the warehouse's log file; never to the screen.

What lives here: how lines are written. What must not: what they say; every room logs its own facts.
"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import Any

import structlog

#: Libraries that warn about every odd page, or log every address asked; what matters of it becomes an issue row.
NOISY_LOGGERS = ("pdfminer", "pdfplumber", "fontTools", "openpyxl", "httpx", "httpcore")
#: By this name we find our own handler again.
_HANDLER_NAME = "gongkai"
#: JSON writes out the control characters of ASCII itself, not the others, nor those that turn the writing round.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def configure_logs(log_file: Path | None, level: str = "INFO") -> None:
    """Sends structlog and the standard library's warnings to `log_file`, or to stderr where it is `None`.

    Safe to call again; worker processes call it with the same file (each line is one append).
    """
    handler = _handler(log_file)
    handler.set_name(_HANDLER_NAME)
    handler.addFilter(_is_worth_a_line)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_processors(), foreign_pre_chain=_stamps()))
    root = logging.getLogger()
    for old in [h for h in root.handlers if h.get_name() == _HANDLER_NAME]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    ours = logging.getLogger("gongkai")
    ours.setLevel(level)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            *_stamps(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=_ours,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Our own lines by their level, everybody else's from warnings on."""
    return record.name == "gongkai" or record.levelno >= logging.WARNING


def _ours(*_args: object) -> logging.Logger:
    return logging.getLogger("gongkai")


def _handler(log_file: Path | None) -> logging.Handler:
    if log_file is None:
        return logging.StreamHandler(sys.stderr)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    return logging.FileHandler(log_file, encoding="utf-8")


def _stamps() -> list[structlog.typing.Processor]:
    return [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]


def _processors() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
        _without_steering,
    ]


def _without_steering(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 (what structlog hands on)
    """Writes out what would steer the terminal of whoever looks at the log; it is the same JSON."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", str(line))
