"""What assets are given: dbt; the settings, with the lock that keeps two runs apart and the night's ledger line."""

from collections.abc import Iterator

import dagster as dg

from pipeline.defs.warehouse.dbt_resource import InstalledDbt
from pipeline.disk import check_writable
from pipeline.lake.lock import run_lock, shared_lock
from pipeline.nights.ledger import Outcome, end_night, read_ledger, start_night
from pipeline.nights.rollback import recover
from pipeline.settings import Settings, load_settings, tool_path


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by name, and one process per run: the lock is held from its first step to its last."""
    settings = load_settings()
    return dg.Definitions(
        resources={
            "settings": locked_settings(settings),
            "shared_settings": shared_settings(settings),
            "dbt": InstalledDbt(
                project_dir=str(settings.dbt_project_dir),
                profiles_dir=str(settings.dbt_project_dir),
                dbt_executable=str(tool_path("dbt")),
                global_config_flags=["--no-use-colors", "--no-version-check", "--log-level-file", "none"],
            ),
        },
        executor=dg.in_process_executor,
    )


def locked_settings(settings: Settings) -> dg.ResourceDefinition:
    """A resource that hands out the settings and holds the warehouse's lock as long as the run lives."""

    @dg.resource(description="The settings; nobody else writes to this warehouse while a run has them")
    def settings_under_lock(context: dg.InitResourceContext) -> Iterator[Settings]:
        check_writable(settings)
        with run_lock(settings.lock_file, wait_s=settings.lock_wait_s):
            recover(settings)
            is_here = context.instance is not None and context.instance.is_ephemeral
            night = start_night(settings, "gongkai run" if is_here else f"Dagster run {context.run_id}")
            try:
                yield settings
            finally:
                if read_ledger(settings).running is not None:
                    end_night(settings, night.night_id, Outcome.PARTIAL, "ended before anything was published")

    return settings_under_lock


def shared_settings(settings: Settings) -> dg.ResourceDefinition:
    """A resource that hands out the settings to runs which only read documents, as many at a time as there are."""

    @dg.resource(description="The settings; others may read documents into this warehouse, nobody builds it meanwhile")
    def settings_beside_others(_context: dg.InitResourceContext) -> Iterator[Settings]:
        check_writable(settings)
        with shared_lock(settings.lock_file, wait_s=settings.lock_wait_s):
            yield settings

    return settings_beside_others
