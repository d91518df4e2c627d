"""Loads `defs/` and nothing else: what `dagster dev`, `gongkai serve` and `gongkai run` open."""

from pathlib import Path

import dagster as dg

from pipeline.logs import configure_logs
from pipeline.settings import activate, load_settings


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs and schedules, on the settings of the environment."""
    settings = load_settings()
    activate(settings)
    configure_logs(settings.log_file, settings.log_level)
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
