"""What assets are given: dbt, and the settings together with the lock that keeps two runs apart."""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import DbtCliResource

from pipeline.lake.lock import run_lock
from pipeline.settings import Settings, load_settings, tool_path


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by name, and one process per run: the lock is held from its first step to its last."""
    settings = load_settings()
    return dg.Definitions(
        resources={
            "settings": locked_settings(settings),
            "dbt": DbtCliResource(
                project_dir=str(settings.dbt_project_dir),
                profiles_dir=str(settings.dbt_project_dir),
                dbt_executable=str(tool_path("dbt")),
                global_config_flags=["--no-use-colors", "--no-version-check"],
            ),
        },
        executor=dg.in_process_executor,
    )


def locked_settings(settings: Settings) -> dg.ResourceDefinition:
    """A resource that hands out the settings and holds the warehouse's lock as long as the run lives."""

    @dg.resource(description="The settings; nobody else writes to this warehouse while a run has them")
    def settings_under_lock(_context: dg.InitResourceContext) -> Iterator[Settings]:
        with run_lock(settings.lock_file):
            yield settings

    return settings_under_lock
