"""Dagster's own folder below the warehouse: its `dagster.yaml`, for one person (SQLite) or a server (PostgreSQL)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipeline.durable import write_text
from pipeline.errors import BadSetting
from pipeline.settings import Settings, full_environment

POSTGRES_VARIABLE = "GONGKAI_DAGSTER_POSTGRES_URL"
#: Ticks of sensors that did nothing are one a minute: kept a week; what happened is kept a season.
_RETENTION = {
    "schedule": {"purge_after_days": 90},
    "sensor": {"purge_after_days": {"skipped": 7, "failure": 90, "success": 90}},
}


def instance_config(settings: Settings) -> dict[str, Any]:
    """What stands in `dagster.yaml`: nothing is sent home, one run at a time, crashed and hung runs are noticed.

    The address of PostgreSQL holds a password: the file says only which variable holds it. Sections of the file that
    the settings name stand in place of ours.

    Raises:
        BadSetting: That file cannot be read.
    """
    config: dict[str, Any] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # a step asks for another try itself where it can help (defs/failures.py); a dead process is tried again
        "run_retries": {"enabled": True, "retry_on_asset_or_op_failure": False},
        "run_monitoring": {"enabled": True, "start_timeout_seconds": 300, "cancel_timeout_seconds": 180},
        "concurrency": {"pools": {"default_limit": 1}, "runs": {"max_concurrent_runs": 1}},
        "freshness": {"enabled": True},
        "retention": _RETENTION,
    }
    if settings.dagster_postgres_url.get_secret_value():
        config["storage"] = {"postgres": {"postgres_url": {"env": POSTGRES_VARIABLE}}}
    return {**config, **_given_sections(settings.dagster_config)}


def _given_sections(path: Path | None) -> dict[str, Any]:
    """The sections a server's operator wrote: who launches runs, how many at a time.

    Raises:
        BadSetting: The file is missing, or holds no sections.
    """
    if path is None:
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _bad_sections(path, type(error).__name__) from error
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise _bad_sections(path, "no sections")
    return found


def _bad_sections(path: Path, why: str) -> BadSetting:
    return BadSetting(
        f"GONGKAI_DAGSTER_CONFIG names {path}, which cannot be read ({why})",
        expected="a YAML file with sections of dagster.yaml, such as run_launcher",
        remedy="correct the file or the name, or leave the setting out",
    )


def server_environment(settings: Settings, home: Path) -> dict[str, str]:
    """The environment of Dagster's processes: ours, its folder, and PostgreSQL's address with the driver we install.

    Without a driver in the address SQLAlchemy takes another one than dagster-postgres brings.
    """
    address = settings.dagster_postgres_url.get_secret_value()
    for scheme in ("postgresql://", "postgres://"):
        if address.startswith(scheme):
            address = f"postgresql+psycopg2://{address.removeprefix(scheme)}"
    given = {POSTGRES_VARIABLE: address} if address else {}
    return full_environment(settings, DAGSTER_HOME=str(home), **given)


def write_dagster_home(settings: Settings) -> Path:
    """Makes the folder and writes its `dagster.yaml` in one step; returns the folder."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(instance_config(settings), sort_keys=False)
    write_text(home / "dagster.yaml", f"# Written by `gongkai serve` at every start.\n{text}")
    return home
